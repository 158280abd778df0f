import { describe, expect, test } from 'vitest';
import { pooled } from '../../../src/bench/record/pool.ts';
import type {
  BenchRecord,
  RecordBlock,
  RecordCounters,
  RecordSamples,
} from '../../../src/bench/record/record.ts';
import { exampleRecord } from './example-record.ts';

const samples = (block: number, values: number[], more: Partial<RecordSamples> = {}): RecordSamples => ({
  ...exampleRecord.samples[0]!,
  block,
  values,
  warmUp: 1,
  outliers: [],
  ...more,
});
const counters = (block: number, operations: number, exits: number): RecordCounters => ({
  ...exampleRecord.counters[0]!,
  block,
  operations,
  delta: { exits },
});
const block = (number: number, ...reasons: string[]): RecordBlock => ({
  ...exampleRecord.blocks[0]!,
  block: number,
  valid: reasons.length === 0,
  reasons,
});
const record = (parts: Partial<BenchRecord>): BenchRecord => ({
  ...exampleRecord,
  samples: [],
  counters: [],
  blocks: [],
  ...parts,
});

describe('blocks put together', () => {
  test('leave out warm-up, and keep marks where they belong', () => {
    const of = record({
      samples: [samples(1, [90, 1, 2]), samples(2, [90, 3, 70, 4], { outliers: [2] })],
      blocks: [block(1), block(2)],
    });
    expect(pooled(of).samples).toEqual([samples(1, [1, 2, 3, 70, 4], { warmUp: 0, outliers: [3] })]);
  });

  test('leave out what was disturbed, unless nothing else is there', () => {
    const lines = [samples(1, [0, 1]), samples(2, [0, 2])];
    const blocks = [block(1, 'the machine was busy'), block(2)];
    expect(pooled(record({ samples: lines, blocks })).samples[0]?.values).toEqual([0, 2]);
    const disturbed = [block(1, 'busy'), block(2, 'busy')];
    expect(pooled(record({ samples: lines, blocks: disturbed })).samples[0]?.values).toEqual([1, 2]);
  });

  test('add up what was counted', () => {
    const of = record({
      counters: [counters(1, 100, 204), counters(2, 100, 206)],
      blocks: [block(1), block(2)],
    });
    expect(pooled(of).counters).toMatchObject([{ operations: 200, delta: { exits: 410 } }]);
  });

  test('that did not compute the same agree with nothing', () => {
    const of = record({
      samples: [samples(1, [0, 1], { checksum: 'a' }), samples(2, [0, 1], { checksum: 'b' })],
    });
    expect(pooled(of).samples[0]?.checksum).toBe('a+b');
  });
});
