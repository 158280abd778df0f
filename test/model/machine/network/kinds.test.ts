import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement, SwitchMeasurement } from '../../../../src/model/machine/measurement.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  NetworkCosts,
  SwitchSpecification,
  TrafficSpecification,
} from '../../../../src/model/machine/specification.ts';
import {
  constant,
  learning,
  machine,
  nested,
  promiscuous,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

const costs: NetworkCosts = {
  forward: ns(1_000),
  copy: ns(500),
  drop: ns(300),
  receive: ns(800),
  ring: 256,
  batch: 64,
};

const bridge: SwitchSpecification = { ...learning, kind: 'linux-bridge' };
const hub: SwitchSpecification = { ...bridge, macTable: { ageing: ns(0), whenFull: 'forward' } };
const nat: SwitchSpecification = { ...learning, kind: 'nat' };
const closed: SwitchSpecification = {
  promiscuous: false,
  forgedTransmits: false,
  macChanges: false,
  macLearning: false,
};

/** A job every 10 ms that does nothing but exchange frames. */
const talker = (
  entity: string,
  network: TrafficSpecification,
  changes: Partial<GuestSpecification> = {},
): GuestSpecification =>
  vm(entity, workload({ kind: 'closed', users: 1, think: constant(10) }, constant(0.001), { network }), {
    role: 'talker',
    ...changes,
  });

const up: TrafficSpecification = { send: 20, receive: 0, peer: 'uplink' };
const down: TrafficSpecification = { send: 0, receive: 20, peer: 'uplink' };

/** Nested hypervisors with one talker each, on as many CPUs. */
const lab = (
  hosts: number,
  network: TrafficSpecification,
  outer: SwitchSpecification,
  inner: SwitchSpecification,
  changes: Partial<MachineSpecification> = {},
): MachineSpecification =>
  machine(
    Array.from({ length: hosts }, (_, i) =>
      nested(`l1-${i}`, [talker(`l1-${i}/vm`, network)], { role: 'l1' }, { switch: inner }),
    ),
    { physicalCpus: 2 * hosts, network: costs, ...changes },
    { switch: outer },
  );

const host = (measured: MachineMeasurement): SwitchMeasurement => measured.network!.switches[0]!;
const total = (measured: MachineMeasurement, of: (one: SwitchMeasurement) => number): number =>
  measured.network!.switches.reduce((sum, one) => sum + of(one), 0);
const texts = (measured: MachineMeasurement): string[] => measured.findings.map(({ text }) => text);
const jobs = (measured: MachineMeasurement, of: 'completed' | 'failed'): number =>
  measured.guests.reduce((sum, guest) => sum + (guest.jobs?.[of] ?? 0), 0);

describe('a hub', () => {
  it.each([2, 4, 8])('of %i ports gives every frame to every port and the uplink', (ports) => {
    const guests = Array.from({ length: ports }, (_, i) => talker(`vm-${i}`, up));
    const measured = simulate(machine(guests, { physicalCpus: ports, network: costs }, { switch: hub }), 2);
    const { received, copied, copiesLost, discardedByGuests } = host(measured);
    expect(copied).toBe((ports - 1) * received);
    expect(copiesLost).toBe(0);
    expect(discardedByGuests).toBe(copied);
    expect(measured.cpu.hypervisor[0]).toBe(received * costs.forward + copied * costs.copy);
    expect(texts(measured)[0]).toContain(`makes a hub of it: each frame goes to all ${ports} ports`);
  });

  it('sends frames between its ports out as well, where it has an uplink', () => {
    const guests = ['a', 'b', 'c'].map((name) => talker(name, { send: 20, receive: 0, peer: 'seat' }));
    const measured = simulate(machine(guests, { physicalCpus: 3, network: costs }, { switch: hub }), 2);
    expect(host(measured).copiesOut).toBe(host(measured).received);
    const alone = { ...hub, uplinks: 0 };
    const private_ = simulate(machine(guests, { physicalCpus: 3, network: costs }, { switch: alone }), 2);
    expect(host(private_)).toMatchObject({ copiesOut: 0, copied: host(private_).received });
  });
});

describe('copies under promiscuous mode', () => {
  it('are one for each other nested hypervisor, and once more in each that is promiscuous inside', () => {
    // n L1 with m L2 each, all promiscuous, and one that talks: n - 1 + m - 1 copies at the host and at its own L1,
    // and m in each of the n - 1 other L1.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (n, m) => {
        const l1 = (i: number): GuestSpecification =>
          nested(
            `l1-${i}`,
            Array.from({ length: m }, (_, j) =>
              nested(
                `l1-${i}/l2-${j}`,
                i + j === 0 ? [talker('talker', up)] : [],
                {},
                { switch: promiscuous },
              ),
            ),
            {},
            { switch: promiscuous },
          );
        const guests = Array.from({ length: n }, (_, i) => l1(i));
        const specification = machine(guests, { physicalCpus: 8, network: costs }, { switch: promiscuous });
        const measured = simulate(specification, 1);
        const { offered } = measured.guests.find(({ entity }) => entity === 'talker')!.frames!;
        expect(total(measured, ({ copied }) => copied)).toBe((n - 1 + (m - 1) + (n - 1) * m) * offered);
      }),
      { numRuns: 16 },
    );
  });

  it.each([
    { filter: true, inside: 1 },
    { filter: false, inside: 3 },
  ])(
    'come by both uplinks of a nested hypervisor; with a filter ($filter) $inside go on',
    ({ filter, inside }) => {
      const team = { ...promiscuous, uplinks: 2, reversePathFilter: filter };
      const l1 = (name: string): GuestSpecification =>
        nested(name, [nested(`${name}/l2`, [talker(`${name}/l2/vm`, up)])], {}, { switch: team });
      const specification = machine(
        [l1('a'), l1('b')],
        { physicalCpus: 6, network: costs },
        { switch: promiscuous },
      );
      const measured = simulate(specification, 2);
      const { received, copied } = host(measured);
      // Both adapters of the other, and the sender's own second one, which sees the frame come back.
      expect(copied).toBe(3 * received);
      expect(total(measured, (one) => (one.level === 1 ? one.copied : 0))).toBe(inside * received);
      const said = texts(measured).some((text) => text.includes('see every frame once for each uplink'));
      expect(said).toBe(!filter);
    },
  );

  it('of broadcasts come back by the other uplink of the host, unless it filters', () => {
    const chatty: TrafficSpecification = { ...up, broadcast: 100 };
    const returned = (reversePathFilter: boolean): { copies: number; broadcasts: number; said: boolean } => {
      const policy = { ...promiscuous, uplinks: 2, reversePathFilter };
      const measured = simulate(lab(3, chatty, policy, bridge), 5);
      return {
        copies: host(measured).copied - 2 * host(measured).received,
        broadcasts: host(measured).broadcasts.sentOut,
        said: measured.findings.some(({ code }) => code === 'promiscuous-duplicates'),
      };
    };
    const unfiltered = returned(false);
    // One that returns, looked at and copied to three promiscuous ports.
    expect(unfiltered.copies / unfiltered.broadcasts).toBeCloseTo(4, 1);
    expect(unfiltered.said).toBe(true);
    const filtered = returned(true);
    expect(filtered.copies / filtered.broadcasts).toBeCloseTo(1, 1);
    expect(filtered.said).toBe(false);
  });
});

