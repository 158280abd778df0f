import { describe, expect, it } from 'vitest';
import { predict } from '../../../src/verify/switch/predict.ts';
import type { Load } from '../../../src/verify/switch/real-switch.ts';

const costs = { frame: 1_600, copy: 280 };
const load = (thinkNs: number): Load => ({ frameBytes: 1514, batch: 64, thinkNs, runNs: 1 });

describe('the prediction for a bridge', () => {
  it.each([1, 2, 3, 7, 15])(
    'pays for %i targets what the kernel does: one frame, and a copy for each other',
    (targets) => {
      const { cpuPerFrame, copiesPerFrame } = predict(
        { mode: 'hub', ports: targets + 1, targets },
        load(0),
        costs,
      );
      expect(copiesPerFrame).toBe(targets - 1);
      // Batches that the window cuts through make a difference of a frame or two in ten thousand.
      expect(cpuPerFrame / (costs.frame + (targets - 1) * costs.copy)).toBeCloseTo(1, 2);
    },
  );

  it('does not depend on the ports of a bridge that learns', () => {
    const eight = predict({ mode: 'learning', ports: 8, targets: 1 }, load(0), costs);
    expect(predict({ mode: 'learning', ports: 16, targets: 1 }, load(0), costs)).toEqual(eight);
    expect(eight.copiesPerFrame).toBe(0);
  });

  it('sends a batch, thinks, and sends the next', () => {
    const { framesPerSecond } = predict({ mode: 'learning', ports: 2, targets: 1 }, load(1e6), costs);
    expect(framesPerSecond / ((64 * 1e9) / (1e6 + 64 * costs.frame))).toBeCloseTo(1, 2);
  });
});
