import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine } from '../../../../src/model/machine/machine.ts';
import { Responses } from '../../../../src/model/machine/responses.ts';
import { vmsOf } from '../../../../src/model/machine/scheduler/core-shares.ts';
import type {
  GuestSpecification,
  MachineSpecification,
} from '../../../../src/model/machine/specification.ts';
import { compileTopology } from '../../../../src/model/machine/topology.ts';
import {
  constant,
  delivered,
  exponential,
  hyperv,
  MS,
  machine,
  shares,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';
import { randomMachine } from '../random-machine.ts';

const busy = (entity: string, vcpus: number, changes: Partial<GuestSpecification> = {}) =>
  vm(entity, workload({ kind: 'saturated', tasks: vcpus }, constant(10)), { vcpus, ...changes });

const onCores = (cores: number, guests: readonly GuestSpecification[], kind: 'classic' | 'core' = 'core') =>
  machine(guests, { physicalCpus: 2 * cores, threadsPerCore: 2 }, { scheduler: hyperv(kind) });

describe('the core scheduler', () => {
  it('lets VMs of one vCPU each have a core in turn, the other thread idle', () => {
    const guests = [busy('a', 1), busy('b', 1)];
    const core = simulate(onCores(1, guests));
    expect(shares(core, 'a').running).toBeCloseTo(0.5, 2);
    expect(shares(core, 'a').ready).toBeCloseTo(0.5, 2);
    expect(core.cpu.idle / (core.end - core.start)).toBeCloseTo(1, 2);
    expect(delivered(core, 'a') + delivered(core, 'b')).toBeCloseTo(1, 6);
    const classic = simulate(onCores(1, guests, 'classic'));
    expect(delivered(classic, 'a')).toBeCloseTo(1.25 / 2, 6);
  });

  it('runs both vCPUs of a VM on the threads of a core', () => {
    const core = simulate(onCores(1, [busy('a', 2), busy('b', 2)]));
    expect(core.cpu.idle / (core.end - core.start)).toBeLessThan(0.001);
    for (const entity of ['a', 'b']) expect(delivered(core, entity)).toBeCloseTo(1.25 / 2, 1);
  });

  it('shares by weight, core for core', () => {
    const core = simulate(onCores(1, [busy('a', 1, { weight: 3072 }), busy('b', 1)]));
    expect(shares(core, 'a').running).toBeCloseTo(0.75, 1);
  });

  it('leaves no core idle while a VM waits for one', () => {
    const core = simulate(onCores(2, [busy('a', 1), busy('b', 1), busy('c', 1)]));
    expect(delivered(core, 'a') + delivered(core, 'b') + delivered(core, 'c')).toBeCloseTo(2, 1);
    for (const entity of ['a', 'b', 'c']) expect(shares(core, entity).running).toBeCloseTo(2 / 3, 1);
  });

  it('is the classic scheduler on a host without SMT', () => {
    const guests = [busy('a', 1), busy('b', 2)];
    const without = (kind: 'classic' | 'core') =>
      simulate(machine(guests, { physicalCpus: 2 }, { scheduler: hyperv(kind) }), 5).guests;
    expect(without('core')).toEqual(without('classic'));
  });

  /** How often both threads of a core are seen to run a guest, and how often guests of different VMs. */
  function seenTogether(specification: MachineSpecification, steps: number) {
    const topology = compileTopology(specification);
    const running = new Machine(topology, { seed: 7, replication: 0 }, new Responses(topology));
    const vmOf = vmsOf(topology);
    const seen = { together: 0, apart: 0 };
    for (let step = 1; step <= steps; step++) {
      running.runUntil(step * 0.1 * MS + 1);
      for (let cpu = 0; cpu < topology.physicalCpus; cpu += 2) {
        const [one, other] = [running.scheduling.current[cpu]!, running.scheduling.current[cpu + 1]!];
        if (one < 0 || other < 0 || one >= topology.vcpus || other >= topology.vcpus) continue;
        if (vmOf[one] === vmOf[other]) seen.together++;
        else seen.apart++;
      }
    }
    return seen;
  }

  it('never has two VMs on a core', () => {
    const come = (entity: string, vcpus: number) =>
      vm(entity, workload({ kind: 'closed', users: vcpus, think: exponential(4) }, exponential(3)), {
        vcpus,
      });
    const guests = [busy('a', 1), come('b', 2), come('c', 3), come('d', 1), busy('e', 2)];
    const seen = seenTogether(onCores(2, guests), 10_000);
    expect(seen.apart).toBe(0);
    expect(seen.together).toBeGreaterThan(1_000);
  });

  const neverApart = (runs: number, seed?: number): void =>
    fc.assert(
      fc.property(randomMachine, ({ root, ...rest }) => {
        const cored: MachineSpecification = {
          ...rest,
          physicalCpus: rest.physicalCpus * (rest.threadsPerCore === 2 ? 1 : 2),
          threadsPerCore: 2,
          root: { ...root, scheduler: hyperv('core') },
        };
        expect(seenTogether(cored, 300).apart).toBe(0);
      }),
      { numRuns: runs, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
    );

  it('never has in random machines either', () => {
    neverApart(150);
  });

  // What had to leave its thread and was followed by one pulled from another core was queued twice, and never came out.
  it.each([5, 1012])('never queues anything twice (seed %i)', (seed) => {
    neverApart(150, seed);
  });
});
