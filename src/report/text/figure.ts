import type { Unit } from '../../model/experiment/result.ts';

/** A figure and the 95 % interval around it, if it has one. A row of a result is one. */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Where it is known, nothing finer than anyone cares about is shown. */
  readonly unit?: Unit;
}

/** Digits shown when nothing says how many are sure. */
const DIGITS_WITHOUT_INTERVAL = 3;
/** Digits shown at most: an interval of nearly no width is no reason for ten of them. */
const DIGITS_AT_MOST = 5;
/** A ten-thousandth of a per cent is nothing to act on, however sure it is. */
const FINEST_DECIMALS: Readonly<Record<Unit, number>> = {
  ratio: 3,
  '%': 2,
  '1/s': 3,
  ms: 4,
  s: 2,
  'frames/s': 1,
  cpus: 3,
};
const LARGEST_PLAIN = 1e7;
/** More decimals than this are written as a power of ten. */
const MOST_DECIMALS = 9;

/**
 * The decimal place the last sure digit stands at: the interval's half-width keeps one digit, and two when it
 * starts with a 1, so that rounding never moves it by more than a quarter. Negative for tens, hundreds and so on.
 */
export function decimalsOf(figure: Interval): number {
  const finest = figure.unit === undefined ? Number.POSITIVE_INFINITY : FINEST_DECIMALS[figure.unit];
  return Math.min(sureDecimals(figure), finest);
}

function sureDecimals({ mean, low, high }: Interval): number {
  const half = halfWidth({ mean, low, high });
  const size = Math.max(Math.abs(mean), Math.abs(low ?? 0), Math.abs(high ?? 0));
  const magnitude = size === 0 ? 0 : Math.floor(Math.log10(size));
  if (half === null) return DIGITS_WITHOUT_INTERVAL - 1 - magnitude;
  if (half === 0) return decimalsNeeded(mean, DIGITS_AT_MOST);
  const halfMagnitude = Math.floor(Math.log10(half));
  const leading = half / 10 ** halfMagnitude;
  return Math.min((leading < 1.95 ? 1 : 0) - halfMagnitude, DIGITS_AT_MOST - 1 - magnitude);
}

/** The larger of the two arms of the interval; null without one. */
export function halfWidth({ mean, low, high }: Interval): number | null {
  if (low === null || high === null) return null;
  return Math.max(high - mean, mean - low, 0);
}

/** `mean` as text, rounded to what its interval and unit allow: `2.41`, `184,200`, `1.2e9`, `<0.01`. */
export function meanText(figure: Interval): string {
  const decimals = decimalsOf(figure);
  if (isTooSmall(figure)) return `<${numberText(10 ** -decimals, decimals)}`;
  return numberText(figure.mean, decimals);
}

/** Not zero, but below the finest step that is shown for its unit. */
function isTooSmall(figure: Interval): boolean {
  const { mean, unit } = figure;
  return unit !== undefined && mean > 0 && mean < 0.5 * 10 ** -FINEST_DECIMALS[unit];
}

/** `2.28–2.55`, at the precision of its mean; empty without an interval. */
export function rangeText(figure: Interval): string {
  if (figure.low === null || figure.high === null) return '';
  const decimals = decimalsOf(figure);
  const low = numberText(figure.low, decimals);
  const high = numberText(figure.high, decimals);
  return low === high ? low : figure.low < 0 || figure.high < 0 ? `${low} to ${high}` : `${low}–${high}`;
}

/** `2.41 ±0.13`; the mean alone without an interval. */
export function plusMinusText(figure: Interval): string {
  const half = halfWidth(figure);
  if (half === null || isTooSmall(figure)) return meanText(figure);
  const decimals = decimalsOf(figure);
  const rounded =
    half > 0 && half < 0.5 * 10 ** -decimals ? `<${numberText(10 ** -decimals, decimals)}` : null;
  return `${meanText(figure)} ±${rounded ?? numberText(half, decimals)}`;
}

