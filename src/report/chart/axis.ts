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
  const low = Math.min(...(positive.length === 0 ? [1] : positive));
  const high = Math.max(...(positive.length === 0 ? [10] : positive));
  const decades = Math.log10(high / low);
  const room = Math.max(decades, 0.35);
  const domain: [number, number] = [low / 10 ** (room * margin[0]), high * 10 ** (room * margin[1])];
  const steps = decades > 2 ? STEPS.slice(0, 1) : STEPS;
  const ticks: number[] = [];
  const every = Math.max(Math.ceil(decades / 8), 1);
  for (let power = Math.floor(Math.log10(domain[0])); power <= Math.log10(domain[1]); power += 1) {
    if (power % every !== 0) continue;
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= domain[0] && tick <= domain[1]) ticks.push(tick);
    }
  }
  return { title, scale: 'log', domain, suffix, ticks };
}

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
  const all = [...values, ...include].filter(Number.isFinite);
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
