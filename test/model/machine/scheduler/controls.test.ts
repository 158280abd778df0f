import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import { simulateMachine } from '../../../../src/model/machine/simulate-machine.ts';
import {
  cfs,
  constant,
  credit2,
  eevdf,
  esxi,
  hog,
  hyperv,
  MS,
  machine,
  nested,
  SECOND,
  shares,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

/** A guest all of whose vCPUs always run. */
const busy = (entity: string, vcpus: number, changes: Parameters<typeof hog>[1] = {}) =>
  vm(entity, workload({ kind: 'saturated', tasks: vcpus }, constant(10)), { vcpus, ...changes });

/** Shares of wall time of a guest's vCPUs together. */
function together(measured: MachineMeasurement, entity: string) {
  const { vcpus } = measured.guests.find((guest) => guest.entity === entity)!;
  const whole = measured.end - measured.start;
  const sum = (of: (time: (typeof vcpus)[number]) => number): number =>
    vcpus.reduce((total, time) => total + of(time), 0) / whole;
  return {
    running: sum(({ running }) => running),
    ready: sum(({ ready }) => ready),
    limited: sum(({ limited }) => limited),
    coStopped: sum(({ coStopped }) => coStopped),
  };
}

const policies = [eevdf({ delayDequeue: true }), cfs(), credit2(), esxi(), hyperv()];

describe('a limit', () => {
  it.each(policies)('of half a CPU gives half of every period, exactly ($policy)', (scheduler) => {
    const guest = hog('limited', { limit: { cpus: 0.5, period: ns(100 * MS) } });
    const measured = simulate(machine([guest], { physicalCpus: 2 }, { scheduler }), 10);
    expect(together(measured, 'limited').running).toBeCloseTo(0.5, 9);
    expect(together(measured, 'limited').limited).toBeCloseTo(0.5, 9);
  });

  it('is for all vCPUs of a guest together, and leaves the rest to others', () => {
    const guests = [busy('limited', 2, { limit: { cpus: 0.6 } }), busy('other', 2)];
    const measured = simulate(machine(guests, { physicalCpus: 2 }), 20);
    expect(together(measured, 'limited').running).toBeCloseTo(0.6, 6);
    expect(together(measured, 'other').running).toBeCloseTo(1.4, 6);
  });

  it('is nothing to a guest that stays below it', () => {
    const work = workload({ kind: 'closed', users: 1, think: constant(9) }, constant(1));
    const measured = simulate(machine([vm('light', work, { limit: { cpus: 0.2 } })]), 10);
    expect(together(measured, 'light').limited).toBe(0);
    expect(together(measured, 'light').running).toBeCloseTo(0.1, 3);
  });

  it('of a nested hypervisor holds for all its guests', () => {
    const inner = nested('l1', [hog('l1/a'), hog('l1/b')], { vcpus: 2, limit: { cpus: 0.5 } });
    const measured = simulate(machine([inner], { physicalCpus: 2 }), 20);
    expect(together(measured, 'l1').running).toBeCloseTo(0.5, 6);
  });

  it('of an inner guest is enforced by a hypervisor that is itself off the CPU at times', () => {
    const inner = nested('l1', [hog('l1/a', { limit: { cpus: 0.25 } }), hog('l1/b')]);
    const measured = simulate(machine([inner, hog('other')]), 20);
    expect(together(measured, 'l1/a').running).toBeGreaterThan(0.2);
    expect(together(measured, 'l1/a').running).toBeLessThan(0.27);
  });
});

describe('affinity', () => {
  it.each(policies)('keeps guests on their CPUs, whatever is idle ($policy)', (scheduler) => {
    const guests = [hog('a', { affinity: [1] }), hog('b', { affinity: [1] }), hog('free')];
    const measured = simulate(machine(guests, { physicalCpus: 4 }, { scheduler }), 20);
    expect(together(measured, 'a').running).toBeCloseTo(0.5, 1);
    expect(together(measured, 'b').ready).toBeCloseTo(0.5, 1);
    expect(together(measured, 'free').running).toBeCloseTo(1, 2);
    expect(measured.physicalCpus[1]!.guest / (measured.end - measured.start)).toBeCloseTo(1, 3);
  });

  it('to several CPUs shares those', () => {
    const guests = Array.from({ length: 3 }, (_, i) => hog(`h-${i}`, { affinity: [0, 2] }));
    const measured = simulate(machine(guests, { physicalCpus: 4 }), 30);
    for (const { entity } of guests) expect(shares(measured, entity).running).toBeCloseTo(2 / 3, 1);
    expect(measured.physicalCpus[1]!.idle).toBe(measured.end - measured.start);
  });
});

describe('a reservation', () => {
  it.each([esxi(), hyperv()])('is kept beside guests of any weight ($policy)', (scheduler) => {
    const guests = [hog('reserved', { reservation: 0.6 }), hog('a', { weight: 4096 }), hog('b')];
    const measured = simulate(machine(guests, {}, { scheduler }), 60);
    expect(shares(measured, 'reserved').running).toBeCloseTo(0.6, 1.7);
    // What is left goes by weight.
    expect(shares(measured, 'a').running / shares(measured, 'b').running).toBeGreaterThan(3.2);
  });

  it('is no more than a floor', () => {
    const guests = [hog('reserved', { reservation: 0.2 }), hog('other')];
    const measured = simulate(machine(guests, {}, { scheduler: esxi() }), 60);
    expect(shares(measured, 'reserved').running).toBeCloseTo(0.5, 1.7);
  });

  it('is refused where the scheduler knows none', () => {
    const guests = [hog('reserved', { reservation: 0.2 })];
    expect(() => simulate(machine(guests))).toThrow(/a reservation under eevdf, which knows none/);
  });
});

describe('a weight', () => {
  const guests = [hog('small'), busy('large', 3)];
  it.each([eevdf({}), cfs()])(
    'of each vCPU gives a VM of three vCPUs three shares ($policy)',
    (scheduler) => {
      const measured = simulate(machine(guests, {}, { scheduler }), 60);
      expect(together(measured, 'small').running).toBeCloseTo(0.25, 2);
    },
  );

  it.each([{ ...eevdf({}), weightPer: 'vm' as const }, cfs({ weightPer: 'vm' })])(
    'of a control group gives it one ($policy)',
    (scheduler) => {
      const measured = simulate(machine(guests, {}, { scheduler }), 60);
      expect(together(measured, 'small').running).toBeCloseTo(0.5, 1.7);
      expect(together(measured, 'large').running).toBeCloseTo(0.5, 1.7);
    },
  );
});

describe('relaxed co-scheduling', () => {
  // Three single hogs make one vCPU of the pair wait more than the other.
  const guests = [busy('pair', 2), hog('a', { affinity: [0] }), hog('b', { affinity: [0] })];
  const skewed = (coscheduled: boolean) =>
    simulate(
      machine(
        [{ ...guests[0]!, affinity: [0, 1] }, guests[1]!, guests[2]!],
        { physicalCpus: 2 },
        { scheduler: esxi({ quantum: 10, coscheduled }) },
      ),
      20,
    );

  it('stops the vCPU that leads, and accounts for it', () => {
    expect(together(skewed(false), 'pair').coStopped).toBe(0);
    expect(together(skewed(true), 'pair').coStopped).toBeGreaterThan(0.01);
  });

  it('lets no vCPU of a VM get far ahead of the other', () => {
    const { vcpus } = skewed(true).guests[0]!;
    const progress = vcpus.map(({ running, halted }) => running + halted);
    expect(Math.abs(progress[0]! - progress[1]!)).toBeLessThan(6 * MS);
  });

  it('leaves VMs of unequal size what their shares are', () => {
    const two = machine(
      [busy('pair', 2), hog('single')],
      { physicalCpus: 2 },
      { scheduler: esxi({ quantum: 200 }) },
    );
    const measured = simulate(two, 60);
    expect(together(measured, 'pair').running).toBeCloseTo(4 / 3, 1);
    expect(together(measured, 'single').running).toBeCloseTo(2 / 3, 1);
  });

  it('costs no events while nobody waits', () => {
    const alone = machine([busy('pair', 2)], { physicalCpus: 2 }, { scheduler: esxi() });
    const run = { seed: 1, replication: 0, warmUp: ns(0), duration: ns(10 * SECOND) };
    // The tasks' own bursts of 10 ms, and nothing else.
    expect(simulateMachine(alone, run).events).toBeLessThan(2_010);
  });
});

describe('refilling caches', () => {
  it('costs guest time that delivers nothing, so much for each move to another core', () => {
    const guests = [hog('a'), hog('b'), hog('c')];
    const measured = simulate(machine(guests, { physicalCpus: 2, cacheRefill: ns(100_000) }), 10);
    const delivered = measured.guests.reduce((sum, guest) => sum + guest.jobs!.delivered, 0);
    const moves = (measured.cpu.guest - delivered) / 100_000;
    expect(measured.cpu.idle).toBe(0);
    expect(moves).toBeGreaterThan(50);
    // Whole moves, but for one in progress at either end on each CPU.
    expect(Math.abs(moves - Math.round(moves))).toBeLessThan(0.2);
  });

  it('costs nothing between threads of a core, or where it was before', () => {
    const guests = [hog('a'), hog('b'), hog('c')];
    const changes = { physicalCpus: 2, threadsPerCore: 2 as const, cacheRefill: ns(100_000) };
    const measured = simulate(machine(guests, { ...changes, smtThroughput: 2 }), 10);
    const delivered = measured.guests.reduce((sum, guest) => sum + guest.jobs!.delivered, 0);
    expect(delivered / measured.cpu.guest).toBeCloseTo(1, 9);
  });
});

describe('SMT under ESXi', () => {
  // Thread 1 is always busy, and nobody may use thread 3: CPU 0 is charged at 62.5 %, CPU 2 in full. Used alike means, with r of CPU 0 for
  // the pinned one, 0.625 r = 0.625 (1 - r) / 2 + 1 / 2; were both charged alike it had two thirds.
  const guests = [
    hog('sibling', { affinity: [1] }),
    hog('pinned', { affinity: [0] }),
    hog('free-1', { affinity: [0, 2] }),
    hog('free-2', { affinity: [0, 2] }),
  ];
  const pinned = (smtCharge: number): number => {
    const scheduler = { ...esxi({ quantum: 200 }), smtCharge };
    const charged = machine(guests, { physicalCpus: 4, threadsPerCore: 2 }, { scheduler });
    return shares(simulate(charged, 60), 'pinned').running;
  };

  it('charges a vCPU for 62.5 % of its time beside a busy sibling', () => {
    expect(Math.abs(pinned(0.625) - 0.8667)).toBeLessThan(0.03);
    expect(Math.abs(pinned(1) - 0.6667)).toBeLessThan(0.03);
  });
});
