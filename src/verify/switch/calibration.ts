import { mean, sum } from 'simple-statistics';
import type { SwitchCosts } from './predict.ts';

/** What calibration sees of a point: copies a frame, CPU time a frame, and half its 95 % interval. */
export interface CalibrationPoint {
  readonly copies: number;
  readonly cost: number;
  readonly halfWidth: number;
}

export interface Calibration {
  readonly costs: SwitchCosts;
  /** The 95 % interval of what a frame costs that is copied so often, as costs. */
  readonly boundsAt: (copies: number) => { readonly low: SwitchCosts; readonly high: SwitchCosts };
}

/**
 * No interval says more than "a tenth to ten times". Of two repetitions that differ by half, Student's goes far below
 * nothing, and no frame costs nothing.
 */
const WIDEST = 10;

/**
 * A straight line through the points, level where all make as many copies. How far it may be off is the scatter of its
 * height in the middle and of its slope together: what lies far outside is the less sure.
 * Costs are whole nanoseconds; noise may turn the line, but neither a frame nor a copy costs less than nothing.
 *
 * @param points at least one, of costs above nothing.
 */
export function calibrate(points: readonly CalibrationPoint[]): Calibration {
  const centre = mean(points.map(({ copies }) => copies));
  const height = mean(points.map(({ cost }) => cost));
  const spread = sum(points.map(({ copies }) => (copies - centre) ** 2));
  const perSpread = (values: readonly number[]): number => (spread === 0 ? 0 : sum(values) / spread);
  const slope = Math.max(0, perSpread(points.map(({ copies, cost }) => (copies - centre) * (cost - height))));
  const heightOff = Math.hypot(...points.map(({ halfWidth }) => halfWidth)) / points.length;
  const slopeOff =
    spread === 0
      ? 0
      : Math.hypot(...points.map(({ copies, halfWidth }) => (copies - centre) * halfWidth)) / spread;
  const cheapest = Math.min(...points.map(({ cost }) => cost));
  const copy = Math.round(slope);
  const frame = Math.max(1, Math.round(Math.max(cheapest / WIDEST, height - slope * centre)));
  const scaled = (by: number): SwitchCosts => ({
    frame: Math.max(1, Math.round(frame * by)),
    copy: Math.round(copy * by),
  });
  return {
    costs: { frame, copy },
    boundsAt: (copies) => {
      const off = Math.hypot(heightOff, (copies - centre) * slopeOff) / (frame + copies * copy);
      return { low: scaled(Math.max(1 / WIDEST, 1 - off)), high: scaled(Math.min(WIDEST, 1 + off)) };
    },
  };
}
