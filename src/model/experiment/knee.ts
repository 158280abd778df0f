import { confidenceInterval } from '../kernel/statistics/confidence-interval.ts';

/** One figure at one number of seats: a value for each replication, null where there was none. */
export interface SeatPoint {
  readonly seats: number;
  readonly sample: readonly (number | null)[];
}

/**
 * The number of seats at which a figure has grown by a given share of what it is at the fewest seats; between two
 * numbers that were simulated it is interpolated. null: not within the seats simulated.
 */
export interface Knee {
  /** Growth looked for, as a share: 0.15 for 15 %. */
  readonly growth: number;
  /** Fewest and most seats simulated. */
  readonly from: number;
  readonly to: number;
  readonly seats: number | null;
  /** Where the upper ends of the 95 % intervals of the growth cross; the knee is hardly below. */
  readonly low: number | null;
  /** Where the lower ends cross; the knee is hardly above. */
  readonly high: number | null;
}

/** How often a value at one number of seats is that at the fewest. */
interface GrowthPoint {
  readonly seats: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Growth is taken replication by replication, with the same random numbers at every number of seats, so that what
 * differs is the seats. The bounds are those of each point by itself, and not of the whole curve at once.
 *
 * @param points in any order, replications in the same order in each
 * @returns null with fewer than two numbers of seats that can be compared
 */
export function kneeOf(points: readonly SeatPoint[], growth: number): Knee | null {
  const sorted = [...points].sort((x, y) => x.seats - y.seats);
  const [fewest] = sorted;
  if (fewest === undefined) return null;
  const curve = sorted.flatMap((point) => growthAt(point, fewest));
  if (curve.length < 2) return null;
  const limit = 1 + growth;
  return {
    growth,
    from: fewest.seats,
    to: curve.at(-1)!.seats,
    seats: crossing(curve, ({ mean }) => mean, limit),
    low: crossing(curve, ({ high }) => high, limit),
    high: crossing(curve, ({ low }) => low, limit),
  };
}

function growthAt({ seats, sample }: SeatPoint, fewest: SeatPoint): GrowthPoint[] {
  if (seats === fewest.seats) return [{ seats, mean: 1, low: 1, high: 1 }];
  const ratios = sample.flatMap((value, i) => {
    const base = fewest.sample[i] ?? null;
    return value === null || base === null || base === 0 ? [] : [value / base];
  });
  if (ratios.length === 0) return [];
  const { mean, low, high } = confidenceInterval(ratios);
  return [{ seats, mean, low: low ?? Number.NEGATIVE_INFINITY, high: high ?? Number.POSITIVE_INFINITY }];
}

/** Where the line through the points first reaches `limit`. */
function crossing(
  curve: readonly GrowthPoint[],
  of: (point: GrowthPoint) => number,
  limit: number,
): number | null {
  const place = curve.findIndex((point) => of(point) >= limit);
  if (place < 0) return null;
  const after = curve[place]!;
  const before = curve[place - 1];
  if (before === undefined) return after.seats;
  const share = (limit - of(before)) / (of(after) - of(before));
  // An end that is infinite is reached somewhere in between, nobody knows where: at once is the careful answer.
  return before.seats + (Number.isFinite(share) ? share : 0) * (after.seats - before.seats);
}
