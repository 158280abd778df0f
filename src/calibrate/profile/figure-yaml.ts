import type { Dimension } from '../../model/scenario/dimension.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import { formatQuantity } from '../../model/scenario/quantity.ts';

/** A figure with its unit, as a profile writes it. */
export function quantity(dimension: Dimension, { value, low, high, basis, source }: Figure) {
  return {
    value: formatQuantity(dimension, value),
    low: formatQuantity(dimension, low),
    high: formatQuantity(dimension, high),
    basis,
    source,
  };
}

/** The key with what is written of the part; nothing when there is no part. */
export function optionally<T>(
  key: string,
  part: T | undefined,
  write: (part: T) => unknown,
): Readonly<Record<string, unknown>> {
  return part === undefined ? {} : { [key]: write(part) };
}
