import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credit2, delivered, eevdf, hog, machine, nested, shares, simulate } from './machine-builder.ts';

const hogs = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => hog(`${prefix}/hog-${i}`));

describe('schedulers on schedulers', () => {
  it('two L2 hogs share the one L1 vCPU that has the CPU to itself', () => {
    const measured = simulate(machine([nested('l1', hogs('l1', 2))]));
    expect(shares(measured, 'l1')).toEqual({ running: 1, ready: 0, limited: 0, halted: 0, hiddenSteal: 0 });
    for (const entity of ['l1/hog-0', 'l1/hog-1']) {
      expect(shares(measured, entity)).toMatchObject({ halted: 0, hiddenSteal: 0 });
      expect(shares(measured, entity).ready).toBeCloseTo(0.5, 3);
      expect(delivered(measured, entity)).toBeCloseTo(0.5, 3);
    }
    expect(measured.cpu.idle).toBe(0);
  });

  it('an L2 hog loses to a neighbour of its L1 without any counter of its own showing it', () => {
    const measured = simulate(machine([nested('l1', hogs('l1', 1)), hog('neighbour')]));
    expect(shares(measured, 'l1').ready).toBeCloseTo(0.5, 3);
    const inner = shares(measured, 'l1/hog-0');
    expect(inner.ready).toBe(0);
    expect(inner.running).toBe(1);
    expect(inner.hiddenSteal).toBeCloseTo(0.5, 3);
    expect(delivered(measured, 'l1/hog-0')).toBeCloseTo(0.5, 3);
  });

  it.each([{ stealClock: true }, { stealClock: false }])(
    'shares of two layers multiply (steal clock $stealClock)',
    ({ stealClock }) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (outer, inner) => {
          const l1 = nested('l1', hogs('l1', inner), {}, { scheduler: eevdf({ stealClock }) });
          const measured = simulate(machine([l1, ...hogs('host', outer - 1)]), 20);
          expect(shares(measured, 'l1').ready).toBeCloseTo(1 - 1 / outer, 2);
          let sum = 0;
          for (let i = 0; i < inner; i++) {
            expect(shares(measured, `l1/hog-${i}`).ready).toBeCloseTo(1 - 1 / inner, 1.5);
            expect(delivered(measured, `l1/hog-${i}`)).toBeCloseTo(1 / (outer * inner), 1.5);
            sum += delivered(measured, `l1/hog-${i}`);
          }
          expect(sum).toBeCloseTo(1 / outer, 2);
        }),
        { numRuns: 16 },
      );
    },
  );

  it('balances in L1 when a level below takes its CPUs away in step with its ticks', () => {
    // Credit2 takes turns of 1 ms, and ticks of 4 ms would always find both of L1's CPUs off.
    const inner = () => [hog('heavy', { weight: 2048 }), hog('a'), hog('b'), hog('c')];
    const l1 = nested('l1', inner(), { vcpus: 2 });
    const l1Too = nested('l1-too', [hog('x'), hog('y')], { vcpus: 2 });
    const measured = simulate(machine([l1, l1Too], { physicalCpus: 2 }, { scheduler: credit2() }), 60);
    expect(Math.abs(delivered(measured, 'heavy') - 0.4)).toBeLessThan(0.02);
    expect(Math.abs(delivered(measured, 'a') - 0.2)).toBeLessThan(0.02);
  });

  it('goes on at depth 3: halves of halves, and all but the innermost loss is hidden', () => {
    const l2 = nested('l1/l2', hogs('l1/l2', 2));
    const measured = simulate(machine([nested('l1', [l2, hog('l1/other')]), hog('other')]));
    expect(shares(measured, 'l1').ready).toBeCloseTo(0.5, 2);
    expect(shares(measured, 'l1/l2')).toMatchObject({ halted: 0 });
    expect(shares(measured, 'l1/l2').ready).toBeCloseTo(0.5, 2);
    expect(shares(measured, 'l1/l2').hiddenSteal).toBeCloseTo(0.25, 2);
    expect(shares(measured, 'l1/l2/hog-0').ready).toBeCloseTo(0.5, 2);
    expect(shares(measured, 'l1/l2/hog-0').hiddenSteal).toBeCloseTo(0.375, 2);
    expect(delivered(measured, 'l1/l2/hog-0')).toBeCloseTo(0.125, 2);
  });

  it.each([
    { cpus: 1, overcommit: 2 },
    { cpus: 2, overcommit: 3 },
    { cpus: 4, overcommit: 1.5 },
    { cpus: 3, overcommit: 4 },
  ])('$overcommit always-busy vCPUs a CPU are ready 1 - 1/k of the time, on $cpus CPUs and nested', (of) => {
    const count = of.cpus * of.overcommit;
    const flat = simulate(machine(hogs('host', count), { physicalCpus: of.cpus }));
    const inL1 = nested('l1', hogs('l1', count), { vcpus: of.cpus });
    const deep = simulate(machine([inL1], { physicalCpus: of.cpus }));
    const meanReady = (prefix: string, measured: ReturnType<typeof simulate>): number =>
      Array.from({ length: count }, (_, i) => shares(measured, `${prefix}/hog-${i}`).ready).reduce(
        (sum, share) => sum + share / count,
        0,
      );
    expect(meanReady('host', flat)).toBeCloseTo(1 - 1 / of.overcommit, 6);
    expect(meanReady('l1', deep)).toBeCloseTo(1 - 1 / of.overcommit, 6);
  });

  it('gives three hogs on two CPUs two thirds each, by taking turns at being alone', () => {
    const measured = simulate(machine(hogs('host', 3), { physicalCpus: 2 }), 60);
    for (let i = 0; i < 3; i++) expect(shares(measured, `host/hog-${i}`).running).toBeCloseTo(2 / 3, 1.5);
  });

  it('never leaves a CPU idle while a vCPU waits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }), (cpus, count) => {
        const measured = simulate(machine(hogs('host', count), { physicalCpus: cpus }), 2);
        const idle = measured.cpu.idle / (measured.end - measured.start);
        expect(idle).toBeCloseTo(Math.max(0, cpus - count), 6);
      }),
      { numRuns: 30 },
    );
  });
});
