import { type BenchRecord, OUTSIDE_BLOCKS } from './record.ts';

/** The last block of a record that has one. */
export function lastBlock({ samples, blocks }: BenchRecord): number {
  return Math.max(OUTSIDE_BLOCKS, ...blocks.map(({ block }) => block), ...samples.map(({ block }) => block));
}

/**
 * The record with the blocks of another that was measured after it, numbered on from `after`. Boots go on too: a level
 * was booted anew for it.
 */
export function withMoreBlocks(record: BenchRecord, more: BenchRecord, after: number): BenchRecord {
  const boots = Math.max(0, ...record.boots.map(({ boot }) => boot));
  const later = <Line extends { readonly boot: number }>(line: Line): Line => ({
    ...line,
    boot: line.boot + boots,
  });
  const moved = <Line extends { readonly block: number; readonly boot: number }>(line: Line): Line => ({
    ...later(line),
    block: line.block === OUTSIDE_BLOCKS ? OUTSIDE_BLOCKS : line.block + after,
  });
  return {
    ...record,
    boots: [...record.boots, ...more.boots.map(later)],
    samples: [...record.samples, ...more.samples.map(moved)],
    warming: [...record.warming, ...more.warming.map(later)],
    counters: [...record.counters, ...more.counters.map(moved)],
    blocks: [...record.blocks, ...more.blocks.map((line) => ({ ...line, block: line.block + after }))],
    end: record.end === null ? null : more.end,
  };
}
