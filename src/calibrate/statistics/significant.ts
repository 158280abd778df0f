/**
 * Digits a profile keeps: finer than any interval in it, and coarse enough that the last bits of a sum, which an
 * engine may round its own way, do not show.
 */
const DIGITS = 5;

/** A picosecond, or a thousandth of an op: what is less is nothing. */
export const LEAST = 0.001;

export function significant(value: number): number {
  return Math.abs(value) < LEAST ? 0 : Number(value.toPrecision(DIGITS));
}
