import { meanText, rangeText } from './figure.ts';

interface Share {
  readonly relative: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A share in per cent, with its sign and the decimals its interval allows: `+4.1 % (3.2 to 5.0)`, `±0 %`. */
export function changeText({ relative, low, high }: Share): string {
  if (relative === 0 && low === 0 && high === 0) return 'none';
  const scaled = {
    mean: 100 * relative,
    low: low === null ? null : 100 * low,
    high: high === null ? null : 100 * high,
  };
  const sign = relative > 0 ? '+' : '';
  const range = rangeText(scaled);
  return `${sign}${meanText(scaled)} %${range === '' ? '' : ` (${range})`}`;
}
