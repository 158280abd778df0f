import { describe, expect, test } from 'vitest';
import { exitsOfOne } from '../../../src/bench/record/exits-of-one.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { summarise } from '../../../src/bench/record/summarise.ts';

/** A real run of two blocks on the instruction clock, on a machine with twenty others' work on its two processors. */
const record = await readRecordFile(
  new URL('../../fixtures/records/emulated-instructions-blocks.jsonl', import.meta.url).pathname,
);
const inBlocks = record.samples.filter(({ block }) => block > 0);
const medianOf = (workload: string, level: number, block: number): number =>
  summarise(
    inBlocks.find((line) => line.workload === workload && line.level === level && line.block === block)!,
  ).median;

describe('a real record in blocks', () => {
  test('has every workload at every level once in each block, in another order each time', () => {
    const { workloads, blocks } = record.header.plan;
    const impossible = record.skipped.length;
    expect(inBlocks).toHaveLength(blocks * (3 * workloads.length - impossible));
    const [first, second] = record.blocks.map(({ order }) => order);
    expect(first).not.toEqual(second);
    // The first block also tried what then turned out to be impossible.
    expect(new Set(second)).toEqual(new Set(first!.filter((cell) => second!.includes(cell))));
    expect(record.blocks.every(({ valid }) => valid)).toBe(true);
  });

  test('what is exact repeats to a thousandth from block to block, however busy the machine is', () => {
    for (const workload of ['alu-loop', 'cpuid', 'self-ipi', 'pipe-one-cpu']) {
      for (const level of [1, 2]) {
        expect(medianOf(workload, level, 2) / medianOf(workload, level, 1)).toBeCloseTo(1, 3);
      }
    }
  });

  test('a control without memory costs the same at every level', () => {
    for (const block of [1, 2]) {
      for (const level of [1, 2]) {
        expect(medianOf('alu-loop', level, block) / medianOf('alu-loop', 0, block)).toBeCloseTo(1, 3);
      }
    }
  });

  test('its exits are those of one operation, by who counted them', () => {
    const passes = exitsOfOne(record);
    const cpuid = passes.find(
      ({ workload, level, countedAt }) => workload === 'cpuid' && level === 1 && countedAt === 0,
    );
    expect(cpuid?.byKind.get('cpuid')).toBeCloseTo(1, 1);
    const nested = passes.find(
      ({ workload, level, countedAt }) => workload === 'cpuid' && level === 2 && countedAt === 0,
    );
    expect(nested!.total.median).toBeGreaterThan(4);
  });

  test('has what it took to boot a guest, as a sample of whoever booted it', () => {
    const boots = record.samples.filter(({ workload }) => workload === 'guest-boot');
    expect(boots.map(({ level }) => level)).toEqual([0, 1]);
    expect(boots[1]!.values[0]).toBeGreaterThan(boots[0]!.values[0]!);
  });
});

test('a page touched for the first time is one nested fault, and touched again it is none', async () => {
  const pages = await readRecordFile(
    new URL('../../fixtures/records/emulated-instructions-pages.jsonl', import.meta.url).pathname,
  );
  const faults = (workload: string): number =>
    exitsOfOne(pages)
      .find((pass) => pass.workload === workload && pass.level === 1 && pass.countedAt === 0)!
      .byKind.get('page-fault') ?? 0;
  expect(faults('page-touch')).toBeCloseTo(1, 0);
  expect(faults('page-touch-again')).toBeLessThan(0.1);
  // Guests above hold still while L1 is measured: nothing of their entries is in what L1 is charged with.
  for (const { byKind } of exitsOfOne(pages).filter(({ level }) => level === 1))
    expect(byKind.get('vm-entry') ?? 0).toBe(0);
});
