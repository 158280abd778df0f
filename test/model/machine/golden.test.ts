import { describe, expect, it } from 'vitest';
import { type Bytes, type BytesPerSecond, ns } from '../../../src/model/kernel/units.ts';
import type { HypervisorMemory } from '../../../src/model/machine/memory/memory-specification.ts';
import type { ExitCostParameters, GuestSpecification } from '../../../src/model/machine/specification.ts';
import type {
  DiskSpecification,
  StorageSpecification,
} from '../../../src/model/machine/storage/storage-specification.ts';
import {
  constant,
  eevdf,
  exponential,
  hog,
  machine,
  nested,
  promiscuous,
  simulate,
  vm,
  workload,
} from './machine-builder.ts';

const exits: ExitCostParameters = {
  switch: ns(100),
  classes: {
    hypercall: { handle: ns(400), reflect: ns(1_000), ops: { 'vm-entry': 1 } },
    mmio: { handle: ns(1_500), reflect: ns(1_000), ops: { 'vm-entry': 1 } },
    timer: { handle: ns(900), reflect: ns(700), ops: { 'vm-entry': 1 } },
    'halt-wake': { handle: ns(1_500), reflect: ns(600), ops: { 'vm-entry': 1 } },
    'external-interrupt': { handle: ns(800), reflect: ns(600), ops: { 'vm-entry': 1 } },
    ipi: { handle: ns(700), reflect: ns(600), ops: { 'vm-entry': 1 } },
    'vm-entry': { handle: ns(2_000), reflect: ns(500), ops: {} },
  },
};

const seat = (number: number): GuestSpecification => {
  const below = `seat-${number}/esxi`;
  const web = workload({ kind: 'open', perSecond: 20 }, exponential(4), {
    exitsPerCpuSecond: { hypercall: 5_000 },
    exitsPerJob: { mmio: 2 },
    exitsPerBusySecond: { timer: 250 },
    network: { send: 80, receive: 5, peer: 'uplink' },
  });
  const desktop = workload(
    { kind: 'closed', users: 2, think: { kind: 'lognormal', mean: constant(60).mean, cv: 1 } },
    exponential(6),
    { network: { send: 2, receive: 9, peer: 'seat' } },
  );
  return nested(
    below,
    [
      vm(`${below}/web`, web, { role: 'esxi/web', seat: number }),
      vm(`${below}/desktop`, desktop, { role: 'esxi/desktop', seat: number, vcpus: 2 }),
    ],
    { role: 'esxi', seat: number, vcpus: 2 },
    { scheduler: eevdf({ delayDequeue: true }), switch: promiscuous },
  );
};

const lab = machine(
  [seat(1), seat(2), seat(3), hog('hog')],
  {
    physicalCpus: 2,
    threadsPerCore: 2,
    exits,
    network: { forward: ns(900), copy: ns(400), drop: ns(300), receive: ns(700), ring: 128, batch: 32 },
  },
  { scheduler: eevdf({ delayDequeue: true }), switch: promiscuous },
);

describe('a seeded run of everything at once', () => {
  // These numbers are not right or wrong: they say that a change of the code changed what is simulated. Look at the
  // other tests before you replace them.
  it('gives what it gave before', () => {
    const { events, decisions, cpu, responses, network } = simulate(lab, 5, 42);
    expect({
      events,
      decisions,
      cpu,
      responses: responses.map(({ role, seat: number, count, mean }) => [number, role, count, mean]),
      host: network!.switches[0],
    }).toMatchInlineSnapshot(`
      {
        "cpu": {
          "guest": 9097108498.69962,
          "hypervisor": [
            130349245.9385452,
            81905424.33139777,
          ],
          "idle": 686426744,
          "polling": 0,
          "spin": 0,
          "switch": 4210087.030438369,
        },
        "decisions": 20250,
        "events": 13799,
        "host": {
          "broadcasts": {
            "copies": 0,
            "lost": 0,
            "received": 0,
            "rejected": 0,
            "sentOut": 0,
            "taken": 0,
          },
          "copied": 51352,
          "copiesLost": 947,
          "copiesOut": 0,
          "delivered": 2141,
          "discarded": 0,
          "discardedByGuests": 0,
          "dropped": {
            "flood-limit": 0,
            "forged-transmit": 0,
            "nat-inward": 0,
            "ring-full": 15,
            "table-full": 0,
            "unknown-target": 0,
          },
          "entity": "host",
          "flooded": 0,
          "level": 0,
          "received": 25676,
          "role": null,
          "sentUp": 23520,
        },
        "responses": [
          [
            1,
            "esxi/web",
            97,
            19183693.50515464,
          ],
          [
            1,
            "esxi/desktop",
            122,
            22759312.557377048,
          ],
          [
            2,
            "esxi/web",
            96,
            20808496.96875,
          ],
          [
            2,
            "esxi/desktop",
            116,
            22811109.879310347,
          ],
          [
            3,
            "esxi/web",
            101,
            23866103.03960396,
          ],
          [
            3,
            "esxi/desktop",
            121,
            23094794.727272727,
          ],
          [
            1,
            "hog",
            255,
            19608110.85882353,
          ],
        ],
      }
    `);
  });

  it('survives being sent to another thread', () => {
    const measured = simulate(lab, 1, 42);
    expect(structuredClone(measured)).toEqual(measured);
  });

  it('differs with the seed', () => {
    expect(simulate(lab, 1, 1).cpu).not.toEqual(simulate(lab, 1, 2).cpu);
  });
});

