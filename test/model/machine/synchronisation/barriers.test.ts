import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { ExitCostParameters, GuestSpecification } from '../../../../src/model/machine/specification.ts';
import {
  constant,
  delivered,
  esxi,
  exponential,
  hog,
  MS,
  machine,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

const team = (
  tasks: number,
  wait: 'spin' | 'block',
  every = 1,
  changes: Partial<GuestSpecification> = {},
): GuestSpecification =>
  vm(
    'team',
    workload({ kind: 'saturated', tasks }, constant(10), { barriers: { every: ns(every * MS), wait } }),
    { vcpus: tasks, ...changes },
  );

const part = ({ cpu, physicalCpus, start, end }: MachineMeasurement, of: 'guest' | 'spin' | 'idle') =>
  cpu[of] / ((end - start) * physicalCpus.length);
const barriers = ({ guests }: MachineMeasurement) =>
  guests.find(({ entity }) => entity === 'team')!.synchronisation!;

describe('a barrier', () => {
  it('costs nothing between equal tasks on CPUs of their own', () => {
    const measured = simulate(machine([team(4, 'spin')], { physicalCpus: 4 }));
    expect(part(measured, 'guest')).toBeCloseTo(1, 6);
    expect(barriers(measured).barriers).toBe(4 * 20_000);
    // A nanosecond of each job, to find that the barrier was also its end.
    expect(barriers(measured).barrierWait).toBeLessThan(4 * 2_000);
  });

  it('makes tasks take turns on one CPU, without loss when who waits sleeps', () => {
    const measured = simulate(machine([team(2, 'block')]));
    expect(part(measured, 'guest')).toBeCloseTo(1, 6);
    // Each pair of stretches of 1 ms passes one barrier.
    expect(barriers(measured).barriers).toBe(20_000);
  });

  // In a turn of 4 ms one does the millisecond that the other waits for, then its own next one, and spins for the rest.
  it('wastes half of one CPU when who waits keeps it for its turn', () => {
    const measured = simulate(machine([team(2, 'spin')]));
    expect(part(measured, 'guest')).toBeCloseTo(0.5, 2);
    expect(part(measured, 'spin')).toBeCloseTo(0.5, 2);
  });

  it('is passed by all the same number of times, give or take one', () => {
    const measured = simulate(machine([team(3, 'block'), hog('hog')], { physicalCpus: 2 }));
    expect(barriers(measured).barriers % 3).toBeLessThanOrEqual(2);
    expect(delivered(measured, 'team') * 20_000).toBeCloseTo(barriers(measured).barriers, -1);
  });
});

describe('what wakes a sleeper', () => {
  const exits: ExitCostParameters = {
    switch: ns(100),
    classes: {
      'halt-wake': { handle: ns(900), reflect: ns(0), ops: {} },
      ipi: { handle: ns(1_900), reflect: ns(0), ops: {} },
    },
  };

  it('pays for an interprocessor interrupt, and the vCPU it wakes for having halted', () => {
    const uneven = machine([team(2, 'block'), hog('hog')], { physicalCpus: 2, exits });
    const measured = simulate({ ...uneven, root: { ...uneven.root, guests: [team(2, 'block')] } }, 2);
    const passed = barriers(measured).barriers / 2;
    // Both do the same and arrive together but for what one pays for waking the other, so that one sleeps each time.
    expect(measured.cpu.hypervisor[0]! / passed).toBeGreaterThan(2_700);
    expect(measured.cpu.hypervisor[0]! / passed).toBeLessThan(2_900);
    expect(measured.cpu.switch / passed).toBeGreaterThan(190);
  });
});

describe('co-scheduling', () => {
  /** Others come and go, so that the team's vCPUs lose their CPUs at different times. */
  const other = (_: unknown, index: number) =>
    vm(`other-${index}`, workload({ kind: 'closed', users: 1, think: exponential(40) }, exponential(40)));
  const contended = (coscheduled: boolean) =>
    simulate(
      machine(
        [team(4, 'spin', 2), ...Array.from({ length: 6 }, other)],
        { physicalCpus: 4 },
        { scheduler: esxi({ quantum: 50, coscheduled }) },
      ),
      30,
    );

  it('keeps the vCPUs of a VM together, so that who waits for siblings spins less', () => {
    const [together, apart] = [contended(true), contended(false)];
    const work = (measured: MachineMeasurement) => delivered(measured, 'team');
    expect(together.guests[0]!.vcpus.reduce((sum, { coStopped }) => sum + coStopped, 0)).toBeGreaterThan(0);
    expect(together.cpu.spin).toBeLessThan(apart.cpu.spin);
    expect(work(together)).toBeGreaterThan(work(apart));
  });
});