/** `2.41× (2.28–2.55)`: a figure with its unit and interval, for a sentence. */
export function figureText(figure: Interval, unit: Unit): string {
  const range = rangeText(figure);
  const text = `${meanText(figure)}${unitSuffix(unit)}`;
  return range === '' ? text : `${text} (${range})`;
}

/** A number that has no interval of its own, e.g. a percentile: three digits. */
export function plainText(value: number): string {
  return numberText(value, decimalsOf({ mean: value, low: null, high: null }));
}

/** A number someone chose, e.g. a limit or a length: as many digits as it has, up to six. */
export function settingText(value: number): string {
  return numberText(value, decimalsNeeded(value, 6));
}

/** What stands behind a number of this unit: `×` and ` %` and ` ms`. */
export const unitSuffix = (unit: Unit): string => UNIT_SUFFIX[unit];

export const UNIT_SUFFIX: Readonly<Record<Unit, string>> = {
  ratio: '×',
  '%': ' %',
  '1/s': '/s',
  ms: ' ms',
  s: ' s',
  'frames/s': ' frames/s',
  cpus: ' CPUs',
};

/** How the digits of a duration are chosen. */
type Rounding = 'interval' | 'three digits' | 'four digits' | 'as given';

/**
 * Nanoseconds in the unit that reads best, all of the figure's numbers in the same one. Rounded to what the interval
 * allows, unless its bounds are not what the value is known to (a number of digits) or someone wrote it (`as given`).
 */
export function durationText(
  figure: Interval,
  rounding: Rounding = 'interval',
): { readonly mean: string; readonly range: string; readonly unit: string } {
  const size = Math.abs(figure.mean === 0 ? (figure.high ?? 0) : figure.mean);
  const [unit, scale] =
    size >= 1e9 ? ['s', 1e9] : size >= 1e6 ? ['ms', 1e6] : size >= 1e3 ? ['µs', 1e3] : ['ns', 1];
  const scaled = {
    mean: figure.mean / scale,
    low: figure.low === null ? null : figure.low / scale,
    high: figure.high === null ? null : figure.high / scale,
  };
  if (rounding === 'interval') return { mean: meanText(scaled), range: rangeText(scaled), unit };
  const digits = DIGITS[rounding];
  const range =
    scaled.low === null || scaled.high === null ? '' : `${digits(scaled.low)}–${digits(scaled.high)}`;
  return { mean: digits(scaled.mean), range, unit };
}

const DIGITS: Readonly<Record<Exclude<Rounding, 'interval'>, (value: number) => string>> = {
  'three digits': plainText,
  'four digits': (value) => settingText(Number(value.toPrecision(4))),
  'as given': settingText,
};

/** A whole number with its thousands apart. */
export function countText(value: number): string {
  return grouped(value, 0);
}

/** Bytes in binary units, as memory is sold: `384 GiB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${plainText(bytes / 1024 ** step)} ${units[step]}`;
}

/** Decimals of `value` itself, when `digits` of it matter at most. */
function decimalsNeeded(value: number, digits: number): number {
  const [mantissa = '0', exponent = '0'] = Number(value.toPrecision(digits)).toExponential().split('e');
  return (mantissa.split('.')[1]?.length ?? 0) - Number(exponent);
}

function numberText(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= LARGEST_PLAIN || (size > 0 && decimals > MOST_DECIMALS)) {
    const digits = Math.floor(Math.log10(size)) + decimals;
    return tidyMinus(
      value.toExponential(Math.min(Math.max(digits, 0), DIGITS_AT_MOST - 1)).replace('e+', 'e'),
    );
  }
  if (decimals >= 0) return grouped(value, decimals);
  const step = 10 ** -decimals;
  return grouped(Math.round(value / step) * step, 0);
}

function grouped(value: number, decimals: number): string {
  const fixed = Math.abs(value).toFixed(Math.min(decimals, 20));
  const [whole = '0', fraction] = fixed.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 && Number(fixed) !== 0 ? `−${text}` : text;
}

const tidyMinus = (text: string): string => text.replaceAll('-', '−');
