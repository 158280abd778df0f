import { describe, expect, test } from 'vitest';
import { iterateWithTinybench } from '../../../src/bench/workload/iterate.ts';
import type { PreparedWorkload } from '../../../src/bench/workload/workload.ts';

/** A clock that moves only when the workload does: iteration i takes `duration(i)` ns. */
function scripted(duration: (iteration: number) => number): {
  readonly prepared: PreparedWorkload;
  readonly now: () => bigint;
  readonly iterations: () => number;
} {
  let time = 123_456_789_012_345_678n;
  let iteration = 0;
  return {
    now: () => time,
    iterations: () => iteration,
    prepared: {
      iterate() {
        time += BigInt(duration(iteration));
        iteration++;
      },
      checksum: () => '',
      dispose() {},
    },
  };
}

describe('iterateWithTinybench', () => {
  test('does the warm-up and the samples, and not one iteration more', async () => {
    const { prepared, now, iterations } = scripted(() => 5);
    const { nanoseconds, warmUp } = await iterateWithTinybench('x', prepared, { warmUp: 3, samples: 7 }, now);
    expect(iterations()).toBe(10);
    expect(nanoseconds).toHaveLength(10);
    expect(warmUp).toBe(3);
  });

  test('keeps every duration in the order it happened, warm-up first, to the nanosecond', async () => {
    const durations = [900_000_000_001, 50, 7, 3, 11, 0, 2];
    const { prepared, now } = scripted((iteration) => durations[iteration]!);
    const { nanoseconds } = await iterateWithTinybench('x', prepared, { warmUp: 2, samples: 5 }, now);
    expect(nanoseconds).toEqual(durations);
  });

  test('neither a slow nor an instant workload changes how often it runs', async () => {
    for (const duration of [0, 10_000_000_000]) {
      const { prepared, now, iterations } = scripted(() => duration);
      await iterateWithTinybench('x', prepared, { warmUp: 1, samples: 4 }, now);
      expect(iterations()).toBe(5);
    }
  });

  test('without warm-up marks none', async () => {
    const { prepared, now } = scripted(() => 1);
    const result = await iterateWithTinybench('x', prepared, { warmUp: 0, samples: 4 }, now);
    expect(result).toEqual({ nanoseconds: [1, 1, 1, 1], warmUp: 0 });
  });

  test.each([1, 3])('a workload that fails in iteration %i fails the run', async (failing) => {
    const { prepared, now } = scripted((iteration) => {
      if (iteration === failing) throw new Error('the disk is on fire');
      return 1;
    });
    await expect(iterateWithTinybench('x', prepared, { warmUp: 2, samples: 5 }, now)).rejects.toThrow(
      'the disk is on fire',
    );
  });
});
