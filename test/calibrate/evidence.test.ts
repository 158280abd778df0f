import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { withoutBareStart } from '../../src/calibrate/measured/bare-guests.ts';
import { syntheticRecord } from './synthetic-record.ts';

const OPTIONS = { name: 'known', sha256: 'ab', replicates: 50 };

describe('leaving a level out', () => {
  const rows = (levels: readonly number[]) =>
    calibrate(syntheticRecord({ levels }), OPTIONS).report.residuals.filter(
      ({ without }) => without === 'level',
    );

  it('predicts L2 of every class from L1 and what is published', () => {
    const left = rows([0, 1, 2]);
    expect(left.map(({ workload }) => workload).toSorted()).toEqual([
      'cpuid',
      'hypercall',
      'msr-read',
      'msr-write',
      'pio',
    ]);
    for (const { level, fitted, measured, predicted } of left) {
      expect({ level, fitted }).toEqual({ level: 2, fitted: false });
      // The right order of magnitude is what published ratios are worth.
      expect(predicted / measured).toBeGreaterThan(1 / 4);
      expect(predicted / measured).toBeLessThan(4);
    }
  });

  it('predicts L3 from L1 and L2, better than L2 from L1', () => {
    const left = rows([0, 1, 2, 3]);
    const worst = (of: number): number =>
      Math.max(...left.filter(({ level }) => level === of).map(({ error }) => Math.abs(error)));
    expect(left.filter(({ level }) => level === 3)).toHaveLength(5);
    expect(worst(3)).toBeLessThan(worst(2));
  });

  it('has nothing to leave out of a record that ends at L1', () => {
    expect(rows([0, 1])).toEqual([]);
  });
});

describe('counters of bare guests', () => {
  const record = syntheticRecord();
  const counted = (workload: string, delta: Readonly<Record<string, number>>, boot = 1) => ({
    kind: 'counters' as const,
    ...{ level: 0, workloadLevel: 2, boot, block: 1, workload, operations: 20 },
    source: 'kvm_exit by reason',
    delta,
  });

  it('are less what starting one takes, of the same pass only', () => {
    const counters = [
      counted('bare-cpuid', { cpuid: 20, npf: 12, io: 1, vmrun: 25 }),
      counted('bare-cpuid', { cpuid: 20, npf: 12 }, 2),
      counted('cpuid', { cpuid: 20, npf: 12 }),
      counted('bare-timer-overhead', { npf: 14, io: 1, vmrun: 5 }),
    ];
    expect(withoutBareStart({ ...record, counters }).counters.map(({ delta }) => delta)).toEqual([
      { cpuid: 20, npf: 0, io: 0, vmrun: 20 },
      { cpuid: 20, npf: 12 },
      { cpuid: 20, npf: 12 },
      { npf: 0, io: 0, vmrun: 0 },
    ]);
  });

  it('stay what they are without such a pass', () => {
    expect(withoutBareStart(record)).toBe(record);
  });
});