describe('broadcasts', () => {
  it('reach every guest at every level once', () => {
    const chatty: TrafficSpecification = { ...up, send: 0, broadcast: 200 };
    const measured = simulate(lab(4, chatty, bridge, bridge), 5);
    const sent = measured.guests.reduce((sum, { frames }) => sum + (frames?.broadcastsSent ?? 0), 0);
    expect(sent).toBeGreaterThan(3_000);
    expect(total(measured, ({ broadcasts }) => broadcasts.taken)).toBeCloseTo(3 * sent, -2);
    expect(host(measured).broadcasts.sentOut).toBeCloseTo(sent, -1);
  });

  it('of inner VMs stop where forged transmits are rejected, and at NAT', () => {
    const chatty: TrafficSpecification = { ...up, broadcast: 100 };
    const rejected = simulate(lab(2, chatty, closed, bridge), 2);
    expect(host(rejected).broadcasts.rejected).toBe(host(rejected).broadcasts.received);
    const translated = simulate(lab(2, chatty, closed, nat), 2);
    expect(host(translated).broadcasts.received).toBe(0);
  });
});

describe('NAT in a nested hypervisor', () => {
  it('needs no policy of the switch outside, and costs a translation', () => {
    const measured = simulate(lab(2, up, closed, nat), 5);
    expect(measured.findings).toEqual([]);
    const { received, sentUp } = host(measured);
    expect(sentUp).toBe(received);
    expect(measured.cpu.hypervisor[1]).toBe(received * 2 * costs.forward);
    expect(jobs(measured, 'failed')).toBe(0);
  });

  it('lets nobody in who was not asked, and says so', () => {
    const measured = simulate(lab(2, down, closed, nat), 5);
    expect(jobs(measured, 'completed')).toBe(0);
    expect(measured.network!.switches[1]!.dropped['nat-inward']).toBeGreaterThan(0);
    expect(texts(measured)).toEqual([
      'inner VM l1-0/vm (and 1 more in the role talker) cannot be reached: the NAT of l1-0 (level 1) lets in only ' +
        'what answers its own VMs; forward a port, or bridge in place of NAT',
    ]);
  });

  it('lets in what its VMs asked for', () => {
    const measured = simulate(lab(2, { ...down, opens: 'self' }, closed, nat), 5);
    expect(measured.findings).toEqual([]);
    expect(jobs(measured, 'completed')).toBeGreaterThan(800);
  });
});

