import { describe, expect, it } from 'vitest';
import type { BenchRecord, RecordCounters, RecordSamples } from '../../src/bench/record/record.ts';
import { roundTrips } from '../../src/calibrate/measured/round-trip.ts';
import { seriesOf } from '../../src/calibrate/measured/series.ts';
import { syntheticRecord } from './synthetic-record.ts';

const empty = syntheticRecord({ levels: [0, 1, 2] });

const samples = (level: number, workload: string, value: number): RecordSamples => ({
  kind: 'samples',
  boot: 1,
  block: 1,
  outliers: [],
  level,
  workload,
  class: 'exit',
  unit: 'ns',
  values: [900_000, value - 1, value, value + 1],
  operationsPerSample: 1,
  warmUp: 1,
  checksum: null,
});

const trips = (lines: readonly RecordSamples[], counters: readonly RecordCounters[] = []) => {
  const record: BenchRecord = { ...empty, samples: lines, counters };
  return roundTrips(record, seriesOf(record, { replicates: 20, uniformFor: () => () => 0.5 }));
};

const pageFaults = (count: number): RecordCounters => ({
  kind: 'counters',
  boot: 1,
  block: 1,
  level: 0,
  workloadLevel: 1,
  workload: 'page-touch',
  operations: 100,
  source: 'debugfs kvm',
  delta: { exits: 100 * count + 10, pf_taken: 100 * count },
});

describe('round trips', () => {
  it('are the operation in a guest less the same on the metal', () => {
    const { found } = trips([
      samples(0, 'cpuid', 50),
      samples(1, 'cpuid', 3_050),
      samples(2, 'cpuid', 29_050),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]!.byDepth.map((cost) => cost!.value)).toEqual([3_000, 29_000]);
  });

  it('take the timer off an operation that the metal does not have', () => {
    const { found } = trips([
      samples(0, 'timer-overhead', 40),
      samples(1, 'timer-overhead', 44),
      samples(1, 'hypercall', 2_644),
    ]);
    expect(found[0]!.byDepth[0]!.value).toBe(2_600);
  });

  const pages = [
    samples(0, 'page-touch', 2_000),
    samples(0, 'page-touch-again', 1_500),
    samples(1, 'page-touch', 30_000),
    samples(1, 'page-touch-again', 1_600),
  ];

  it('take the guest’s own fault off a nested one, at each level', () => {
    const { found } = trips(pages, [pageFaults(1)]);
    expect(found[0]).toMatchObject({ exitClass: 'page-fault' });
    // (30000 - 1600) - (2000 - 1500)
    expect(found[0]!.byDepth[0]!.value).toBe(27_900);
  });

  it('do not take a page touch for an exit unless the counters show one', () => {
    expect(trips(pages)).toEqual({
      found: [],
      notes: [expect.stringMatching(/no counters say how many exits page-touch takes/)],
    });
    const { found, notes } = trips(pages, [pageFaults(0.02)]);
    expect(found).toEqual([]);
    expect(notes[0]).toMatch(/page-touch took 0.02 exits of class page-fault an operation in L1, not one/);
  });

  it('have no cost from a depth that was not reached', () => {
    const { found } = trips([
      samples(0, 'cpuid', 50),
      samples(1, 'cpuid', 3_050),
      samples(2, 'timer-overhead', 40),
    ]);
    expect(found[0]!.byDepth[1]).toBeNull();
  });
});
