import { median } from 'simple-statistics';
import { expect, it } from 'vitest';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { measuredValues } from '../../../src/bench/record/summarise.ts';

/** Three boots of the emulated lab on the instruction clock, as they were measured; docs/bench.md has the command. */
const { header, samples, blocks, boots } = await readRecordFile('test/fixtures/records/three-boots.jsonl.gz');
const medianOf = (workload: string, level: number, boot?: number): number =>
  median(
    samples
      .filter((line) => line.workload === workload && line.level === level)
      .filter((line) => boot === undefined || line.boot === boot)
      .flatMap(measuredValues),
  );

/**
 * Instructions of an operation. Each kernel ticks every two million; of what takes a tenth of that and more (`hash`, the applications)
 * one in some holds a tick, and the median wanders with how many.
 */
const RARELY_TICKED = 150_000;

it('is three whole boots, with every block valid', () => {
  expect(header).toMatchObject({ clock: 'instructions', plan: { boots: 3, blocks: 4 } });
  expect(blocks.map(({ valid }) => valid)).toEqual(Array.from({ length: 12 }, () => true));
  expect(boots.map(({ boot, level }) => `${boot}/${level}`).sort()).toEqual(
    [1, 2, 3].flatMap((boot) => [0, 1, 2].map((level) => `${boot}/${level}`)),
  );
});

it('repeats to a thousandth between boots, at every level, where hardly a tick falls into an operation', () => {
  let compared = 0;
  for (const workload of header.plan.workloads) {
    for (const level of [0, 1, 2]) {
      if (!samples.some((line) => line.workload === workload && line.level === level)) continue;
      const medians = [1, 2, 3].map((boot) => medianOf(workload, level, boot));
      if (medians[0]! > RARELY_TICKED) continue;
      compared++;
      expect(Math.max(...medians) / Math.min(...medians) - 1, `${workload} in L${level}`).toBeLessThan(0.001);
    }
  }
  expect(compared).toBe(32);
  for (const level of [0, 1, 2]) {
    const hashes = [1, 2, 3].map((boot) => medianOf('hash', level, boot));
    expect(Math.max(...hashes) / Math.min(...hashes) - 1, `hash in L${level}`).toBeLessThan(0.0015);
  }
});

it('computes without exits in the same instructions at every level, to 2 %', () => {
  for (const workload of ['alu-loop', 'hash', 'timer-overhead', 'syscall', 'page-touch-again']) {
    for (const level of [1, 2]) {
      const ratio = medianOf(workload, level) / medianOf(workload, 0);
      expect(Math.abs(ratio - 1), `${workload} in L${level}`).toBeLessThan(0.02);
    }
  }
});
