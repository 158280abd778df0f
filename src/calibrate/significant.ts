/**
 * Digits a profile keeps: finer than any interval in it, and coarse enough that the last bits of a sum, which an
 * engine may round its own way, do not show.
 */
const DIGITS = 5;

export function significant(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
