import { median } from 'simple-statistics';
import { RandomStream } from '../../model/kernel/random-stream.ts';

/** Where a series begins to run at another height. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly index: number;
  /** Median after over median before, up to the neighbouring changes. */
  readonly effect: number;
  /** Share of shuffled series that split at least as clearly. */
  readonly chance: number;
}

export interface ChangePointRules {
  /** Largest chance at which a split counts. */
  readonly significance: number;
  /** Fewest values between two changes, at least 2. */
  readonly shortest: number;
  /** A change by less than this share is none anybody would act on. */
  readonly leastEffect: number;
}

export const CHANGE_POINT_RULES: ChangePointRules = { significance: 0.01, shortest: 4, leastEffect: 0.01 };

/** Enough for a chance of 1 in 500, half of the significance asked for. */
const SHUFFLES = 499;

/**
 * E-divisive (Matteson and James, Journal of the American Statistical Association 109, 2014, 334): splits a series
 * where the energy distance between the two sides is greatest, as long as shuffled series do not split as clearly,
 * and goes on in both parts. It assumes nothing on the distribution but that values are independent of each other.
 * The shuffles come from a stream of fixed seed, so that the same history always has the same changes.
 *
 * @param values positive, in the order of time
 */
export function changePoints(
  values: readonly number[],
  rules: ChangePointRules = CHANGE_POINT_RULES,
): readonly ChangePoint[] {
  const found: { readonly index: number; readonly chance: number }[] = [];
  const stream = RandomStream.named(1, 0, 'history/shuffles');
  const parts: (readonly [number, number])[] = [[0, values.length]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part;
    const split = significantSplit(values.slice(from, to), rules, stream);
    if (split === null) continue;
    const index = from + split.index;
    found.push({ index, chance: split.chance });
    parts.push([index, to], [from, index]);
  }
  return withEffects(
    found.sort((a, b) => a.index - b.index),
    values,
    rules.leastEffect,
  );
}

/** Changes too small to matter are left out, the smallest first, each time looking at the longer parts that remain. */
function withEffects(
  found: readonly { readonly index: number; readonly chance: number }[],
  values: readonly number[],
  leastEffect: number,
): readonly ChangePoint[] {
  const changes = found.map(({ index, chance }, position): ChangePoint => {
    const before = values.slice(found[position - 1]?.index ?? 0, index);
    const after = values.slice(index, found[position + 1]?.index ?? values.length);
    return { index, chance, effect: median(after) / median(before) };
  });
  const size = ({ effect }: ChangePoint): number => Math.abs(Math.log(effect));
  const smallest = changes.reduce<ChangePoint | null>(
    (least, change) => (least === null || size(change) < size(least) ? change : least),
    null,
  );
  if (smallest === null || size(smallest) >= Math.log(1 + leastEffect)) return changes;
  return withEffects(
    found.filter(({ index }) => index !== smallest.index),
    values,
    leastEffect,
  );
}

function significantSplit(
  values: readonly number[],
  { significance, shortest }: ChangePointRules,
  stream: RandomStream,
): { readonly index: number; readonly chance: number } | null {
  if (values.length < 2 * shortest) return null;
  const series = Float64Array.from(values);
  const best = clearestSplit(series, shortest);
  let asClear = 0;
  for (let i = 0; i < SHUFFLES; i++) {
    shuffle(series, stream);
    if (clearestSplit(series, shortest).divergence >= best.divergence) asClear++;
    if ((asClear + 1) / (SHUFFLES + 1) > significance) return null;
  }
  return { index: best.index, chance: (asClear + 1) / (SHUFFLES + 1) };
}

/**
 * The split with the greatest divergence n m / (n + m) × (2 mean|x - y| - mean|x - x'| - mean|y - y'|), sums of
 * distances carried along as the split moves right.
 */
function clearestSplit(
  series: Float64Array,
  shortest: number,
): { readonly index: number; readonly divergence: number } {
  const { length } = series;
  let between = 0;
  let withinLeft = 0;
  let withinRight = 0;
  for (let i = 0; i < length; i++)
    for (let j = i + 1; j < length; j++) withinRight += Math.abs(series[i]! - series[j]!);
  let index = shortest;
  let divergence = Number.NEGATIVE_INFINITY;
  for (let n = 1; n <= length - shortest; n++) {
    const moved = series[n - 1]!;
    let toLeft = 0;
    let toRight = 0;
    for (let i = 0; i < n - 1; i++) toLeft += Math.abs(series[i]! - moved);
    for (let j = n; j < length; j++) toRight += Math.abs(series[j]! - moved);
    withinLeft += toLeft;
    withinRight -= toRight;
    between += toRight - toLeft;
    if (n < shortest) continue;
    const m = length - n;
    const distance =
      (2 * between) / (n * m) - (2 * withinLeft) / (n * (n - 1)) - (2 * withinRight) / (m * (m - 1));
    const found = ((n * m) / (n + m)) * distance;
    if (found > divergence) {
      divergence = found;
      index = n;
    }
  }
  return { index, divergence };
}

function shuffle(series: Float64Array, stream: RandomStream): void {
  for (let i = series.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    const held = series[i]!;
    series[i] = series[j]!;
    series[j] = held;
  }
}
