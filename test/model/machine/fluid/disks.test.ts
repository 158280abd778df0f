import { describe, expect, it } from 'vitest';
import { type BytesPerSecond, ns } from '../../../../src/model/kernel/units.ts';
import type { Engine } from '../../../../src/model/machine/engine.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import { simulateWith } from '../../../../src/model/machine/simulate-with.ts';
import type { MachineSpecification } from '../../../../src/model/machine/specification.ts';
import type { DiskWork } from '../../../../src/model/machine/storage/storage-specification.ts';
import { constant, exponential, machine, nested, SECOND, vm, workload } from '../machine-builder.ts';

const simulate = (engine: Engine, specification: MachineSpecification, seconds = 20): MachineMeasurement =>
  simulateWith(engine, specification, {
    seed: 1,
    replication: 0,
    warmUp: ns(SECOND),
    duration: ns(seconds * SECOND),
  });

const controller = {
  queueDepth: 8,
  kick: { mmio: 1 },
  kickBatch: 8,
  coalescing: 4,
  submit: ns(4_000),
  complete: ns(3_000),
};
const exits = {
  switch: ns(100),
  classes: {
    mmio: { handle: ns(1_500), reflect: ns(1_000), ops: { 'vm-entry': 1 } },
    'external-interrupt': { handle: ns(800), reflect: ns(600), ops: { 'vm-entry': 1 } },
    'vm-entry': { handle: ns(2_000), reflect: ns(500), ops: {} },
  },
};
const storage = (iops: number, thinWrites = 0) => ({
  device: {
    latency: exponential(0.4),
    depth: 4,
    iops: { perSecond: iops },
    bandwidth: { perSecond: 1e9 as BytesPerSecond },
  },
  thinWrites,
});
const io: DiskWork = { reads: 3, writes: 2, size: 4096, sync: true, together: 2, fresh: 0.5 };

const seat = (number: number, perSecond: number, work: DiskWork) =>
  nested(
    `seat-${number}`,
    [
      vm(`seat-${number}/db`, workload({ kind: 'open', perSecond }, exponential(2), { disk: work }), {
        role: 'db',
        seat: number,
        vcpus: 2,
        disk: { controller, thin: true },
      }),
    ],
    { seat: number, vcpus: 2, disk: { controller, thin: false } },
  );

const labOf = (perSecond: number, iops: number, work = io, thinWrites = 0): MachineSpecification =>
  machine([seat(1, perSecond, work), seat(2, perSecond, work), seat(3, perSecond, work)], {
    physicalCpus: 8,
    exits,
    storage: storage(iops, thinWrites),
  });

describe('disks in the fluid engine', () => {
  const meanOf = ({ responses }: MachineMeasurement): number =>
    responses.reduce((sum, { count, mean }) => sum + count * mean, 0) /
    responses.reduce((sum, { count }) => sum + count, 0);

  it.each([
    ['an idle disk', 20, 1e6],
    ['a busy disk', 120, 1e6],
    ['a disk near its limit of I/Os', 60, 1_100],
  ])('answers as the exact engine does: %s', (_, perSecond, iops) => {
    const exact = simulate('exact', labOf(perSecond, iops));
    const fluid = simulate('fluid', labOf(perSecond, iops));
    expect(fluid.storage!.completed / exact.storage!.completed).toBeCloseTo(1, 1.5);
    expect(fluid.storage!.places / exact.storage!.places).toBeCloseTo(1, 1);
    expect(Math.abs(meanOf(fluid) / meanOf(exact) - 1)).toBeLessThan(0.1);
  });

  it('adds what thin disks write besides', () => {
    const { completed } = simulate('fluid', labOf(20, 1e6)).storage!;
    // Of 5 I/Os a job one writes to a fresh block, at one layer of two.
    expect(simulate('fluid', labOf(20, 1e6, io, 1)).storage!.completed / completed).toBeCloseTo(1.2, 2);
  });

  it('accounts for every I/O, written behind or waited for', () => {
    for (const sync of [true, false]) {
      const measured = simulate('fluid', labOf(60, 900, { ...io, sync }));
      const { arrived, completed, insideAtStart, insideAtEnd, presence, timeInside } = measured.storage!;
      expect(insideAtStart + arrived).toBe(completed + insideAtEnd);
      expect(timeInside / presence).toBeCloseTo(1, 9);
      for (const { disk, jobs } of measured.guests) {
        if (disk === null || jobs === null) continue;
        expect(disk.inFlightAtStart + disk.issued).toBe(disk.finished + disk.inFlightAtEnd);
        expect(jobs.queuedAtStart + jobs.demanded).toBeCloseTo(jobs.delivered + jobs.queuedAtEnd, -2);
      }
    }
  });

  it('makes a job that reads one after the other wait for each', () => {
    const alone = vm(
      'a',
      workload({ kind: 'saturated', tasks: 1 }, constant(3), {
        disk: { ...io, reads: 2, writes: 0, together: 1 },
      }),
      {
        disk: { controller: { ...controller, kick: {}, submit: ns(0), complete: ns(0) }, thin: false },
      },
    );
    const device = { ...storage(1e9).device, latency: constant(1) };
    const measured = simulate('fluid', machine([alone], { storage: { device, thinWrites: 0 } }));
    expect(measured.responses[0]!.mean / 1e6).toBeCloseTo(5, 6);
  });
});
