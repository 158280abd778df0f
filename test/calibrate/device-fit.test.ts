import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountedExits } from '../../src/bench/record/counted-exits.ts';
import { fitDevices } from '../../src/calibrate/fit/device-fit.ts';
import { deviceNotes } from '../../src/calibrate/fit/device-notes.ts';
import type { OwnExits } from '../../src/calibrate/measured/own-exits.ts';
import { type Series, type SeriesTable, seriesKey } from '../../src/calibrate/measured/series.ts';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../src/model/machine/specification.ts';
import { TRUTH } from './synthetic-record.ts';

const PARAMETERS: ExitCostParameters = {
  ...TRUTH.exits,
  classes: { ...TRUTH.exits.classes, 'page-fault': { handle: ns(5_000), reflect: ns(0), ops: {} } },
};

/** KiB of an operation as the agent does it, and how often it tells the card here. */
const NETWORK = {
  'request-small': { kib: 0.125, notifications: 1.5 },
  'request-large': { kib: 16, notifications: 2.5 },
  'stream-small': { kib: 1, notifications: 14 },
  'stream-large': { kib: 256, notifications: 8 },
};
const DISK = { 'random-read': 1, 'random-write': 1, 'file-sync': 5 };
const ON_METAL = 10_000;
const MSR_WRITES = 3;

interface Made {
  readonly series: SeriesTable;
  readonly exits: OwnExits;
}

/** A machine on which a notification takes `each` and a KiB `perKib` ns, in L1. */
function made(each: number, perKib: number, noise: (workload: string) => number = () => 1): Made {
  const series = new Map<string, Series>();
  const counts = new Map<string, CountedExits>();
  const line = (level: number, workload: string, cost: number): void => {
    const median = { value: cost, replicates: Float64Array.of(cost * 0.999, cost, cost * 1.001) };
    series.set(seriesKey(level, workload), {
      ...{ level, workload, class: 'network', median, low: cost, high: cost, count: 3 },
    });
  };
  const inGuest = (workload: string, metal: number, notifications: number, kib: number): void => {
    const byClass = { 'page-fault': notifications, 'msr-write': MSR_WRITES };
    const exits =
      notifications * exitCost(PARAMETERS, 'page-fault', 1).total +
      MSR_WRITES * exitCost(PARAMETERS, 'msr-write', 1).total;
    line(1, workload, metal + exits + (notifications * each + kib * perKib) * noise(workload));
    const total = notifications + MSR_WRITES;
    counts.set(workload, { operations: 10, total, byClass, unclassified: 0, detail: 'reasons' });
  };
  for (const [workload, { kib, notifications }] of Object.entries(NETWORK))
    inGuest(workload, 0, notifications, kib);
  for (const [workload, notifications] of Object.entries(DISK)) {
    line(0, workload, ON_METAL);
    inGuest(workload, ON_METAL, notifications, 0);
  }
  return {
    series,
    exits: { of: (_, level, workload) => (level === 1 ? (counts.get(workload) ?? null) : null) },
  };
}

const fitted = ({ series, exits }: Made) => {
  const fits = fitDevices(series, exits, PARAMETERS);
  return {
    disk: fits.find(({ family }) => family === 'disk')!,
    network: fits.find(({ family }) => family === 'network')!,
  };
};

describe('what a device takes beyond exits', () => {
  it('is found again on a machine that is known, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e3, max: 1e7, noNaN: true }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (each, share) => {
          const perKib = share * each;
          const { disk, network } = fitted(made(each, perKib));
          expect(network.perNotification / each).toBeCloseTo(1, 5);
          expect(network.perKib! / perKib).toBeCloseTo(1, 5);
          expect(disk.perNotification / each).toBeCloseTo(1, 5);
          for (const { row, time } of disk.leftOut) expect(time / row.time).toBeCloseTo(1, 5);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has no part for KiB where they cost nothing, and says so', () => {
    const { network } = fitted(made(100_000, 0, (workload) => (workload === 'request-large' ? 1.2 : 0.95)));
    expect(network.perKib).toBeNull();
    expect(deviceNotes([network])[0]).toContain('What a KiB takes is not told from nothing');
  });

  it('never tells KiB of a disk whose operations all move as much', () => {
    expect(fitted(made(50_000, 2_000)).disk.perKib).toBeNull();
  });

  it('has intervals that hold the truth in about 95 of 100 noisy machines', () => {
    let held = 0;
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const stream = RandomStream.named(run, 0, 'device');
      const { disk } = fitted(made(80_000, 0, () => Math.exp(0.3 * stream.normal())));
      if (disk.interval!.low <= 80_000 && disk.interval!.high >= 80_000) held++;
    }
    expect(held / runs).toBeGreaterThan(0.9);
    expect(held / runs).toBeLessThan(0.99);
  });

  it('leaves out, by name, what would take less than its own exits', () => {
    const { series, exits } = made(80_000, 0);
    const short = new Map(series);
    const read = series.get(seriesKey(1, 'random-read'))!;
    short.set(seriesKey(1, 'random-read'), {
      ...read,
      median: { value: 12_000, replicates: Float64Array.of(12_000) },
    });
    const { disk } = fitted({ series: short, exits });
    expect(disk.unused).toEqual(['random-read']);
    expect(disk.rows.map(({ workload }) => workload)).toEqual(['random-write', 'file-sync']);
    expect(disk.perNotification / 80_000).toBeCloseTo(1, 5);
  });

  it('of one workload alone has neither interval nor anything left out', () => {
    const { series, exits } = made(80_000, 0);
    const one = new Map([...series].filter(([key]) => key.endsWith('/random-read')));
    const [disk] = fitDevices(one, exits, PARAMETERS);
    expect(disk).toMatchObject({ interval: null, leftOut: [] });
  });
});
