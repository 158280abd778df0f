import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import { ExitCostError, exitCost } from '../../../src/model/machine/exit-cost.ts';
import { MachineError } from '../../../src/model/machine/machine-error.ts';
import type { ExitCostParameters, WorkloadSpecification } from '../../../src/model/machine/specification.ts';
import { constant, machine, nested, SECOND, simulate, vm, workload } from './machine-builder.ts';

const exits: ExitCostParameters = {
  switch: ns(100),
  classes: {
    cpuid: { handle: ns(400), reflect: ns(1_000), ops: { 'vmcs-access': 3, 'vm-entry': 1 } },
    timer: { handle: ns(900), reflect: ns(700), ops: { 'vm-entry': 1 } },
    'vmcs-access': { handle: ns(200), reflect: ns(0), ops: {} },
    'vm-entry': { handle: ns(2_000), reflect: ns(500), ops: { 'vmcs-access': 2 } },
  },
};
const withWakes: ExitCostParameters = {
  ...exits,
  classes: { ...exits.classes, 'halt-wake': { handle: ns(1_500), reflect: ns(600), ops: { 'vm-entry': 1 } } },
};

const saturated = (changes: Partial<WorkloadSpecification>) =>
  workload({ kind: 'saturated', tasks: 1 }, constant(1), changes);

const atDepth = (depth: number, work: WorkloadSpecification) => {
  let guest = vm('guest', work);
  for (let level = depth - 1; level >= 1; level--) guest = nested(`l${level}`, [guest]);
  return machine([guest], { exits });
};

describe('exits of a busy guest', () => {
  it.each([1, 2, 3])(
    'at depth %i lengthen each job by their cost, and each party gets its own time',
    (depth) => {
      const perSecond = 10_000;
      const perJob = 2;
      const measured = simulate(
        atDepth(
          depth,
          saturated({ exitsPerCpuSecond: { cpuid: perSecond }, exitsPerJob: { timer: perJob } }),
        ),
        10,
      );
      const cpuid = exitCost(exits, 'cpuid', depth);
      const timer = exitCost(exits, 'timer', depth);
      const perCpuid = perSecond / 1_000; // in each job of 1 ms
      const job = 1e6 + perCpuid * cpuid.total + perJob * timer.total;
      expect(measured.responses[0]!.mean).toBeCloseTo(job, -1);
      const of = (time: number): number => time / (10 * SECOND);
      expect(of(measured.cpu.guest)).toBeCloseTo(1e6 / job, 5);
      expect(of(measured.cpu.switch)).toBeCloseTo((perCpuid * cpuid.switch + perJob * timer.switch) / job, 5);
      for (let level = 0; level < depth; level++) {
        const time = perCpuid * cpuid.byLevel[level]! + perJob * timer.byLevel[level]!;
        expect(of(measured.cpu.hypervisor[level]!)).toBeCloseTo(time / job, 5);
      }
    },
  );

  it('that come with time slow it by their share of each second, whatever it does in it', () => {
    const { total } = exitCost(exits, 'timer', 2);
    const measured = simulate(atDepth(2, saturated({ exitsPerBusySecond: { timer: 1_000 } })), 10);
    expect(measured.cpu.guest / (10 * SECOND)).toBeCloseTo(1 - total / 1e6, 5);
  });

  it('start one level up when the host is itself a virtual machine', () => {
    const flat = atDepth(1, saturated({ exitsPerJob: { cpuid: 10 } }));
    const measured = simulate({ ...flat, baseLevel: 1 }, 5);
    expect(measured.guests[0]!.level).toBe(2);
    expect(measured.responses[0]!.mean).toBeCloseTo(1e6 + 10 * exitCost(exits, 'cpuid', 2).total, 3);
  });

  it('are refused without a cost, and when they leave no time', () => {
    expect(() => simulate(atDepth(1, saturated({ exitsPerJob: { pio: 1 } })))).toThrow(ExitCostError);
    expect(() => simulate(atDepth(1, saturated({ exitsPerBusySecond: { timer: 1_000_000 } })))).toThrow(
      MachineError,
    );
  });
});

describe('a virtual CPU that wakes from halt', () => {
  it('pays for it at its depth, and so does every one below that it wakes', () => {
    const lonely = workload({ kind: 'closed', users: 1, think: constant(10) }, constant(1));
    const responses = [1, 2, 3].map((depth) => {
      const specification = { ...atDepth(depth, lonely), exits: withWakes };
      return simulate(specification, 5).responses[0]!.mean;
    });
    let expected = 1e6;
    for (const [index, response] of responses.entries()) {
      expected += exitCost(withWakes, 'halt-wake', index + 1).total;
      expect(response).toBeCloseTo(expected, 6);
    }
  });

  it('pays nothing while it has enough to do not to halt', () => {
    const specification = { ...atDepth(2, saturated({})), exits: withWakes };
    expect(simulate(specification, 2).responses[0]!.mean).toBe(1e6);
  });
});
