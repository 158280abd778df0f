/** A horizontal axis of figures. */
export interface FigureAxis {
  readonly title: string;
  readonly scale: 'linear' | 'log';
  readonly domain: readonly [number, number];
  /** Stands behind each tick's number; written by us, never by a user: it becomes part of an expression. */
  readonly suffix: '' | '×' | ' %' | ' ms' | ' ns';
  readonly ticks: number[] | null;
}

const STEPS = [1, 2, 5] as const;

/** What a float64 and the arithmetic of a scale can hold. */
const SMALLEST_POWER = -300;
const LARGEST_POWER = 300;

/**
 * A logarithmic axis over `values` with room on both sides for labels; ticks at powers of ten, or at 1, 2 and 5 of
 * each when there are few of them. Values at or below 0 have no place on it and do not count.
 */
export function logAxis(
  values: readonly number[],
  {
    title,
    suffix,
    margin,
  }: Pick<FigureAxis, 'title' | 'suffix'> & { readonly margin: readonly [number, number] },
): FigureAxis {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const low = Math.log10(Math.min(...(positive.length === 0 ? [1] : positive)));
  const high = Math.log10(Math.max(...(positive.length === 0 ? [10] : positive)));
  const decades = high - low;
  const room = Math.max(decades, 0.35);
  const from = Math.max(low - room * margin[0], SMALLEST_POWER);
  const to = Math.min(high + room * margin[1], LARGEST_POWER);
  const domain: [number, number] = [10 ** from, 10 ** to];
  const steps = decades > 2 ? STEPS.slice(0, 1) : STEPS;
  const every = Math.max(Math.ceil(decades / 8), 1);
  const ticks: number[] = [];
  for (let power = Math.floor(from / every) * every; power <= to; power += every) {
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= domain[0] && tick <= domain[1]) ticks.push(tick);
    }
  }
  return { title, scale: 'log', domain, suffix, ticks };
}

/** Beyond it the length of an axis is no number any more. */
const LARGEST = 10 ** LARGEST_POWER;

/** A linear axis that holds `values` and `include`, with `margin` of its length free at the right for labels. */
export function linearAxis(
  values: readonly number[],
  {
    title,
    suffix,
    include,
    margin,
  }: Pick<FigureAxis, 'title' | 'suffix'> & {
    readonly include: readonly number[];
    readonly margin: readonly [number, number];
  },
): FigureAxis {
  const all = [...values, ...include].map((value) => Math.min(Math.max(value, -LARGEST), LARGEST));
  const low = Math.min(...all);
  const high = Math.max(...all);
  const length = high > low ? high - low : Math.max(Math.abs(high), 1);
  return {
    title,
    scale: 'linear',
    domain: [low - length * margin[0], high + length * margin[1]],
    suffix,
    ticks: null,
  };
}
