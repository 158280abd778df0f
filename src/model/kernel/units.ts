/**
 * Simulated time: whole nanoseconds since the start of the run, kept in a float64.
 * Exact up to 2^53 ns, which is 104 days; every simulation here is far shorter.
 */
export type Nanoseconds = number & { readonly __unit: 'ns' };

/** A rate of clock cycles, in hertz. */
export type Hertz = number & { readonly __unit: 'Hz' };

/** Bytes of memory, disk or payload. */
export type Bytes = number & { readonly __unit: 'B' };

/** Bits per second. */
export type BitsPerSecond = number & { readonly __unit: 'bit/s' };

/** Bytes per second. */
export type BytesPerSecond = number & { readonly __unit: 'B/s' };

export const ns = (value: number): Nanoseconds => value as Nanoseconds;

export const NS_PER_MS = 1_000_000;
export const NS_PER_SECOND = 1_000_000_000;
