import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../../../src/model/kernel/statistics/log-histogram.ts';
import { type BytesPerSecond, ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement, StorageMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { ExitCostParameters } from '../../../../src/model/machine/specification.ts';
import type {
  ControllerSpecification,
  DeviceSpecification,
  DiskSpecification,
  DiskWork,
  StorageSpecification,
} from '../../../../src/model/machine/storage/storage-specification.ts';
import {
  constant,
  exponential,
  MS,
  machine,
  nested,
  SECOND,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

const unlimited = {
  iops: { perSecond: 1e9 },
  bandwidth: { perSecond: 1e15 as BytesPerSecond },
};

const storage = (device: Partial<DeviceSpecification>, thinWrites = 0): StorageSpecification => ({
  device: { latency: constant(1), depth: 1_000, ...unlimited, ...device },
  thinWrites,
});

const controller = (changes: Partial<ControllerSpecification> = {}): ControllerSpecification => ({
  queueDepth: 1_000,
  kick: {},
  kickBatch: 1,
  coalescing: 1,
  submit: ns(0),
  complete: ns(0),
  ...changes,
});

const disk = (changes: Partial<ControllerSpecification> = {}, thin = false): DiskSpecification => ({
  controller: controller(changes),
  thin,
});

const reads = (count: number, changes: Partial<DiskWork> = {}): { disk: DiskWork } => ({
  disk: { reads: count, writes: 0, size: 4096, sync: false, together: 1, fresh: 0, ...changes },
});

const deviceOf = (measured: MachineMeasurement): StorageMeasurement => measured.storage!;
const meanAtDevice = ({ presence, completed }: StorageMeasurement): number => presence / completed / MS;

/** Erlang's C: the chance to wait in M/M/c, and with it the mean time there. */
function mmc(perMs: number, serviceMs: number, servers: number): number {
  const load = perMs * serviceMs;
  let sum = 0;
  let term = 1;
  for (let k = 0; k < servers; k++) {
    sum += term;
    term *= load / (k + 1);
  }
  const wait = term / (1 - load / servers);
  const chance = wait / (sum + wait);
  return serviceMs + (chance * serviceMs) / (servers - load);
}

describe('a disk', () => {
  // Nearly no computing: jobs that arrive by a Poisson process and read once are M/M/c at the device.
  it.each([2, 4, 8])('with %i places, exponential latencies and Poisson reads is M/M/c', (depth) => {
    const perSecond = 70 * depth;
    const guest = vm(
      'reader',
      workload({ kind: 'open', perSecond, workers: 5_000 }, constant(0.001), reads(1)),
      { disk: disk() },
    );
    const measured = simulate(
      machine([guest], { storage: storage({ latency: exponential(10), depth }) }),
      2_400 / depth,
    );
    const expected = mmc(perSecond / 1_000, 10, depth);
    expect(Math.abs(meanAtDevice(deviceOf(measured)) / expected - 1)).toBeLessThan(0.06);
    expect(deviceOf(measured).places).toBeCloseTo(0.7, 1);
  });

  it('gives what its limit of I/Os a second allows, to as many as ask', () => {
    const guest = vm('reader', workload({ kind: 'saturated', tasks: 20 }, constant(0.001), reads(1)), {
      disk: disk(),
    });
    const measured = simulate(machine([guest], { storage: storage({ iops: { perSecond: 2_000 } }) }), 5);
    expect(deviceOf(measured).completed).toBeCloseTo(5 * 2_000, -2);
    // Little: 20 I/Os inside at 2,000 a second are 10 ms each.
    expect(meanAtDevice(deviceOf(measured))).toBeCloseTo(10, 1);
    expect(deviceOf(measured).iops).toBeCloseTo(1, 2);
  });

  it('gives what its bandwidth allows', () => {
    const work = workload({ kind: 'saturated', tasks: 8 }, constant(0.001), reads(1, { size: 100_000 }));
    const measured = simulate(
      machine([vm('reader', work, { disk: disk() })], {
        storage: storage({ bandwidth: { perSecond: 50e6 as BytesPerSecond } }),
      }),
      5,
    );
    expect(deviceOf(measured).completed).toBeCloseTo(5 * 500, -2);
  });

  it('is faster while credits last, and then at its sustained rate', () => {
    const guest = vm('reader', workload({ kind: 'saturated', tasks: 50 }, constant(0.001), reads(1)), {
      disk: disk(),
    });
    const specification = machine([guest], {
      storage: storage({ iops: { perSecond: 500, burst: { perSecond: 3_000, lasts: ns(4 * SECOND) } } }),
    });
    // A second of warm-up, 3 s of full credits, and 5 s without: 3 x 3,000 + 5 x 500.
    const rate = simulate(specification, 8);
    expect(deviceOf(rate).completed / (3 * 3_000 + 5 * 500)).toBeCloseTo(1, 2);
  });

  it('takes as many I/Os of a guest at once as its controller lets through', () => {
    const guest = vm('reader', workload({ kind: 'saturated', tasks: 32 }, constant(0.001), reads(1)), {
      disk: disk({ queueDepth: 4 }),
    });
    const measured = simulate(machine([guest], { storage: storage({ latency: constant(2) }) }), 5);
    expect(deviceOf(measured).completed).toBeCloseTo((5 * 4) / 0.002, -2);
  });

  it('is asked for more where a thin disk is first written, at each layer that keeps one', () => {
    const writes: DiskWork = {
      reads: 0,
      writes: 2,
      size: 4096,
      sync: true,
      together: 1,
      fresh: 0.5,
    };
    const work = workload({ kind: 'saturated', tasks: 1 }, constant(1), { disk: writes });
    const inner = vm('inner', work, { disk: disk({}, true) });
    const outer = nested('outer', [inner], { disk: disk({}, true) });
    const flat = nested('outer', [{ ...inner, disk: disk() }], { disk: disk() });
    const run = (guest: typeof outer) =>
      deviceOf(simulate(machine([guest], { storage: storage({}, 2) }), 5)).completed /
      simulate(machine([guest], { storage: storage({}, 2) }), 5).guests[1]!.disk!.finished;
    expect(run(flat)).toBeCloseTo(1, 2);
    // Half of the writes are first ones and take two more I/Os, once at either layer.
    expect(run(outer)).toBeCloseTo(1 + 0.5 * 2 * 2, 1);
  });
});

describe('an I/O of a nested guest', () => {
  const exits: ExitCostParameters = {
    switch: ns(100),
    classes: {
      mmio: { handle: ns(900), reflect: ns(2_000), ops: { 'vm-entry': 1 } },
      'external-interrupt': { handle: ns(400), reflect: ns(1_000), ops: {} },
      'vm-entry': { handle: ns(1_000), reflect: ns(0), ops: {} },
    },
  };
  const costs = disk({ kick: { mmio: 1 }, submit: ns(5_000), complete: ns(3_000) });
  const work = workload({ kind: 'saturated', tasks: 1 }, constant(1), reads(1));

  it('costs each hypervisor on its way, and takes as long as all of that', () => {
    const inner = vm('inner', work, { disk: costs, vcpus: 1 });
    const measured = simulate(
      machine([nested('outer', [inner], { disk: costs, vcpus: 2 })], {
        physicalCpus: 4,
        exits,
        storage: storage({ latency: constant(1) }),
      }),
      5,
    );
    const jobs = measured.guests[1]!.jobs!.completed;
    // Level 1 handles the inner kick and interrupt and emulates the inner controller.
    expect(measured.cpu.hypervisor[1]! / jobs).toBeCloseTo(5_000 + 3_000 + 900 + 400, -2);
    // Level 0 emulates the outer one, handles its exits, and reflects the inner ones with the entry back.
    const level0 = 5_000 + 3_000 + 900 + 400 + (2_000 + 1_000) + 1_000;
    expect(measured.cpu.hypervisor[0]! / jobs).toBeCloseTo(level0, -2);
    const { disk: ios } = measured.guests[1]!;
    const perIo = ios!.time / ios!.finished;
    expect(perIo).toBeGreaterThanOrEqual(1e6 + 2 * (5_000 + 3_000));
    expect(perIo).toBeLessThan(1.05e6);
  });

  it('takes as long as the device alone when nothing is in between', () => {
    const measured = simulate(
      machine([vm('reader', work, { disk: disk() })], { storage: storage({ latency: constant(1) }) }),
      5,
    );
    expect(measured.responses[0]!.mean).toBeCloseTo(2 * MS, -1);
    expect(LogHistogram.from(deviceOf(measured).latency).quantile(0.5)).toBeCloseTo(MS, -4);
  });

  it('waits for the CPU of its hypervisor like any other thread', () => {
    const hogs = { kind: 'saturated' as const, tasks: 1 };
    const busy = vm('busy', workload(hogs, constant(10)));
    const disks = { exits, storage: storage({}) };
    const alone = machine([vm('reader', work, { disk: costs })], disks);
    const beside = machine([vm('reader', work, { disk: costs }), busy], disks);
    const wait = (measured: MachineMeasurement): number => {
      const { time, finished } = measured.guests[0]!.disk!;
      return time / finished;
    };
    expect(wait(simulate(beside, 5))).toBeGreaterThan(1.2 * wait(simulate(alone, 5)));
  });
});

describe('write-behind', () => {
  const behind = (iops: number) => {
    const work = workload({ kind: 'saturated', tasks: 1 }, constant(1), {
      disk: { reads: 0, writes: 1, size: 4096, sync: false, together: 1, fresh: 0 },
    });
    return simulate(
      machine([vm('writer', work, { disk: disk() })], { storage: storage({ iops: { perSecond: iops } }) }),
      20,
    );
  };

  it('holds nobody up while the disk keeps up', () => {
    expect(behind(5_000).guests[0]!.jobs!.completed).toBeCloseTo(20_000, -2);
  });

  it('holds jobs up once too much is behind', () => {
    expect(behind(400).guests[0]!.jobs!.completed).toBeCloseTo(20 * 400, -3);
  });
});
