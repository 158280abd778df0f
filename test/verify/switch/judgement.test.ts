import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type PlannedPoint } from '../../../src/verify/switch/judgement.ts';
import type { TrafficSample } from '../../../src/verify/switch/real-switch.ts';

const planned: readonly PlannedPoint[] = [
  { mode: 'learning', ports: 4, targets: 1, fitted: true },
  { mode: 'hub', ports: 2, targets: 1, fitted: true },
  { mode: 'hub', ports: 4, targets: 3, fitted: true },
  { mode: 'learning', ports: 8, targets: 1, fitted: false },
  { mode: 'hub', ports: 8, targets: 7, fitted: false },
].map(({ mode, ports, targets, fitted }) => ({
  bridge: { mode: mode as 'hub' | 'learning', ports, targets },
  load: { frameBytes: 1514, batch: 64, thinkNs: 0, runNs: 60e6 },
  fitted,
}));

/** A run of 60 ms in which a frame took so many ns of CPU, on a CPU of its own unless told otherwise. */
const sample = ({ bridge }: PlannedPoint, costNs: number, wallNs = 60e6): TrafficSample => {
  const sent = 64 * Math.ceil(60e6 / (64 * costNs));
  const copies = sent * (bridge.mode === 'hub' ? bridge.targets - 1 : 0);
  return { sent, arrived: sent, copies, cpuNs: sent * costNs, wallNs, stealTicks: 0 };
};

describe('judging a switch', () => {
  it('predicts what it has not seen from what it has', () => {
    const cost = ({ bridge }: PlannedPoint): number =>
      bridge.mode === 'hub' ? 1_700 + 300 * (bridge.targets - 1) : 1_650;
    const { verdict, comparisons, costs } = judge(
      planned,
      planned.map((point) => [0.99, 1, 1.01].map((noise) => sample(point, cost(point) * noise))),
    );
    expect(verdict).toBe('held');
    expect(costs).toEqual({ learning: { frame: 1_650, copy: 0 }, hub: { frame: 1_700, copy: 300 } });
    for (const { measured, predicted, unit } of comparisons.filter(({ fitted }) => !fitted)) {
      expect(Math.abs(predicted - measured) / measured, unit).toBeLessThan(0.02);
    }
  });

  it('says that a copy which has become dearer is off', () => {
    const cost = ({ bridge, fitted }: PlannedPoint): number =>
      bridge.mode === 'hub' ? 1_700 + (fitted ? 300 : 600) * (bridge.targets - 1) : 1_650;
    const samples = planned.map((point) => [1, 1, 1].map((noise) => sample(point, cost(point) * noise)));
    expect(judge(planned, samples).verdict).toBe('missed');
  });

  it('decides nothing where others had the CPU', () => {
    const samples = planned.map((point) => [1, 1].map(() => sample(point, 2_000, 120e6)));
    expect(judge(planned, samples).verdict).toBe('inconclusive');
  });

  it('has an answer for samples as wild as a busy machine makes them', () => {
    const costs = fc.array(fc.double({ min: 1_500, max: 40_000, noNaN: true }), {
      minLength: 1,
      maxLength: 3,
    });
    const all = fc.tuple(...planned.map(() => costs));
    fc.assert(
      fc.property(all, (drawn) => {
        const samples = planned.map((point, i) => drawn[i]!.map((cost) => sample(point, cost)));
        for (const { interval: bounds, predicted, measured } of judge(planned, samples).comparisons) {
          const interval = bounds!;
          expect(interval[0]).toBeGreaterThan(0);
          expect(interval[0]).toBeLessThanOrEqual(predicted);
          expect(interval[1]).toBeGreaterThanOrEqual(predicted);
          expect(Number.isFinite(interval[1]) && Number.isFinite(measured)).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });
});
