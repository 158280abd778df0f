import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../src/verify/switch/calibration.ts';

const point = (copies: number, cost: number, halfWidth = 0) => ({ copies, cost, halfWidth });

describe('calibration of a switch', () => {
  it('takes the costs of a frame and of a copy from a straight line', () => {
    const { costs, boundsAt } = calibrate([point(0, 1_750), point(1, 2_050), point(2, 2_350)]);
    expect(costs).toEqual({ frame: 1_750, copy: 300 });
    expect(boundsAt(14)).toEqual({ low: costs, high: costs });
  });

  it('takes the mean where nothing is copied', () => {
    const { costs, boundsAt } = calibrate([point(0, 1_700, 30), point(0, 1_800, 40)]);
    expect(costs).toEqual({ frame: 1_750, copy: 0 });
    expect(boundsAt(0)).toEqual({ low: { frame: 1_725, copy: 0 }, high: { frame: 1_775, copy: 0 } });
  });

  it('is the less sure the further it reaches beyond what it has seen', () => {
    const { costs, boundsAt } = calibrate([point(1, 2_050, 30), point(2, 2_350, 40)]);
    expect(costs).toEqual({ frame: 1_750, copy: 300 });
    // 25 in the middle, 50 for each copy away from it.
    for (const [copies, off] of [
      [0, Math.hypot(25, 75)],
      [14, Math.hypot(25, 625)],
    ] as const) {
      const { low, high } = boundsAt(copies);
      const middle = 1_750 + 300 * copies;
      // Whole nanoseconds each.
      const rounding = 1 + copies / 2;
      expect(Math.abs(low.frame + copies * low.copy - (middle - off))).toBeLessThan(rounding);
      expect(Math.abs(high.frame + copies * high.copy - (middle + off))).toBeLessThan(rounding);
    }
  });

  it('knows no copies that cost less than nothing', () => {
    expect(calibrate([point(1, 2_000), point(2, 1_990)]).costs).toEqual({ frame: 1_995, copy: 0 });
  });

  it('knows no frame that costs nothing, however the line is turned by noise', () => {
    expect(calibrate([point(0, 900), point(1, 1_000), point(2, 9_000)]).costs.frame).toBe(90);
  });

  it('goes from a tenth to ten times at most', () => {
    const { boundsAt } = calibrate([point(0, 2_000, 12_000)]);
    expect(boundsAt(0)).toEqual({ low: { frame: 200, copy: 0 }, high: { frame: 14_000, copy: 0 } });
    expect(calibrate([point(0, 2_000, 90_000)]).boundsAt(0).high.frame).toBe(20_000);
  });
});
