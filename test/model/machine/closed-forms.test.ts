import { describe, expect, it } from 'vitest';
import {
  constant,
  eevdf,
  exponential,
  MS,
  machine,
  nested,
  SECOND,
  simulate,
  vm,
  workload,
} from './machine-builder.ts';

/** Mean share of time a customer of a machine-repair model waits: N machines, c repairers, utilisation u alone. */
function repairReady(machines: number, repairers: number, u: number): number {
  const ratio = u / (1 - u);
  let weight = 1;
  let sum = 1;
  let waiting = 0;
  for (let n = 1; n <= machines; n++) {
    weight *= ((machines - n + 1) / Math.min(n, repairers)) * ratio;
    sum += weight;
    waiting += Math.max(0, n - repairers) * weight;
  }
  return waiting / sum / machines;
}

describe('closed forms', () => {
  it.each([
    { u: 0.2, overcommit: 3 },
    { u: 0.2, overcommit: 4 },
    { u: 0.3, overcommit: 3 },
    { u: 0.5, overcommit: 1.5 },
    { u: 0.5, overcommit: 2 },
    { u: 0.75, overcommit: 2 },
    { u: 0.75, overcommit: 4 },
  ])('on/off vCPUs on 8 CPUs are a machine-repair model: u $u, $overcommit a CPU', ({ u, overcommit }) => {
    const count = 8 * overcommit;
    const users = Array.from({ length: count }, (_, i) =>
      vm(
        `vm-${i}`,
        workload({ kind: 'closed', users: 1, think: exponential((10 * (1 - u)) / u) }, exponential(10)),
      ),
    );
    const measured = simulate(machine(users, { physicalCpus: 8 }), 100);
    const ready =
      measured.guests.reduce((sum, guest) => sum + guest.vcpus[0]!.ready, 0) / (100 * SECOND * count);
    const expected = repairReady(count, 8, u);
    // A point of share, and a tenth of the value, for imperfect balancing and for what 100 s can tell.
    expect(Math.abs(ready - expected)).toBeLessThan(0.002 + 0.05 * expected);
  });

  it('has the published machine-repair values', () => {
    expect(repairReady(16, 8, 0.5)).toBeCloseTo(0.0795, 4);
    expect(repairReady(24, 8, 0.2)).toBeCloseTo(0.0034, 4);
    expect(repairReady(32, 8, 0.75)).toBeCloseTo(0.6667, 4);
  });

  // Demands well above the slice, so that EEVDF is near processor sharing, whose mean does not depend on the
  // distribution: D / (1 - rho). First come first served would give 0.65 and 2.3 of it here.
  it.each([
    { name: 'constant', demand: constant(40) },
    { name: 'exponential', demand: exponential(40) },
    { name: 'lognormal', demand: { kind: 'lognormal' as const, mean: constant(40).mean, cv: 2 } },
  ])('a guest with Poisson jobs of $name length is M/G/1 processor sharing', ({ demand }) => {
    const guest = vm('guest', workload({ kind: 'open', perSecond: 15 }, demand));
    const measured = simulate(machine([guest]), 4_000);
    const [responses] = measured.responses;
    expect(responses!.mean / MS / 100).toBeGreaterThan(0.93);
    expect(responses!.mean / MS / 100).toBeLessThan(1.07);
  });

  it('the same inside a nested hypervisor that has its CPU to itself', () => {
    const guest = vm('l1/guest', workload({ kind: 'open', perSecond: 15 }, exponential(40)));
    const flat = simulate(machine([{ ...guest, entity: 'l1/guest' }]), 200);
    const deep = simulate(machine([nested('l1', [guest])]), 200);
    expect(deep.responses[0]!.count).toBe(flat.responses[0]!.count);
    expect(deep.responses[0]!.mean).toBeCloseTo(flat.responses[0]!.mean, -6);
  });

  it('a closed loop obeys the response time law: X = N / (R + Z)', () => {
    const guest = vm(
      'guest',
      workload({ kind: 'closed', users: 6, think: exponential(100) }, exponential(30)),
    );
    const measured = simulate(machine([guest], {}, { scheduler: eevdf() }), 400);
    const throughput = measured.guests[0]!.jobs!.completed / 400;
    expect((throughput * (measured.responses[0]!.mean / SECOND + 0.1)) / 6).toBeCloseTo(1, 1.5);
  });
});