describe('what the rules of a kind cut off is said in its own words', () => {
  it.each([
    {
      kind: 'hyper-v',
      network: up,
      text: 'MAC address spoofing is off at level 0, so the port of l1-0 may send nothing but its own address; switch spoofing on, or give the inner VMs NAT',
    },
    {
      kind: 'hyper-v',
      network: down,
      text: 'MAC address spoofing is off at level 0, so the port of l1-0 gets only what is for its own address',
    },
    { kind: 'standard', network: up, text: 'forged transmits are rejected at level 0' },
    {
      kind: 'standard',
      network: down,
      text: 'the switch at level 0 knows only the address of l1-0 on its port; it needs promiscuous mode, or a distributed switch with MAC learning',
    },
    {
      kind: 'distributed',
      network: down,
      text: 'the switch at level 0 knows only the address of l1-0 on its port; it needs MAC learning, or promiscuous mode',
    },
  ] as const)('$kind: $text', ({ kind, network, text }) => {
    const policy = { ...closed, kind, forgedTransmits: kind !== 'hyper-v' && network === down };
    const measured = simulate(lab(1, network, policy, bridge), 1);
    expect(texts(measured)).toEqual([`inner VM l1-0/vm cannot be reached: ${text}`]);
    const open = { ...closed, kind, forgedTransmits: true, macLearning: true };
    expect(simulate(lab(1, network, open, bridge), 1).findings).toEqual([]);
  });

  it('names a private switch that has no way out', () => {
    const measured = simulate(lab(1, up, { ...bridge, uplinks: 0 }, bridge), 1);
    expect(texts(measured)).toEqual([
      'inner VM l1-0/vm cannot be reached: the switch at level 0 has no uplink',
    ]);
  });
});

describe('a table of addresses', () => {
  const table = (limit: number, whenFull: 'forward' | 'drop' = 'forward'): SwitchSpecification => ({
    ...learning,
    kind: 'distributed',
    macTable: { limit, whenFull },
  });

  it('with room for all floods nothing', () => {
    const measured = simulate(lab(6, down, table(6), bridge), 3);
    expect(host(measured)).toMatchObject({ flooded: 0, copied: 0 });
    expect(measured.findings).toEqual([]);
  });

  it.each([1, 3, 5])('with room for %i of six floods what is for the others', (room) => {
    const measured = simulate(lab(6, down, table(room), bridge), 3);
    const { received, flooded, copied } = host(measured);
    expect(flooded / received).toBeCloseTo((6 - room) / 6, 2);
    expect(copied).toBe(5 * flooded);
    expect(texts(measured)[0]).toBe(
      `the switch at level 0 has room for ${room} of the 6 addresses behind its ports: frames for addresses that find no place go to every port`,
    );
  });

  it('that drops what it cannot learn cuts those guests off', () => {
    const measured = simulate(lab(4, up, table(3, 'drop'), bridge), 3);
    const { dropped, received } = host(measured);
    expect(dropped['table-full']).toBeGreaterThan(0);
    expect(received - dropped['table-full']).toBe(host(measured).sentUp);
    expect(texts(measured)[0]).toContain('frames from addresses that find no place are lost');
  });

  it('forgets who has not been heard, and floods until it is heard again', () => {
    const quiet: SwitchSpecification = { ...bridge, macTable: { ageing: ns(1e9), whenFull: 'forward' } };
    const silent = simulate(lab(3, down, quiet, bridge), 3);
    expect(host(silent).flooded).toBe(host(silent).received);
    const heard = simulate(lab(3, { ...down, send: 1 }, quiet, bridge), 3);
    expect(host(heard).flooded).toBe(0);
  });

  it('that must not flood loses what it does not know', () => {
    const measured = simulate(lab(4, down, { ...table(2), floodUnknown: false }, bridge), 3);
    expect(host(measured)).toMatchObject({ flooded: 0, copied: 0 });
    expect(host(measured).dropped['unknown-target']).toBeGreaterThan(0);
  });

  it('floods no more than its limit', () => {
    const measured = simulate(lab(4, down, { ...table(2), floodLimit: 500 }, bridge), 4);
    expect(host(measured).flooded / 4).toBeLessThan(520);
    expect(host(measured).dropped['flood-limit']).toBeGreaterThan(0);
    expect(measured.findings.map(({ code }) => code)).toContain('flood-limit');
  });
});

