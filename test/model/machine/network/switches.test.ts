import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement, SwitchMeasurement } from '../../../../src/model/machine/measurement.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  NetworkCosts,
  SwitchSpecification,
  WorkloadSpecification,
} from '../../../../src/model/machine/specification.ts';
import {
  constant,
  eevdf,
  exponential,
  freeNetwork,
  hog,
  learning,
  machine,
  nested,
  promiscuous,
  SECOND,
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

type Frames = NonNullable<WorkloadSpecification['network']>;

/** A guest that does nothing but exchange frames: a job every 10 ms with a demand of 1 us. */
const talker = (entity: string, network: Frames, seat = 1): GuestSpecification =>
  vm(entity, workload({ kind: 'closed', users: 1, think: constant(10) }, constant(0.001), { network }), {
    role: 'talker',
    seat,
  });

/** Nested hypervisors with one talker each, on as many CPUs. */
const lab = (
  hosts: number,
  network: Frames,
  policy: SwitchSpecification,
  changes: Partial<MachineSpecification> = {},
): MachineSpecification =>
  machine(
    Array.from({ length: hosts }, (_, i) =>
      nested(`esxi-${i}`, [talker(`esxi-${i}/vm`, network, i)], { role: 'esxi' }, { switch: policy }),
    ),
    { physicalCpus: 2 * hosts, network: costs, ...changes },
    { switch: policy },
  );

const switchOf = (measured: MachineMeasurement, entity: string): SwitchMeasurement =>
  measured.network!.switches.find((one) => one.entity === entity)!;

const up: Frames = { send: 20, receive: 0, peer: 'uplink' };
const down: Frames = { send: 0, receive: 20, peer: 'uplink' };

describe('a switch that learns addresses', () => {
  it('hands frames on once, and every layer pays for its own step', () => {
    const measured = simulate(lab(3, up, learning), 5);
    const frames = measured.guests.reduce((sum, guest) => sum + (guest.frames?.arrived ?? 0), 0);
    expect(frames).toBeGreaterThan(3 * 20 * 490);
    expect(switchOf(measured, 'host')).toMatchObject({ received: frames, sentUp: frames, copied: 0 });
    expect(measured.cpu.hypervisor[1]).toBe(frames * costs.forward);
    expect(measured.cpu.hypervisor[0]).toBe(frames * costs.forward);
  });

  it('brings frames down through every switch to the receiver, at a copy for each port', () => {
    const measured = simulate(lab(2, down, learning), 5);
    const frames = measured.guests.reduce((sum, guest) => sum + (guest.frames?.arrived ?? 0), 0);
    const demand = measured.guests.reduce((sum, guest) => sum + (guest.jobs?.delivered ?? 0), 0);
    expect(measured.cpu.hypervisor).toEqual([
      frames * (costs.forward + costs.copy),
      frames * (costs.forward + costs.copy),
    ]);
    expect(measured.cpu.guest).toBe(frames * costs.receive + demand);
  });

  it('keeps what two inner VMs say to each other inside their hypervisor', () => {
    const peers: Frames = { send: 5, receive: 5, peer: 'seat' };
    const esxi = nested('esxi', [talker('esxi/a', peers), talker('esxi/b', peers)]);
    const measured = simulate(machine([esxi], { physicalCpus: 2, network: costs }), 2);
    expect(switchOf(measured, 'host').received).toBe(0);
    expect(switchOf(measured, 'esxi').delivered).toBe(switchOf(measured, 'esxi').received);
    expect(switchOf(measured, 'esxi').received).toBeGreaterThan(2 * 10 * 190);
  });
});

describe('a promiscuous switch', () => {
  it.each([2, 3, 6])('copies every frame to the other %i - 1 nested hypervisors, which drop it', (hosts) => {
    for (const network of [up, down]) {
      const measured = simulate(lab(hosts, network, promiscuous), 2);
      const { received, copied, copiesLost } = switchOf(measured, 'host');
      expect(copied).toBe((hosts - 1) * received);
      expect(copiesLost).toBe(0);
      const discarded = measured.network!.switches.reduce((sum, one) => sum + one.discarded, 0);
      expect(discarded).toBe(copied);
      const wanted = network === up ? costs.forward : costs.forward + costs.copy;
      expect(measured.cpu.hypervisor[0]).toBe(received * wanted + copied * costs.copy);
      expect(measured.cpu.hypervisor[1]).toBe(received * wanted + copied * costs.drop);
    }
  });

  it('floods the switches inside the nested hypervisors as well, when those are promiscuous', () => {
    const deep = (name: string) =>
      nested(
        name,
        [1, 2].map((i) =>
          nested(`${name}/l2-${i}`, [talker(`${name}/l2-${i}/vm`, up)], {}, { switch: promiscuous }),
        ),
        {},
        { switch: promiscuous },
      );
    const specification = machine(
      [deep('a'), deep('b')],
      { physicalCpus: 12, network: costs },
      { switch: promiscuous },
    );
    const measured = simulate(specification, 2);
    const offered = measured.guests.reduce((sum, guest) => sum + (guest.frames?.offered ?? 0), 0);
    // One copy to the other L2 beside the sender, one to the other L1, and two to the L2s in that.
    const copied = measured.network!.switches.reduce((sum, one) => sum + one.copied, 0);
    expect(copied).toBe(4 * offered);
  });

  it('says so in words', () => {
    const [finding] = simulate(lab(3, up, promiscuous), 1).findings;
    expect(finding).toMatchObject({ severity: 'warning', code: 'promiscuous-flooding' });
    expect(finding!.text).toContain('switch at level 0');
    expect(finding!.text).toContain('all 3 nested hypervisors');
  });
});

describe('the policies of a switch', () => {
  it('reject what inner VMs send where forged transmits are not accepted', () => {
    const measured = simulate(lab(2, up, { ...learning, forgedTransmits: false }), 5);
    const { received, dropped, sentUp } = switchOf(measured, 'host');
    expect(received).toBeGreaterThan(0);
    expect(Object.values(dropped).filter((frames) => frames > 0)).toEqual([dropped['forged-transmit']]);
    expect(dropped['forged-transmit']).toBe(received);
    expect(sentUp).toBe(0);
    expect(measured.guests.every(({ jobs }) => jobs === null || jobs.completed === 0)).toBe(true);
    expect(measured.findings.map(({ text }) => text)).toEqual([
      'inner VM esxi-0/vm (and 1 more in the role talker) cannot be reached: forged transmits are rejected at level 0',
    ]);
  });

  it('lose what is for inner VMs where addresses are neither learned nor all let through', () => {
    const measured = simulate(lab(2, down, { ...learning, macLearning: false }), 5);
    const { received, dropped } = switchOf(measured, 'host');
    expect(dropped['unknown-target']).toBe(received);
    expect(measured.guests.every(({ jobs }) => jobs === null || jobs.completed === 0)).toBe(true);
    expect(measured.findings[0]!.text).toMatch(
      /^inner VM esxi-0\/vm .* level 0 knows only the address of esxi-0/,
    );
  });

  it('do not concern guests that nest nothing', () => {
    const closed = { promiscuous: false, forgedTransmits: false, macChanges: false, macLearning: false };
    const flat = machine(
      [talker('vm', { send: 3, receive: 3, peer: 'uplink' })],
      { network: costs },
      { switch: closed },
    );
    const measured = simulate(flat, 2);
    expect(measured.findings).toEqual([]);
    expect(measured.guests[0]!.jobs!.failed).toBe(0);
    expect(measured.guests[0]!.jobs!.completed).toBeGreaterThan(150);
  });

  it('name the level at which a frame of a deeper VM is stopped', () => {
    const l2 = nested('l1/l2', [talker('l1/l2/vm', up)]);
    const l1 = nested('l1', [l2], {}, { switch: { ...learning, forgedTransmits: false } });
    expect(simulate(machine([l1], { physicalCpus: 2, network: costs }), 1).findings[0]!.text).toBe(
      'inner VM l1/l2/vm cannot be reached: forged transmits are rejected at level 1',
    );
  });

  it('let a user whose job failed try again after a second, not at once', () => {
    const measured = simulate(lab(1, up, { ...learning, forgedTransmits: false }), 10);
    const { failed } = measured.guests.find(({ jobs }) => jobs !== null)!.jobs!;
    expect(failed).toBeGreaterThanOrEqual(9);
    expect(failed).toBeLessThanOrEqual(11);
  });
});

describe('rings', () => {
  it('lose frames while the vCPU that should drain them waits for a CPU', () => {
    const flood = vm(
      'flooded',
      workload({ kind: 'open', perSecond: 1_000 }, constant(0.01), {
        network: { send: 0, receive: 64, peer: 'uplink' },
      }),
    );
    const crowded = machine([nested('l1', [flood]), hog('a'), hog('b'), hog('c')], {
      physicalCpus: 1,
      network: { ...costs, forward: ns(100), copy: ns(100) },
    });
    const measured = simulate(crowded, 5);
    expect(switchOf(measured, 'host').dropped['ring-full']).toBeGreaterThan(0);
    expect(measured.guests.find(({ jobs }) => jobs !== null)!.jobs!.failed).toBeGreaterThan(0);
    expect(measured.findings.map(({ code }) => code)).toContain('ring-overflow');
  });

  it('lose copies without hurting anybody but who needs the same ring', () => {
    const big: Frames = { send: 600, receive: 0, peer: 'uplink' };
    const specification = lab(3, big, promiscuous, { physicalCpus: 1 });
    const measured = simulate(specification, 5);
    const { copied, copiesLost } = switchOf(measured, 'host');
    expect(copiesLost).toBeGreaterThan(0);
    expect(copiesLost).toBeLessThan(copied);
    expect(measured.guests.every(({ frames }) => frames === null || frames.lost === 0)).toBe(true);
  });
});

describe('a network that costs nothing', () => {
  it('is crossed in no time', () => {
    const both: Frames = { send: 200, receive: 200, peer: 'uplink' };
    const measured = simulate(lab(2, both, learning, { network: freeNetwork }), 2);
    expect(measured.responses[0]!.mean).toBe(1_000);
  });

  it('has room for any number of jobs at once', () => {
    const busy = vm(
      'vm',
      workload({ kind: 'open', perSecond: 200 }, exponential(2), {
        network: { send: 10, receive: 10, peer: 'uplink' },
      }),
    );
    const measured = simulate(machine([busy], { network: freeNetwork }, { scheduler: eevdf() }), 20);
    expect(measured.guests[0]!.jobs!.failed).toBe(0);
    expect(measured.responses[0]!.count / 20).toBeGreaterThan(190);
  });
});

describe('interrupts and kicks', () => {
  it('are exits of whoever is interrupted or kicks, by its depth', () => {
    const exits = {
      switch: ns(0),
      classes: {
        mmio: { handle: ns(2_000), reflect: ns(0), ops: {} },
        'external-interrupt': { handle: ns(700), reflect: ns(0), ops: {} },
      },
    };
    const seconds = 5;
    const sending = simulate(lab(1, up, learning, { exits }), seconds);
    const messages = sending.guests[1]!.frames!.arrived / 20;
    // The inner VM's kick is handled by L1, L1's own by L0.
    expect(sending.cpu.hypervisor[1]).toBe(messages * (2_000 + 20 * costs.forward));
    expect(sending.cpu.hypervisor[0]).toBe(messages * (2_000 + 20 * costs.forward));
    const receiving = simulate(lab(1, down, learning, { exits }), seconds);
    const batches = receiving.guests[1]!.frames!.arrived / 20;
    expect(receiving.cpu.hypervisor[1]).toBe(batches * (700 + 20 * (costs.forward + costs.copy)));
    expect(receiving.end - receiving.start).toBe(seconds * SECOND);
  });
});
