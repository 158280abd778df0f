import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { SchedulerSpecification } from '../../../../src/model/machine/scheduler-specification.ts';
import { constant, hog, MS, machine, shares, simulate, vm, workload } from '../machine-builder.ts';

const credit2 = (runQueueCpus?: number): SchedulerSpecification => ({
  policy: 'credit2',
  ...(runQueueCpus === undefined ? {} : { runQueueCpus }),
});
const hogs = (count: number) => Array.from({ length: count }, (_, i) => hog(`hog-${i}`));

function run(
  physicalCpus: number,
  guests: Parameters<typeof machine>[0],
  scheduler: SchedulerSpecification,
  seconds = 10,
): MachineMeasurement {
  return simulate(machine(guests, { physicalCpus }, { scheduler }), seconds);
}

describe('a run queue that CPUs share under Credit2', () => {
  it.each([
    [3, 2],
    [5, 4],
    [13, 8],
  ])('gives %i equal units on %i CPUs the same, which queues of a CPU do not', (count, cpus) => {
    const together = run(cpus, hogs(count), credit2());
    for (const { entity } of together.guests) {
      expect(shares(together, entity).running).toBeCloseTo(cpus / count, 2);
    }
    const apart = run(cpus, hogs(count), credit2(1), 3);
    const of = apart.guests.map(({ entity }) => shares(apart, entity).running);
    expect(Math.max(...of) - Math.min(...of)).toBeGreaterThan(0.01);
  });

  it('keeps weights over all its CPUs', () => {
    const guests = [hog('a', { weight: 2048 }), hog('b', { weight: 2048 }), hog('c'), hog('d')];
    const measured = run(2, guests, credit2());
    for (const heavy of ['a', 'b']) expect(shares(measured, heavy).running).toBeCloseTo(2 / 3, 2);
    for (const light of ['c', 'd']) expect(shares(measured, light).running).toBeCloseTo(1 / 3, 2);
  });

  it('has who wakes take the CPU whose unit has the least credit: among two, seldom within a rate limit', () => {
    const thinking = { kind: 'lognormal', mean: ns(9 * MS), cv: 0.289 } as const;
    const sleeper = vm('sleeper', workload({ kind: 'closed', users: 1, think: thinking }, constant(1)));
    const measured = run(2, [sleeper, ...hogs(2)], credit2(), 50);
    const own = measured.guests[0]!;
    expect(own.vcpus[0]!.ready / own.jobs!.completed / MS).toBeLessThan(0.02);
    const [first, second] = [shares(measured, 'hog-0').running, shares(measured, 'hog-1').running];
    expect(Math.abs(first - second)).toBeLessThan(0.01);
  });

  it('is balanced with its neighbour where there are more CPUs than one holds', () => {
    const measured = run(4, hogs(6), credit2(2), 60);
    for (const { entity } of measured.guests) {
      expect(Math.abs(shares(measured, entity).running - 2 / 3)).toBeLessThan(0.04);
    }
  });
});
