import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import { MachineError } from '../../../src/model/machine/machine-error.ts';
import { simulateMachine } from '../../../src/model/machine/simulate-machine.ts';
import { compileTopology } from '../../../src/model/machine/topology.ts';
import {
  constant,
  eevdf,
  freeNetwork,
  hog,
  machine,
  nested,
  simulate,
  vm,
  workload,
} from './machine-builder.ts';

describe('the layers of a machine', () => {
  it('number CPUs and entities so that one addition goes from a vCPU to the CPU it is', () => {
    const l2 = nested('l1/l2', [hog('l1/l2/vm')], { vcpus: 2 });
    const topology = compileTopology(
      machine([nested('l1', [l2, hog('l1/vm')], { vcpus: 3 })], { physicalCpus: 4 }),
    );
    expect(
      topology.layers.map(({ name, level, firstCpu, cpuCount }) => [name, level, firstCpu, cpuCount]),
    ).toEqual([
      ['host', 0, 0, 4],
      ['l1', 1, 4, 3],
      ['l1/l2', 2, 7, 2],
      ['l1/l2/vm', 3, 9, 1],
      ['l1/vm', 2, 10, 1],
    ]);
    for (const guest of topology.guests) {
      const own = topology.layers[guest.layer]!;
      expect(own.firstCpu).toBe(topology.physicalCpus + guest.firstVcpu);
      expect(topology.layerOfEntity[guest.firstVcpu]).toBe(guest.parentLayer);
    }
    expect(topology.levels).toBe(3);
  });

  it('have tasks for frames only when somebody exchanges any', () => {
    const kinds = (guest: ReturnType<typeof hog>) =>
      compileTopology(machine([nested('l1', [guest])])).tasks.map(({ kind }) => kind);
    const talks = workload({ kind: 'saturated', tasks: 1 }, constant(1), {
      network: { send: 1, receive: 0, peer: 'uplink' },
    });
    expect(kinds(hog('l1/vm'))).toEqual(['job']);
    expect(kinds(vm('l1/vm', talks))).toEqual([
      'job',
      'uplink-worker',
      'uplink-worker',
      'port-worker',
      'port-worker',
      'receiver',
    ]);
  });
});

describe('what cannot be a machine', () => {
  const alone = workload({ kind: 'saturated', tasks: 1 }, constant(1), {
    network: { send: 1, receive: 0, peer: 'seat' },
  });

  it.each([
    { what: 'two guests of a name', specification: machine([hog('a'), hog('a')]), says: /a: two guests/ },
    {
      what: 'no vCPU',
      specification: machine([hog('a', { vcpus: 0 })]),
      says: /a: 0 vCPUs; expected a whole/,
    },
    {
      what: 'half a weight',
      specification: machine([hog('a', { weight: 0.5 })]),
      says: /a: 0.5 as its weight/,
    },
    { what: 'no CPU', specification: machine([hog('a')], { physicalCpus: 0 }), says: /0 physical CPUs/ },
    {
      what: 'half a core',
      specification: machine([hog('a')], { physicalCpus: 3, threadsPerCore: 2 }),
      says: /3 CPUs cannot be cores of 2 threads/,
    },
    {
      what: 'a clock that never ticks',
      specification: machine([hog('a', { scheduler: eevdf({ tick: 0 }) })]),
      says: /a: 0 ns as its tick/,
    },
    {
      what: 'users that are not there',
      specification: machine([
        vm('a', workload({ kind: 'closed', users: 0, think: constant(1) }, constant(1))),
      ]),
      says: /a: 0 users/,
    },
    {
      what: 'an arrival rate below zero',
      specification: machine([vm('a', workload({ kind: 'open', perSecond: -1 }, constant(1)))]),
      says: /a: -1 jobs a second; expected a finite number of at least 0/,
    },
    {
      what: 'siblings that do more together than two cores',
      specification: machine([hog('a')], { smtThroughput: 2.5 }),
      says: /2.5 as SMT throughput; expected 1 to 2/,
    },
    {
      what: 'a hypervisor that works',
      specification: machine([{ ...nested('a', []), workload: alone }]),
      says: /a: is a hypervisor and has a workload/,
    },
    {
      what: 'nobody in the seat to talk to',
      specification: machine([vm('a', alone)]),
      says: /a: exchanges frames within its seat, and no other/,
    },
    {
      what: 'a ring smaller than a batch',
      specification: machine([vm('a', alone), vm('b', alone)], { network: { ...freeNetwork, ring: 32 } }),
      says: /32 frames in a ring, which holds a batch; expected a whole number of at least 64/,
    },
  ])('is refused: $what', ({ specification, says }) => {
    expect(() => simulate(specification, 1)).toThrow(MachineError);
    expect(() => simulate(specification, 1)).toThrow(says);
  });

  it('nor is a run of no or of a broken time', () => {
    for (const duration of [0, -1, 0.5, Number.NaN]) {
      const run = { seed: 1, replication: 0, warmUp: ns(0), duration: ns(duration) };
      expect(() => simulateMachine(machine([hog('a')]), run)).toThrow(
        /duration is .* expected a whole number/,
      );
    }
  });
});
