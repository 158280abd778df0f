import { describe, expect, it } from 'vitest';
import { constant, delivered, hog, machine, SECOND, simulate, vm, workload } from './machine-builder.ts';

const smt = { threadsPerCore: 2 as const, smtThroughput: 1.3 };
const hogs = (count: number) => Array.from({ length: count }, (_, i) => hog(`hog-${i}`));

describe('SMT siblings', () => {
  it('each get half of what a core does with both threads busy', () => {
    const measured = simulate(machine(hogs(2), { physicalCpus: 2, ...smt }), 5);
    for (const { entity } of measured.guests) expect(delivered(measured, entity)).toBeCloseTo(0.65, 6);
    expect(measured.cpu.guest).toBe(2 * 5 * SECOND);
  });

  it('leave a thread alone at full speed', () => {
    const measured = simulate(machine(hogs(1), { physicalCpus: 2, ...smt }), 5);
    expect(delivered(measured, 'hog-0')).toBeCloseTo(1, 9);
  });

  it('are used only when every core is busy', () => {
    const measured = simulate(machine(hogs(3), { physicalCpus: 6, ...smt }), 5);
    for (const { entity } of measured.guests) expect(delivered(measured, entity)).toBeCloseTo(1, 9);
  });

  it('slow a burst for just as long as the sibling is busy', () => {
    // 40 ms alone, then 40 ms of the neighbour's work done at 0.65 of the speed: 61.5 ms at 0.65 for both.
    const on = vm('on', workload({ kind: 'saturated', tasks: 1 }, constant(1)));
    const off = vm('off', workload({ kind: 'closed', users: 1, think: constant(40) }, constant(40)));
    const measured = simulate(machine([on, off], { physicalCpus: 2, ...smt }), 60);
    expect(measured.responses[1]!.mean / 1e6).toBeCloseTo(40 / 0.65, 3);
    const busy = 40 / 0.65 / (40 + 40 / 0.65);
    expect(delivered(measured, 'on')).toBeCloseTo(1 - 0.35 * busy, 2);
  });

  it('are left for an idle core after a while by what shares one', () => {
    const at = (think: number, demand: number) =>
      workload({ kind: 'closed', users: 1, think: constant(think) }, constant(demand));
    // From 3 s on `first` has one core; from 3.1 s on the others share the second, for the first one's 1 s.
    const guests = [
      vm('first', at(3_000, 1_000)),
      vm('second', at(3_100, 100_000)),
      vm('never', at(1e6, 1)),
      vm('third', at(3_100, 100_000)),
    ];
    const measured = simulate(machine(guests, { physicalCpus: 4, ...smt }), 6);
    const shared = 0.9 * 0.65;
    for (const entity of ['second', 'third']) {
      expect(delivered(measured, entity) * 6).toBeGreaterThan(shared + 2.95);
      expect(delivered(measured, entity) * 6).toBeLessThan(shared + 3);
    }
  });
});
