import { describe, expect, it } from 'vitest';
import type { RecordCounters } from '../../src/bench/record/record.ts';
import { readRecordFile } from '../../src/bench/record/record-file.ts';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { ownExits } from '../../src/calibrate/measured/own-exits.ts';
import { holdsTicks, sufferedExits } from '../../src/calibrate/measured/suffered-exits.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import { syntheticRecord, TRUTH } from './synthetic-record.ts';

const PARAMETERS = {
  ...TRUTH.exits,
  classes: {
    ...TRUTH.exits.classes,
    'external-interrupt': { handle: ns(7_000), reflect: ns(0), ops: {} },
    'halt-wake': { handle: ns(9_000), reflect: ns(0), ops: {} },
  },
};
const cost = (exitClass: 'msr-write' | 'external-interrupt', depth: number): number =>
  exitCost(PARAMETERS, exitClass, depth).total;

describe('exits that fell into an operation', () => {
  const line = (level: number, workloadLevel: number, delta: Record<string, number>): RecordCounters => ({
    ...{ kind: 'counters', boot: 1, block: 1, level, workloadLevel, workload: 'long', operations: 10 },
    ...{ source: 'kvm_exit by reason', delta },
  });
  const record = {
    ...syntheticRecord(),
    counters: [
      line(0, 1, { interrupt: 30, msr_write: 20 }),
      line(1, 2, { interrupt: 20, msr_write: 20, hlt: 5 }),
      line(0, 2, { interrupt: 50, vmrun: 45 }),
    ],
  };
  const suffered = sufferedExits(record, ownExits(record), PARAMETERS);

  it('are charged with those of the clock, each by its class', () => {
    expect(suffered(1, 'long')).toBeCloseTo(3 * cost('external-interrupt', 1) + 2 * cost('msr-write', 1), 6);
  });

  it('with what further hypervisors took for their own clocks and did not hand on', () => {
    const own = ownExits(record).of(1, 2, 'long')?.byClass['halt-wake'] ?? 0;
    expect(own).toBeGreaterThan(0);
    expect(suffered(2, 'long')).toBeCloseTo(
      2 * cost('external-interrupt', 2) +
        2 * cost('msr-write', 2) +
        own * exitCost(PARAMETERS, 'halt-wake', 2).total +
        3 * cost('external-interrupt', 1),
      6,
    );
  });

  it('are not known where nobody counted', () => {
    expect(suffered(1, 'other')).toBeNull();
  });

  it('are those of ticks only where the median operation holds one', () => {
    expect([0.9e6, 1.1e6].map((nanoseconds) => holdsTicks(nanoseconds, 1))).toEqual([false, true]);
  });
});

it('what an application takes in path lengths is its exits, ticks included: within 5 % in L1 and in L2', async () => {
  for (const name of ['emulated-instructions.jsonl', 'gate-compress-same-1.jsonl.gz']) {
    const record = await readRecordFile(`test/fixtures/records/${name}`);
    const { report } = calibrate(record, { name: 'paths', sha256: 'ab', replicates: 50 });
    const rows = report.residuals.filter(({ workload }) => workload === 'compress');
    expect(rows.map(({ level }) => level)).toEqual([1, 2]);
    for (const { error } of rows) expect(Math.abs(error)).toBeLessThan(0.05);
  }
});
