import { describe, expect, test } from 'vitest';
import type { BenchRecord, RecordSamples } from '../../../src/bench/record/record.ts';
import { baseLevelOf, measuredWorkloads } from '../../../src/report/measured/summary.ts';
import { sampleRecord } from '../fixture/record.ts';

const samples = (
  level: number,
  values: readonly number[],
  more: Partial<RecordSamples> = {},
): RecordSamples => ({
  kind: 'samples',
  boot: 1,
  block: 1,
  outliers: [],
  level,
  workload: 'cpuid',
  class: 'exit',
  unit: 'ns',
  values,
  operationsPerSample: 1,
  warmUp: 0,
  checksum: null,
  ...more,
});
const record = (...all: RecordSamples[]): BenchRecord => ({ ...sampleRecord, samples: all });

describe('what was measured', () => {
  test('too few samples have a median and no interval', () => {
    const [row] = measuredWorkloads(record(samples(0, [3, 1, 2])));
    expect(row?.cost).toEqual({ mean: 2, low: null, high: null });
  });

  test('levels that did not compute the same are not compared', () => {
    const six = [1, 1, 1, 1, 1, 1];
    const rows = measuredWorkloads(
      record(samples(0, six, { checksum: 'a' }), samples(1, six, { checksum: 'b' })),
    );
    expect(rows.map(({ ratio }) => ratio)).toEqual([null, null]);
  });

  test('warm-up is left out', () => {
    const [row] = measuredWorkloads(record(samples(0, [900, 800, 7, 7, 7, 7, 7, 7], { warmUp: 2 })));
    expect(row).toMatchObject({ cost: { mean: 7, low: 7, high: 7 }, samples: 6, ratio: null });
  });

  test('samples that are all warm-up are no figure', () => {
    expect(measuredWorkloads(record(samples(0, [1, 2], { warmUp: 2 })))).toEqual([]);
  });

  test('ratios are against the lowest level the record has, in the same unit', () => {
    const rows = measuredWorkloads(
      record(
        samples(2, [300, 300, 300, 300, 300, 300]),
        samples(1, [10, 10, 10, 10, 10, 10]),
        samples(1, [4], { unit: 'instructions' }),
        samples(2, [8], { unit: 'instructions', workload: 'other' }),
      ),
    );
    expect(baseLevelOf(sampleRecord)).toBe(0);
    expect(rows.map(({ level, unit, ratio }) => [level, unit, ratio?.mean ?? null])).toEqual([
      [1, 'ns', null],
      [1, 'instructions', null],
      [2, 'ns', 30],
      [2, 'instructions', null],
    ]);
  });

  test('classes stand in order, workloads as the record has them', () => {
    const names = [...new Set(measuredWorkloads(sampleRecord).map(({ workload }) => workload))];
    expect(names.slice(0, 3)).toEqual(['alu', 'syscall', 'cpuid']);
    expect(names.at(-1)).toBe('file-sync');
  });
});
