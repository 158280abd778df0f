/** Readings one after the other: two of them differ by what reading takes, unless the clock ticks slower than that. */
const READINGS = 256;

/**
 * The finest step that a clock was seen to take, in its own unit.
 * @param read a monotonic clock
 */
export function clockResolution(read: () => bigint = process.hrtime.bigint): number {
  const readings = Array.from({ length: READINGS }, read);
  const steps = readings.slice(1).map((value, i) => Number(value - readings[i]!));
  return greatestCommonDivisor(steps);
}

/** Every step is a whole number of ticks; when only multiples of one length are ever seen, that is the tick. */
function greatestCommonDivisor(values: readonly number[]): number {
  let divisor = 0;
  for (const value of values) {
    let [a, b] = [divisor, value];
    while (b !== 0) [a, b] = [b, a % b];
    divisor = a;
  }
  return divisor;
}