describe('flows', () => {
  /** More frames than a ring holds, to a guest that shares its CPU. */
  const burst = (flow: 'tcp' | 'udp'): MachineMeasurement =>
    simulate(
      machine([talker('vm', { send: 0, receive: 2_000, peer: 'uplink', flow })], {
        network: { ...costs, forward: ns(100), copy: ns(100), receive: ns(2_000), ring: 128 },
        physicalCpus: 2,
      }),
      20,
    );

  it('that do not back off lose frames, and with them the job', () => {
    const measured = burst('udp');
    expect(jobs(measured, 'completed')).toBe(0);
    expect(jobs(measured, 'failed')).toBeGreaterThan(10);
  });

  it('that do send again what was lost, and finish later', () => {
    const measured = burst('tcp');
    expect(jobs(measured, 'failed')).toBe(0);
    expect(jobs(measured, 'completed')).toBeGreaterThan(500);
    const { offered, arrived, lost, resent } = measured.guests[0]!.frames!;
    expect(lost).toBeGreaterThan(0);
    expect(resent / lost).toBeCloseTo(1, 1);
    expect(arrived).toBeLessThan(offered);
    // A halved window stays below the ring: most frames arrive at once.
    expect(lost / offered).toBeLessThan(0.2);
  });

  it('take no longer than the slowest card on their way lets them', () => {
    const frame = 1514;
    const network: TrafficSpecification = {
      send: 1_000,
      receive: 0,
      peer: 'uplink',
      frameBytes: frame,
      flow: 'tcp',
    };
    const free = { ...costs, forward: ns(0), copy: ns(0), receive: ns(0), drop: ns(0) };
    const measured = simulate(machine([talker('vm', network)], { network: free, nic: 1e9 }), 20);
    const onTheWire = (8 * 1_000 * (frame + 24)) / 1e9;
    expect(measured.responses[0]!.mean / 1e9).toBeCloseTo(onTheWire, 4);
    const { utilisationOut, utilisationIn } = measured.network!.wire;
    expect(utilisationOut).toBeCloseTo(onTheWire / (onTheWire + 0.010001), 2);
    expect(utilisationIn).toBe(0);
    const slower = simulate(machine([talker('vm', network, { nic: 1e8 })], { network: free, nic: 1e9 }), 20);
    expect(slower.responses[0]!.mean / 1e9).toBeCloseTo(10 * onTheWire, 2);
  });
});

describe('frames joined up', () => {
  const large = { ...costs, tso: 65_536, lro: 32_000 };
  const receive: TrafficSpecification = { send: 0, receive: 40, peer: 'uplink', flow: 'tcp' };

  it('are as many as their bytes take', () => {
    const sent = simulate(
      lab(1, { ...up, send: 44, flow: 'tcp' }, learning, learning, { network: large }),
      2,
    );
    // 44 full frames are 66,616 bytes: two pieces.
    const { completed } = sent.guests[1]!.jobs!;
    expect(sent.guests[1]!.frames!.arrived).toBe(2 * completed);
    const received = simulate(lab(1, receive, learning, learning, { network: large }), 2);
    expect(received.guests[1]!.frames!.arrived / received.guests[1]!.jobs!.completed).toBeCloseTo(2, 1);
  });

  it('come one by one to who is behind a promiscuous port, and it is said', () => {
    const measured = simulate(lab(2, receive, promiscuous, learning, { network: large }), 2);
    const [, guest] = measured.guests;
    expect(guest!.frames!.arrived / guest!.jobs!.completed).toBeCloseTo(40, 0);
    expect(measured.findings.map(({ code }) => code)).toContain('no-lro');
    const kept = simulate(
      lab(2, receive, promiscuous, learning, { network: { ...large, lroWhenPromiscuous: true } }),
      2,
    );
    expect(kept.findings.map(({ code }) => code)).not.toContain('no-lro');
  });

  it('cost by their bytes where they are copied into a guest', () => {
    const byByte = { ...costs, copyKib: ns(1_024) };
    const measured = simulate(
      lab(1, { ...down, frameBytes: 1_000 }, learning, learning, { network: byByte }),
      2,
    );
    const { received } = host(measured);
    expect(measured.cpu.hypervisor[0]).toBeCloseTo(received * (costs.forward + costs.copy + 1_000), 0);
  });
});
