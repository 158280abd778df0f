import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { GuestSpecification, LockSpecification } from '../../../../src/model/machine/specification.ts';
import { constant, delivered, hog, MS, machine, nested, simulate, vm, workload } from '../machine-builder.ts';

/** Tasks without end that compete for one lock; jobs of 10 ms. */
const contenders = (
  entity: string,
  tasks: number,
  lock: Partial<LockSpecification>,
  changes: Partial<GuestSpecification> = {},
): GuestSpecification =>
  vm(
    entity,
    workload({ kind: 'saturated', tasks }, constant(10), {
      locks: { perJob: 1, length: ns(10 * MS), count: 1, wait: 'spin', ...lock },
    }),
    { vcpus: tasks, ...changes },
  );

const partOfCpus = ({ cpu, physicalCpus, start, end }: MachineMeasurement) => {
  const whole = (end - start) * physicalCpus.length;
  return { guest: cpu.guest / whole, spin: cpu.spin / whole, idle: cpu.idle / whole };
};
const of = (measured: MachineMeasurement, entity: string) =>
  measured.guests.find((guest) => guest.entity === entity)!;

describe('a lock between two tasks that do nothing without it', () => {
  it('lets one work while the other spins on a CPU of its own', () => {
    const measured = simulate(machine([contenders('a', 2, {})], { physicalCpus: 2 }));
    expect(partOfCpus(measured).guest).toBeCloseTo(0.5, 6);
    expect(partOfCpus(measured).spin).toBeCloseTo(0.5, 6);
    expect(of(measured, 'a').synchronisation!.preempted).toBe(0);
  });

  it('lets the other one sleep, where it sleeps', () => {
    const measured = simulate(machine([contenders('a', 2, { wait: 'block' })], { physicalCpus: 2 }));
    expect(partOfCpus(measured).guest).toBeCloseTo(0.5, 6);
    expect(partOfCpus(measured).idle).toBeCloseTo(0.5, 6);
  });

  // One takes 10 ms of work for its section, in turns of 4 ms; whoever has the turns in between finds the lock taken,
  // and when it is let go on the way the same task takes it again at once: half of the CPU is lost.
  it('costs half of one CPU, once the holder loses it', () => {
    const measured = simulate(machine([contenders('a', 2, {})]));
    expect(partOfCpus(measured).guest).toBeCloseTo(0.5, 2);
    expect(partOfCpus(measured).spin).toBeCloseTo(0.5, 2);
    const { preempted, sectionsLeft } = of(measured, 'a').synchronisation!;
    expect(preempted).toBe(sectionsLeft);
    expect(of(measured, 'a').vcpus[0]!.spinning + of(measured, 'a').vcpus[1]!.spinning).toBeCloseTo(
      measured.cpu.spin,
      0,
    );
  });

  it('costs next to nothing there when who spins traps and yields to the holder', () => {
    const spinExit = { window: ns(50_000), directedYield: true };
    const measured = simulate(machine([contenders('a', 2, {})], {}, { spinExit }));
    expect(partOfCpus(measured).spin).toBeLessThan(0.03);
    const { vcpus } = of(measured, 'a');
    expect(vcpus[0]!.directedYields + vcpus[1]!.directedYields).toBeGreaterThan(100);
  });

  it('traps again and again, in windows that double, where nobody is to be yielded to', () => {
    const spinExit = { window: ns(MS), directedYield: true };
    const two = machine([contenders('a', 2, {})], { physicalCpus: 2 }, { spinExit });
    const spans = (grow: number) =>
      of(simulate({ ...two, root: { ...two.root, spinExit: { ...spinExit, grow } } }, 10), 'a').vcpus.reduce(
        (sum, vcpu) => sum + vcpu.spinExits,
        0,
      );
    // Every section is one of 10 ms: ten windows of 1 ms, or those that begin at 0, 1, 3 and 7 ms.
    expect(spans(1) / 1_000).toBeCloseTo(9, 0);
    expect(spans(2) / 1_000).toBeCloseTo(3, 0);
  });
});

describe('critical sections', () => {
  it('change nothing for a task that is alone', () => {
    const alone = simulate(machine([contenders('a', 1, { perJob: 7, length: ns(MS) })]));
    expect(delivered(alone, 'a')).toBeCloseTo(1, 9);
    const { sections, contended } = of(alone, 'a').synchronisation!;
    expect(sections).toBe((20_000 / 10) * 7);
    expect(contended).toBe(0);
  });

  it('are waited for less when there are more locks', () => {
    const waited = (count: number): number => {
      const lock = { perJob: 20, length: ns(0.4 * MS), count };
      const measured = simulate(machine([contenders('a', 4, lock)], { physicalCpus: 4 }));
      const { lockWait, sections } = of(measured, 'a').synchronisation!;
      return lockWait / sections;
    };
    expect(waited(16)).toBeLessThan(waited(1) / 5);
  });

  it('lose their CPU only where others want it', () => {
    const lock = { perJob: 50, length: ns(0.1 * MS) };
    const preempted = (others: number): number => {
      const hogs = Array.from({ length: others }, (_, i) => hog(`hog-${i}`));
      const measured = simulate(machine([contenders('a', 2, lock), ...hogs], { physicalCpus: 2 }));
      const { preempted: lost, sectionsLeft } = of(measured, 'a').synchronisation!;
      return lost / sectionsLeft;
    };
    expect(preempted(0)).toBe(0);
    // A turn of 4 ms meets about 20 sections of 0.2 ms each, and half of the work is in them.
    expect(preempted(2)).toBeGreaterThan(0.01);
    expect(preempted(2)).toBeLessThan(0.05);
  });

  it('are not given up to other tasks of the guest while a kernel spins for them', () => {
    const measured = simulate(machine([contenders('a', 4, {}, { vcpus: 2 })], { physicalCpus: 2 }));
    expect(of(measured, 'a').synchronisation!.preempted).toBe(0);
    expect(partOfCpus(measured).guest).toBeCloseTo(0.5, 6);
  });
});

describe('a level below that takes the CPU away', () => {
  const spinExit = { window: ns(50_000), directedYield: true };
  /** An inner VM with a vCPU for each of its hypervisor's, and a hog beside that. */
  const inner = (place: 'inside' | 'outside') => {
    const others = [hog('hog-1'), hog('hog-2')];
    const inside = [contenders('a', 2, { perJob: 50, length: ns(0.15 * MS) })];
    const hypervisor = nested(
      'l1',
      place === 'inside' ? [...inside, ...others] : inside,
      { vcpus: 2 },
      { spinExit },
    );
    return simulate(
      machine(place === 'inside' ? [hypervisor] : [hypervisor, ...others], { physicalCpus: 2 }, { spinExit }),
    );
  };
  const yields = (measured: MachineMeasurement) =>
    of(measured, 'a').vcpus.reduce((sum, { directedYields }) => sum + directedYields, 0);

  it('is not seen by the hypervisor whose guest spins, which therefore yields to nobody', () => {
    expect(yields(inner('inside'))).toBeGreaterThan(50);
    const outside = inner('outside');
    expect(of(outside, 'a').synchronisation!.preempted).toBeGreaterThan(50);
    expect(yields(outside)).toBe(0);
    expect(outside.cpu.spin).toBeGreaterThan(inner('inside').cpu.spin);
  });
});
