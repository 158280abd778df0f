import { expect, it } from 'vitest';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import { syntheticRecord, TRUTH } from './synthetic-record.ts';

const RECORDS = 200;
const CLASSES = ['cpuid', 'hypercall', 'msr-read', 'msr-write', 'pio'] as const;

/** What structure bounds rather than samples: the truth is in such an interval nearly always. */
const STRUCTURAL = ['switch', 'handle(cpuid)', 'reflect(cpuid)', 'handle(vm-entry)'];

/** Over many records of one known machine, a 95 % interval must hold the truth in about 95 % of them. */
it('covers the truth with its intervals', () => {
  const truth = new Map<string, number>();
  for (const exitClass of CLASSES) {
    const [one, two] = [1, 2].map((depth) => exitCost(TRUTH.exits, exitClass, depth).total);
    truth.set(`switch + handle(${exitClass})`, one!);
    truth.set(`reflect(${exitClass}) + ops of ${exitClass}`, two! - one!);
  }
  const hits = new Map<string, number>();
  const hit = (what: string, low: number, high: number, value: number): void => {
    hits.set(what, (hits.get(what) ?? 0) + (low <= value && value <= high ? 1 : 0));
  };
  for (let seed = 0; seed < RECORDS; seed++) {
    const record = syntheticRecord({ noise: { sigma: 0.05, seed }, samples: 101 });
    const { platform, report } = calibrate(record, { name: 'x', sha256: '', replicates: 400, seed });
    for (const { what, low, high } of report.identified) hit(what, low, high, truth.get(what)!);
    const { accessInterval: access, turnaroundInterval: turnaround, accessIdentified } = report.shared!;
    expect(accessIdentified).toBe(true);
    hit('access', access.low, access.high, 3_000);
    const { switch: switchCost, classes } = platform.exits;
    const figures = [switchCost, classes.cpuid!.handle, classes.cpuid!.reflect, classes['vm-entry']!.handle];
    for (const [i, value] of [1_000, 2_000, 4_000, 11_000].entries()) {
      hit(STRUCTURAL[i]!, figures[i]!.low, figures[i]!.high, value);
    }
    hit('turnaround', turnaround.low, turnaround.high, 16_000);
  }
  const coverage = Object.fromEntries([...hits].map(([what, count]) => [what, count / RECORDS]));
  for (const what of STRUCTURAL) {
    expect(coverage[what], what).toBeGreaterThanOrEqual(0.95);
    delete coverage[what];
  }
  for (const [what, share] of Object.entries(coverage)) {
    expect(share, what).toBeGreaterThanOrEqual(0.9);
    expect(share, what).toBeLessThanOrEqual(0.99);
  }
});
