import { Bench, hrtimeNowTimestampProvider } from 'tinybench';
import type { PreparedWorkload } from './workload.ts';

export interface Iterations {
  /** Duration of every iteration in nanoseconds of the level's own clock, in the order they ran, warm-up first. */
  readonly nanoseconds: readonly number[];
  readonly warmUp: number;
}

/** Reads a monotonic clock, in nanoseconds. */
export type NanosecondClock = () => bigint;

/**
 * Runs a prepared workload under tinybench: exactly `warmUp` iterations of warm-up and `samples` measured ones, never
 * more until some time is up, so that every level does the same work.
 *
 * Tinybench drops its warm-up and sorts its samples. A record keeps the first and the order, so each iteration times
 * itself and hands the duration to tinybench (`overriddenDuration`, in ms) instead of the other way round.
 *
 * @throws whatever the workload throws
 */
export async function iterateWithTinybench(
  name: string,
  prepared: PreparedWorkload,
  amount: { readonly warmUp: number; readonly samples: number },
  now: NanosecondClock = process.hrtime.bigint,
  asynchronous = false,
): Promise<Iterations> {
  const nanoseconds: number[] = [];
  let warmUp = 0;
  const took = (start: bigint): { readonly overriddenDuration: number } => {
    const duration = Number(now() - start);
    nanoseconds.push(duration);
    return { overriddenDuration: duration / 1e6 };
  };
  const bench = new Bench({
    timestampProvider: { ...hrtimeNowTimestampProvider, fn: now },
    time: 0,
    iterations: amount.samples,
    warmup: amount.warmUp > 0,
    warmupTime: 0,
    warmupIterations: amount.warmUp,
    throws: true,
  });
  bench.add(
    name,
    asynchronous
      ? async () => {
          const start = now();
          await prepared.iterate();
          return took(start);
        }
      : () => {
          const start = now();
          void prepared.iterate();
          return took(start);
        },
    {
      // Said, because tinybench would otherwise find out by an iteration of its own, outside of the warm-up.
      async: asynchronous,
      afterAll(mode) {
        if (mode === 'warmup') warmUp = nanoseconds.length;
      },
    },
  );
  await bench.run();
  return { nanoseconds, warmUp };
}
