import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { SchedulerSpecification } from '../../../../src/model/machine/scheduler-specification.ts';
import type { DurationDistribution } from '../../../../src/model/machine/specification.ts';
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
  shares,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

const hogs = (count: number) => Array.from({ length: count }, (_, i) => hog(`hog-${i}`));

/** Time off the CPU at a stretch, milliseconds: ready time over the number of waits. */
function stretch(measured: MachineMeasurement, entity: string): number {
  const guest = measured.guests.find((candidate) => candidate.entity === entity)!;
  return guest.vcpus[0]!.ready / guest.vcpus[0]!.waits / MS;
}

/** Spread like a uniform from half to one and a half of its mean, as in the reference runs. */
const thinking: DurationDistribution = { kind: 'lognormal', mean: ns(9 * MS), cv: 0.289 };
const sleeper = vm('sleeper', workload({ kind: 'closed', users: 1, think: thinking }, constant(1)));

describe('time off the CPU beside equal hogs', () => {
  // Reference runs of the published algorithms on one CPU.
  const cases: readonly [string, SchedulerSpecification, readonly [number, number, number], number][] = [
    ['cfs, 250 Hz', cfs({ tick: 4 }), [16, 24, 24], 0.01],
    ['cfs, 1000 Hz', cfs({ tick: 1 }), [13, 18, 21], 0.03],
    ['cfs of 2 CPUs, 250 Hz', cfs({ tick: 4, factor: 2 }), [8, 16, 12], 0.01],
    ['credit2', credit2(), [1, 2, 3], 0.01],
    ['esxi, 50 ms quantum', esxi({ quantum: 50 }), [50, 100, 150], 0.01],
    ['hyperv, 10 ms quantum', hyperv(), [10, 20, 30], 0.01],
  ];
  for (const [name, scheduler, expected, tolerance] of cases) {
    for (const [index, milliseconds] of expected.entries()) {
      it(`${name}, ${index + 2} hogs: ${milliseconds} ms`, () => {
        const measured = simulate(machine(hogs(index + 2), {}, { scheduler }));
        expect(stretch(measured, 'hog-0') / milliseconds).toBeGreaterThan(1 - tolerance);
        expect(stretch(measured, 'hog-0') / milliseconds).toBeLessThan(1 + tolerance);
        expect(shares(measured, 'hog-0').running).toBeCloseTo(1 / (index + 2), 2);
      });
    }
  }
});

describe('weights', () => {
  const policies: readonly [string, SchedulerSpecification][] = [
    ['cfs', cfs({ tick: 4 })],
    ['credit2', credit2()],
    ['esxi', esxi({ quantum: 50 })],
    ['hyperv', hyperv()],
  ];
  it.each(policies)('2 : 1 under %s give two thirds and one third', (_, scheduler) => {
    const two = machine([hog('a', { weight: 2048 }), hog('b')], {}, { scheduler });
    expect(shares(simulate(two, 60), 'a').running).toBeCloseTo(2 / 3, 2);
  });

  it.each([...policies, ['eevdf', eevdf()] as const])(
    'of three and of one with 2 are shares of both CPUs under %s',
    (_, scheduler) => {
      const guests = [hog('heavy', { weight: 2048 }), ...hogs(3)];
      const measured = simulate(machine(guests, { physicalCpus: 2 }, { scheduler }), 60);
      expect(Math.abs(shares(measured, 'heavy').running - 0.8)).toBeLessThan(0.03);
      for (const light of ['hog-0', 'hog-1', 'hog-2']) {
        expect(Math.abs(shares(measured, light).running - 0.4)).toBeLessThan(0.03);
      }
    },
  );

  it.each([...policies, ['eevdf', eevdf()] as const])(
    'are kept beside one that is tied to a CPU under %s',
    (_, scheduler) => {
      const guests = [hog('tied', { affinity: [0] }), ...hogs(2)];
      const measured = simulate(machine(guests, { physicalCpus: 2 }, { scheduler }), 60);
      for (const each of ['tied', 'hog-0', 'hog-1']) {
        expect(Math.abs(shares(measured, each).running - 2 / 3)).toBeLessThan(0.03);
      }
    },
  );

  it.each([...policies, ['eevdf', eevdf()] as const])(
    'do not let who wakes after a long sleep take a CPU for itself under %s',
    (_, scheduler) => {
      // 4 s of work after 10 s of sleep, beside one that had the CPU alone: at most 8 quanta ahead, then half each.
      const late = vm(
        'late',
        workload({ kind: 'closed', users: 1, think: constant(10_000) }, constant(4_000)),
      );
      const measured = simulate(machine([late, hog('hog-0')], {}, { scheduler }), 120);
      const { ready, running } = shares(measured, 'late');
      expect(ready / running).toBeGreaterThan(0.85);
      expect(ready / running).toBeLessThan(1.05);
    },
  );

  it('of 100, 200 and 700 under Hyper-V give 10, 20 and 70 % of a loaded CPU', () => {
    const guests = [100, 200, 700].map((weight) => hog(`w-${weight}`, { weight }));
    const measured = simulate(machine(guests, {}, { scheduler: hyperv() }), 60);
    expect(shares(measured, 'w-100').running).toBeCloseTo(0.1, 2);
    expect(shares(measured, 'w-200').running).toBeCloseTo(0.2, 2);
    expect(shares(measured, 'w-700').running).toBeCloseTo(0.7, 2);
  });
});

/** Mean wait of a job in milliseconds. */
function waitPerJob(measured: MachineMeasurement, entity: string): number {
  const guest = measured.guests.find((candidate) => candidate.entity === entity)!;
  return guest.vcpus[0]!.ready / guest.jobs!.completed / MS;
}

describe('a sleeper, 1 ms of 10', () => {
  const cases: readonly [string, SchedulerSpecification, number, number, number][] = [
    // share, mean wait in ms beside 1 hog; wait beside 3
    ['cfs', cfs({ tick: 4 }), 0.1, 0, 0],
    ['credit2', credit2(), 0.1, 0.05, 0.5],
    ['esxi', esxi({}), 0.1, 0, 0],
  ];
  it.each(cases)('waits under %s as its algorithm says', (_, scheduler, share, besideOne, besideThree) => {
    const one = simulate(machine([sleeper, ...hogs(1)], {}, { scheduler }), 100);
    expect(shares(one, 'sleeper').running).toBeCloseTo(share, 2);
    expect(Math.abs(waitPerJob(one, 'sleeper') - besideOne)).toBeLessThan(0.06);
    const three = simulate(machine([sleeper, ...hogs(3)], {}, { scheduler }), 100);
    expect(Math.abs(waitPerJob(three, 'sleeper') - besideThree)).toBeLessThan(0.25);
  });
});
