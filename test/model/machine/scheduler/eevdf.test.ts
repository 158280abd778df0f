import { describe, expect, it } from 'vitest';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { SchedulerSpecification } from '../../../../src/model/machine/scheduler-specification.ts';
import { constant, eevdf, hog, MS, machine, shares, simulate, vm, workload } from '../machine-builder.ts';

/** Mean time a vCPU waits once it has to, in milliseconds. */
function meanWait(measured: MachineMeasurement, entity: string): number {
  const { ready, waits } = measured.guests.find((guest) => guest.entity === entity)!.vcpus[0]!;
  return ready / waits / MS;
}

const hogs = (count: number) => Array.from({ length: count }, (_, i) => hog(`hog-${i}`));

/** Runs `run` ms, then thinks for a mean of `think` ms, spread like a uniform from half to one and a half of it. */
const sleeper = (run: number, think: number) =>
  vm(
    'sleeper',
    workload(
      { kind: 'closed', users: 1, think: { kind: 'lognormal', mean: constant(think).mean, cv: 0.289 } },
      constant(run),
    ),
  );

const onOneCpu = (
  scheduler: SchedulerSpecification,
  guests: readonly ReturnType<typeof hog>[],
  seconds = 60,
) => simulate(machine(guests, {}, { scheduler }), seconds);

// Expected values: the reference runs of the pseudocode, and Linux 6.18 where measured (docs/machine.md, "Checks").
describe('EEVDF on one CPU', () => {
  it.each([
    { tick: 4, count: 2, stretch: 4 },
    { tick: 4, count: 3, stretch: 8 },
    { tick: 4, count: 4, stretch: 12 },
    { tick: 1, count: 2, stretch: 3 },
    { tick: 1, count: 3, stretch: 6 },
    { tick: 1, count: 4, stretch: 9 },
  ])('keeps one of $count hogs off for $stretch ms with a tick of $tick ms', ({ tick, count, stretch }) => {
    const measured = onOneCpu(eevdf({ tick }), hogs(count));
    for (const { entity } of measured.guests) {
      expect(meanWait(measured, entity)).toBeCloseTo(stretch, 2);
      expect(shares(measured, entity).running).toBeCloseTo(1 / count, 3);
    }
  });

  it('rounds a slice of 2.8 ms up to the tick as it does one of 3 ms', () => {
    const measured = onOneCpu(eevdf({ slice: 2.8 }), hogs(2));
    expect(meanWait(measured, 'hog-0')).toBeCloseTo(4, 2);
  });

  it('shares by weight', () => {
    const measured = onOneCpu(eevdf(), [hog('heavy', { weight: 2048 }), hog('light')]);
    expect(shares(measured, 'heavy').running).toBeCloseTo(2 / 3, 3);
    expect(shares(measured, 'light').running).toBeCloseTo(1 / 3, 3);
  });

  it.each([
    { delayDequeue: false, tick: 4, count: 1, share: 0.091, wait: 1.0 },
    { delayDequeue: false, tick: 1, count: 1, share: 0.091, wait: 1.0 },
    { delayDequeue: false, tick: 4, count: 3, share: 0.077, wait: 3.0 },
    { delayDequeue: false, tick: 1, count: 3, share: 0.077, wait: 3.0 },
    { delayDequeue: true, tick: 1, count: 1, share: 0.093, wait: 0.77 },
    { delayDequeue: true, tick: 1, count: 3, share: 0.078, wait: 2.8 },
  ])(
    'lets a sleeper wait $wait ms beside $count hogs (tick $tick ms, delayed dequeue $delayDequeue)',
    ({ delayDequeue, tick, count, share, wait }) => {
      const measured = onOneCpu(eevdf({ delayDequeue, tick }), [sleeper(1, 9), ...hogs(count)], 200);
      const [vcpu] = measured.guests[0]!.vcpus;
      expect(shares(measured, 'sleeper').running).toBeCloseTo(share, 2.5);
      expect(vcpu!.ready / measured.guests[0]!.jobs!.completed / MS).toBeCloseTo(wait, 1);
    },
  );

  it('shares the CPU of a half-loaded sleeper and a hog by processor sharing: r / (2 r + z)', () => {
    const measured = onOneCpu(eevdf(), [sleeper(5, 5), hog('hog-0')], 200);
    expect(shares(measured, 'sleeper').running).toBeGreaterThan(0.32);
    expect(shares(measured, 'sleeper').running).toBeLessThan(0.35);
  });
});
