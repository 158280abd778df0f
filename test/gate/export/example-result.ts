import type { GateResult, GateRow } from '../../../src/gate/result.ts';

export function exampleRow(row: Partial<GateRow> & Pick<GateRow, 'verdict'>): GateRow {
  return {
    key: { workload: 'cpuid', level: 2, kind: 'time' },
    name: 'cpuid in L2, time',
    effect: 1.101,
    low: 1.071,
    high: 1.132,
    margin: 0.03,
    exactLike: false,
    adjustedChance: 0.0004,
    detectable: 0.062,
    baseline: 9.8,
    candidate: 10.8,
    blocks: [20, 20],
    reason: 'more than the margin of 3 %, by the whole interval',
    ...row,
  };
}

export function exampleResult(over: Partial<GateResult> = {}): GateResult {
  const record = { started: '2026-11-27T02:00:00.000Z', blocks: 20, invalidBlocks: 1, boots: 4 };
  return {
    schema: 'nestmark/gate@1',
    version: '0.1.0',
    baseline: { ...record, name: 'main.jsonl', id: 'a' },
    candidate: { ...record, name: 'branch.jsonl', id: 'b' },
    design: 'samples',
    alpha: 0.05,
    verdict: 'regressed',
    rows: [
      exampleRow({ verdict: 'regressed' }),
      exampleRow({
        verdict: 'pass',
        key: { workload: 'hash', level: 1, kind: 'time' },
        name: 'hash in L1, time',
        effect: 1.001,
        low: 0.992,
        high: 1.009,
        reason: 'the whole interval lies within the margin of 3 %',
      }),
      exampleRow({
        verdict: 'inconclusive',
        key: { workload: 'a "quoted" <name>', level: 1, kind: 'exits' },
        name: 'a "quoted" <name> in L1, exits an operation',
        ...{ effect: null, low: null, high: null, candidate: null, detectable: null },
        reason: 'the baseline has it and the candidate does not: what was not measured did not pass',
      }),
    ],
    differences: [],
    warnings: [],
    ...over,
  };
}
