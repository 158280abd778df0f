import { describe, expect, it } from 'vitest';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { type CompareOptions, compareRecords, compareWithBaseline } from '../../src/gate/compare-records.ts';
import type { GateResult } from '../../src/gate/result.ts';
import { blockedRecord } from './blocked-record.ts';

const OPTIONS: CompareOptions = {
  version: '0.1.0',
  margin: 0.03,
  exactMargin: 0.005,
  alpha: 0.05,
  paired: false,
  allow: new Set(),
};

const compare = (
  baseline: BenchRecord,
  candidate: BenchRecord,
  over: Partial<CompareOptions> = {},
): GateResult =>
  compareRecords(
    { name: 'baseline.jsonl', record: baseline },
    { name: 'candidate.jsonl', record: candidate },
    { ...OPTIONS, ...over },
  );

const verdicts = ({ rows }: GateResult): Readonly<Record<string, string>> =>
  Object.fromEntries(rows.map(({ name, verdict }) => [name, verdict]));

const baseline = blockedRecord({ blocks: 20, replication: 1 });

describe('comparing two records', () => {
  it('passes the same thing measured twice, though the machine had another speed in every block', () => {
    const result = compare(baseline, blockedRecord({ blocks: 20, replication: 2 }));
    expect(result.verdict).toBe('pass');
    expect(new Set(result.rows.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
  });

  it('finds what became 10 % slower at one level only, in its time and in nothing else', () => {
    const slower = blockedRecord({ blocks: 20, replication: 3, slowerAtL2: { compress: 1.1 } });
    const result = compare(baseline, { ...slower, counters: baseline.counters });
    expect(result.verdict).toBe('regressed');
    const { 'compress in L2, time': regressed, ...others } = verdicts(result);
    expect(regressed).toBe('regressed');
    expect(new Set(Object.values(others))).toEqual(new Set(['pass']));
    const row = result.rows.find(({ verdict }) => verdict === 'regressed')!;
    expect(row.effect).toBeGreaterThan(1.07);
    expect(row.low).toBeGreaterThan(1.03);
    expect(row.baseline).toBeGreaterThan(8.5);
  });

  it('calls it improved the other way round, and passes', () => {
    const faster = blockedRecord({ blocks: 20, replication: 4, slowerAtL2: { cpuid: 0.8 } });
    const result = compare(baseline, faster);
    expect(verdicts(result)['cpuid in L2, time']).toBe('improved');
    expect(result.verdict).toBe('pass');
  });

  it('gates counted exits of a probe tightly, with one block already', () => {
    const more = blockedRecord({ blocks: 1, replication: 5, slowerAtL2: { cpuid: 1.01 } });
    const result = compare(blockedRecord({ blocks: 1, replication: 6 }), more);
    expect(verdicts(result)['cpuid in L2, exits an operation']).toBe('regressed');
    expect(verdicts(result)['cpuid in L2, time']).toBe('inconclusive');
  });

  it('gates instructions tightly', () => {
    const clock = 'instructions';
    const exact = { blocks: 3, clock, noise: 0.0005 } as const;
    const result = compare(
      blockedRecord({ ...exact, replication: 7 }),
      blockedRecord({ ...exact, replication: 8, slowerAtL2: { cpuid: 1.02 } }),
    );
    expect(verdicts(result)).toMatchObject({
      'cpuid in L2, instructions': 'regressed',
      'cpuid in L1, instructions': 'pass',
      'hash in L2, instructions': 'pass',
    });
  });

  it('leaves disturbed blocks out, and says so', () => {
    const disturbed = blockedRecord({ blocks: 20, replication: 2, invalid: [3, 9] });
    const result = compare(baseline, disturbed);
    expect(result.candidate).toMatchObject({ blocks: 18, invalidBlocks: 2 });
    expect(result.rows.every(({ blocks }) => blocks[1] === 18)).toBe(true);
    expect(result.warnings.map(({ code }) => code)).toContain('invalid-blocks');
  });

  it('pairs the blocks both have', () => {
    const result = compare(baseline, blockedRecord({ blocks: 12, replication: 2 }), { paired: true });
    expect(result.rows.every(({ blocks }) => blocks[0] === 12 && blocks[1] === 12)).toBe(true);
    expect(result.verdict).not.toBe('regressed');
  });

  it('does not pass what the candidate did not measure', () => {
    const lost = blockedRecord({ blocks: 20, replication: 2 });
    const result = compare(baseline, {
      ...lost,
      samples: lost.samples.filter(({ workload }) => workload !== 'compress'),
      counters: [],
    });
    expect(result.verdict).toBe('inconclusive');
    expect(verdicts(result)['compress in L2, time']).toBe('inconclusive');
    expect(result.warnings.filter(({ code }) => code === 'missing-metric').length).toBeGreaterThanOrEqual(1);
  });

  it('says that too few blocks can show nothing, and what to do', () => {
    const result = compare(
      blockedRecord({ blocks: 3, replication: 1 }),
      blockedRecord({ blocks: 3, replication: 2 }),
    );
    const row = result.rows.find(({ name }) => name === 'compress in L2, time')!;
    expect(row.detectable).toBeNull();
    expect(row.reason).toContain('measure more (bench --blocks)');
  });

  it('warns when a control moves', () => {
    const result = compare(
      baseline,
      blockedRecord({ blocks: 20, replication: 2, slowerAtL2: { hash: 1.2 } }),
    );
    expect(result.warnings.find(({ code }) => code === 'moving-control')?.text).toContain(
      'hash in L2, time is a control',
    );
  });

  it('has nothing to say of records without a common metric', () => {
    const other = blockedRecord({ blocks: 5, workloads: [['pio', 'exit']] });
    const result = compare({ ...baseline, samples: [], counters: [] }, other);
    expect(result.verdict).toBe('inconclusive');
    expect(result.warnings.map(({ code }) => code)).toContain('nothing-to-compare');
  });
});

describe('records that were not made alike', () => {
  const otherKernel: BenchRecord = (() => {
    const record = blockedRecord({ blocks: 20, replication: 2 });
    const levels = record.levels.map((line) => ({
      ...line,
      environment: { ...line.environment, 'kernel.release': '6.12.9' },
    }));
    return { ...record, levels, boots: levels };
  })();

  it('are not judged, and the result says in what they differ', () => {
    const result = compare(baseline, otherKernel);
    expect(result.verdict).toBe('incomparable');
    expect(result.differences[0]).toEqual({
      aspect: 'kernel',
      where: 'the metal',
      fact: 'kernel.release',
      baseline: '6.1.0-56-cloud-amd64',
      candidate: '6.12.9',
      allowed: false,
    });
    expect(result.rows.length).toBeGreaterThan(0);
  });

  it('are judged when the difference is the point', () => {
    const result = compare(baseline, otherKernel, { allow: new Set(['kernel']) });
    expect(result.verdict).toBe('pass');
    expect(result.differences.every(({ allowed }) => allowed)).toBe(true);
  });

  it('differ when one of them lost a level', () => {
    const lost: BenchRecord = { ...baseline, levels: baseline.levels.slice(0, 2) };
    expect(compare(baseline, lost).differences).toEqual([
      {
        aspect: 'levels',
        where: 'L2',
        fact: 'level',
        baseline: 'reached',
        candidate: 'not reached',
        allowed: false,
      },
    ]);
  });

  it('do not differ in what changes from run to run', () => {
    expect(compare(baseline, blockedRecord({ blocks: 20, replication: 9 })).differences).toEqual([]);
  });
});

describe('several candidates with one baseline', () => {
  const named = (record: BenchRecord, name: string) => ({ name, record });

  it('are one family: chances are adjusted for the metrics of all of them', () => {
    const slower = blockedRecord({ blocks: 20, replication: 3, slowerAtL2: { compress: 1.1 } });
    const alike = blockedRecord({ blocks: 20, replication: 2 });
    const candidates = [named(slower, 'slower'), named(alike, 'alike')];
    const results = compareWithBaseline(named(baseline, 'baseline'), candidates, OPTIONS);
    expect(results.map(({ candidate }) => candidate.name)).toEqual(['slower', 'alike']);
    const alone = compare(baseline, slower);
    const chanceIn = ({ rows }: GateResult) =>
      rows.find(({ name }) => name === 'compress in L2, time')!.adjustedChance!;
    expect(chanceIn(results[0]!)).toBeGreaterThan(1.5 * chanceIn(alone));
    expect(results[0]!.verdict).toBe('regressed');
    // Intervals and passes, which need no adjustment, are those of each alone.
    expect(results[1]!.rows.map(({ low, high, verdict }) => [low, high, verdict])).toEqual(
      compare(baseline, alike).rows.map(({ low, high, verdict }) => [low, high, verdict]),
    );
  });
});