describe('a seeded run of memory, disks, locks and polling', () => {
  const disk = (thin: boolean): DiskSpecification => ({
    controller: {
      queueDepth: 32,
      kick: { mmio: 1 },
      kickBatch: 4,
      coalescing: 4,
      submit: ns(4_000),
      complete: ns(3_000),
    },
    thin,
  });
  const memory = (gib: number, active = gib) => ({
    configured: (gib * 2 ** 30) as Bytes,
    active: (active * 2 ** 30) as Bytes,
  });
  const hypervisorMemory = (gib: number): HypervisorMemory => ({
    capacity: (gib * 2 ** 30) as Bytes,
    own: (2 ** 29) as Bytes,
    overhead: { perVm: (2 ** 25) as Bytes, perGib: (2 ** 23) as Bytes, perVcpu: (2 ** 22) as Bytes },
    reclaim: { sharing: 0, balloon: 0.3, swap: true },
  });
  const server = (entity: string): GuestSpecification =>
    vm(
      entity,
      workload({ kind: 'closed', users: 6, think: exponential(8) }, exponential(4), {
        disk: { reads: 1.5, writes: 2, size: 16_384, sync: true, together: 2, fresh: 0.5 },
        memory: { touchesPerCpuSecond: 2_000, tlbMissesPerCpuSecond: 1e6 },
        exitsPerCpuSecond: { 'page-fault': 3_000 },
        locks: { perJob: 5, length: ns(50_000), count: 2, wait: 'spin' },
      }),
      { vcpus: 2, memory: memory(3), disk: disk(true) },
    );
  const storage: StorageSpecification = {
    device: {
      latency: { kind: 'lognormal', mean: ns(400_000), cv: 0.5 },
      depth: 8,
      iops: { perSecond: 2_000, burst: { perSecond: 4_000, lasts: ns(2e9) } },
      bandwidth: { perSecond: 5e7 as BytesPerSecond },
    },
    thinWrites: 1,
  };
  const stored = machine(
    [
      nested(
        'esxi',
        [server('esxi/a'), server('esxi/b')],
        { vcpus: 3, memory: memory(6), disk: disk(false) },
        { memory: hypervisorMemory(6) },
      ),
      server('c'),
      hog('hog', { memory: memory(1) }),
    ],
    {
      physicalCpus: 3,
      exits: {
        ...exits,
        classes: {
          ...exits.classes,
          'page-fault': { handle: ns(2_000), reflect: ns(700), ops: { 'vm-entry': 1 } },
        },
      },
      storage,
      memory: {
        walk: { native: 4, nested: 24, reference: ns(5) },
        lock: { handle: ns(300), reflect: ns(300), growth: 0.05, scope: 'vm' },
      },
    },
    {
      memory: hypervisorMemory(10),
      haltPolling: { most: ns(200_000) },
      spinExit: { window: ns(20_000), directedYield: true },
    },
  );

  it('gives what it gave before', () => {
    const {
      events,
      decisions,
      cpu,
      responses,
      storage: device,
      memory: pressures,
      guests,
    } = simulate(stored, 5, 42);
    expect({
      events,
      decisions,
      cpu,
      responses: responses.map(({ role, count, mean }) => [role, count, mean]),
      device: device && [device.arrived, device.completed, device.bytes, device.presence],
      missing: pressures.map(({ entity, swapped, ballooned, missing }) => [
        entity,
        swapped,
        ballooned,
        missing,
      ]),
      locks: guests.map(({ entity, synchronisation }) => [entity, synchronisation?.contended ?? 0]),
    }).toMatchInlineSnapshot(`
      {
        "cpu": {
          "guest": 13319513758.377476,
          "hypervisor": [
            177054900.17693007,
            72433738.47659872,
          ],
          "idle": 1375055957,
          "polling": 8489563,
          "spin": 39888682.16353513,
          "switch": 7563400.805275716,
        },
        "decisions": 59649,
        "device": [
          12963,
          12945,
          159424512,
          95672829098,
        ],
        "events": 89167,
        "locks": [
          [
            "esxi",
            0,
          ],
          [
            "esxi/a",
            57,
          ],
          [
            "esxi/b",
            54,
          ],
          [
            "c",
            97,
          ],
          [
            "hog",
            0,
          ],
        ],
        "missing": [
          [
            "host",
            746586112,
            0,
            0,
          ],
          [
            "esxi",
            671088640,
            0,
            0,
          ],
        ],
        "responses": [
          [
            "esxi/a",
            569,
            44263343.12478031,
          ],
          [
            "esxi/b",
            598,
            41884718.23745819,
          ],
          [
            "c",
            759,
            32328628.03952569,
          ],
          [
            "hog",
            449,
            11135003.175946549,
          ],
        ],
      }
    `);
  });
});
