import { median } from 'simple-statistics';
import { expect, it } from 'vitest';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { measuredValues } from '../../../src/bench/record/summarise.ts';

/** Three boots of the emulated lab on the instruction clock, as they were measured; docs/bench.md has the command. */
const { header, samples, blocks, boots } = await readRecordFile('test/fixtures/records/three-boots.jsonl.gz');
const valid = new Set(blocks.filter((block) => block.valid).map(({ block }) => block));
/** Of the valid blocks; not a number where there are none. */
const medianOf = (workload: string, level: number, boot?: number): number => {
  const values = samples
    .filter((line) => line.workload === workload && line.level === level && valid.has(line.block))
    .filter((line) => boot === undefined || line.boot === boot)
    .flatMap(measuredValues);
  return values.length === 0 ? Number.NaN : median(values);
};

/** Instructions of an operation. Each kernel ticks every two million; of what takes a tenth of that and more one in some holds a tick. */
const RARELY_TICKED = 150_000;

/** Of the whole ladder; a level that was lost is booted once more, with a number of its own. */
const BOOTS = [...new Set(boots.map(({ boot }) => boot))];

it('is three whole boots, with every block valid but those in which a guest hung', () => {
  expect(header).toMatchObject({ clock: 'instructions', plan: { boots: 3, blocks: 4 } });
  const lost = blocks.filter(({ valid }) => !valid);
  expect(lost.flatMap(({ reasons }) => reasons)).toEqual([
    'L1 was lost and booted again',
    'L2 was lost and booted again',
  ]);
  expect(blocks).toHaveLength(12);
  for (const level of [0, 1, 2])
    expect(boots.filter((line) => line.level === level).length).toBeGreaterThanOrEqual(3);
});

it('repeats to a thousandth between boots, at every level, where hardly a tick falls into an operation', () => {
  let compared = 0;
  for (const workload of header.plan.workloads) {
    for (const level of [0, 1, 2]) {
      const medians = BOOTS.map((boot) => medianOf(workload, level, boot)).filter(Number.isFinite);
      if (medians.length === 0 || medians[0]! > RARELY_TICKED) continue;
      compared++;
      expect(medians.length).toBeGreaterThanOrEqual(3);
      expect(Math.max(...medians) / Math.min(...medians) - 1, `${workload} in L${level}`).toBeLessThan(0.001);
    }
  }
  expect(compared).toBe(35);
});

it('computes without exits in the same instructions at every level, to 2 %', () => {
  for (const workload of ['alu-loop', 'hash', 'timer-overhead', 'syscall', 'page-touch-again']) {
    for (const level of [1, 2]) {
      const ratio = medianOf(workload, level) / medianOf(workload, 0);
      expect(Math.abs(ratio - 1), `${workload} in L${level}`).toBeLessThan(0.02);
    }
  }
});
