import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import { simulateFluid } from '../../../../src/model/machine/fluid/simulate-fluid.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { MachineSpecification } from '../../../../src/model/machine/specification.ts';
import {
  cfs,
  constant,
  delivered,
  esxi,
  hog,
  machine,
  nested,
  SECOND,
  shares,
  vm,
  workload,
} from '../machine-builder.ts';

const simulate = (specification: MachineSpecification): MachineMeasurement =>
  simulateFluid(specification, { seed: 1, replication: 0, warmUp: ns(SECOND), duration: ns(10 * SECOND) });

/** Linux knows no reservations. */
const reserving = { scheduler: esxi() };
const hogs = (tasks: number) => workload({ kind: 'saturated', tasks }, constant(10));

describe('bounds on ideal shares', () => {
  it('limits a guest, and leaves what it may not have to the others', () => {
    const measured = simulate(machine([hog('a', { limit: { cpus: 0.25 } }), hog('b')]));
    expect(delivered(measured, 'a')).toBeCloseTo(0.25, 3);
    expect(delivered(measured, 'b')).toBeCloseTo(0.75, 3);
    // Half of the CPU until its 25 ms are used up, and nothing for the rest of 100.
    expect(shares(measured, 'a').limited).toBeCloseTo(0.5, 2);
    expect(shares(measured, 'a').ready).toBeCloseTo(0.25, 2);
    expect(shares(measured, 'b').ready).toBeCloseTo(0.25, 2);
  });

  it('limits the vCPUs of a guest together, on a host with CPUs to spare', () => {
    const wide = vm('wide', hogs(4), { vcpus: 4, limit: { cpus: 1.5 } });
    const measured = simulate(machine([wide], { physicalCpus: 8 }));
    expect(delivered(measured, 'wide')).toBeCloseTo(1.5, 2);
    expect(shares(measured, 'wide').limited).toBeCloseTo(1 - 1.5 / 4, 2);
  });

  it('limits inside a nested hypervisor', () => {
    const inner = nested('inner', [hog('inner/a', { limit: { cpus: 0.2 } }), hog('inner/b')]);
    const measured = simulate(machine([inner, hog('other')]));
    // It has the CPU of its hypervisor half of the time; the limit counts what that believes to give.
    expect(delivered(measured, 'inner/a')).toBeCloseTo(0.1, 2);
    expect(delivered(measured, 'inner/b')).toBeCloseTo(0.4, 2);
  });

  it('does not slow down who stays below its limit', () => {
    const web = workload({ kind: 'open', perSecond: 10 }, constant(5));
    const { responses } = simulate(machine([vm('web', web, { limit: { cpus: 0.3 } })], { physicalCpus: 2 }));
    expect(responses[0]!.mean / 5e6).toBeLessThan(1.05);
  });

  it('gives what is reserved before weights count', () => {
    const light = hog('light', { weight: 256, reservation: 0.6 });
    const measured = simulate(machine([light, hog('heavy', { weight: 1024 })], {}, reserving));
    expect(delivered(measured, 'light')).toBeCloseTo(0.6, 9);
    expect(delivered(measured, 'heavy')).toBeCloseTo(0.4, 9);
  });

  it('gives more than what is reserved where the weight says so', () => {
    const heavy = hog('heavy', { weight: 3072, reservation: 0.3 });
    const measured = simulate(machine([heavy, hog('light', { weight: 1024 })], {}, reserving));
    expect(delivered(measured, 'heavy')).toBeCloseTo(0.75, 9);
  });

  it('divides the weight of a VM among its vCPUs where it is the VM that weighs', () => {
    const wide = vm('wide', hogs(3), { vcpus: 3 });
    const machineOf = (weightPer: 'vcpu' | 'vm') =>
      machine([wide, hog('narrow')], {}, { scheduler: cfs({ weightPer }) });
    expect(delivered(simulate(machineOf('vcpu')), 'narrow')).toBeCloseTo(0.25, 9);
    expect(delivered(simulate(machineOf('vm')), 'narrow')).toBeCloseTo(0.5, 9);
  });

  it('lets an affinity bound how many CPUs a guest has', () => {
    const pinned = vm('pinned', hogs(4), { vcpus: 4, affinity: [0, 1] });
    expect(delivered(simulate(machine([pinned], { physicalCpus: 8 })), 'pinned')).toBeCloseTo(2, 9);
  });
});
