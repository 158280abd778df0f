import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cores } from '../../../../src/model/machine/fluid/cores.ts';
import { comingsAndGoings, takeStep } from './comings-and-goings.ts';

const [A, B, C] = [0, 1, 2];

describe('threads of cores', () => {
  it('are taken core by core, then beside others; who stops leaves the other alone', () => {
    const cores = new Cores(2, 3);
    cores.enter(A);
    cores.enter(B);
    expect([cores.sharedBy(A), cores.sharedBy(B), cores.sharedPart]).toEqual([0, 0, 0]);
    cores.enter(C);
    expect(cores.sharedBy(C)).toBe(1);
    expect(cores.sharedBy(A) + cores.sharedBy(B)).toBe(1);
    expect(cores.sharedPart).toBeCloseTo(2 / 3, 12);
    cores.leave(C);
    expect([cores.sharedBy(A), cores.sharedBy(B), cores.sharedPart]).toEqual([0, 0, 0]);
  });

  it('stay shared beside an idle core until they are spread', () => {
    const cores = new Cores(2, 4);
    for (const occupant of [A, B, C]) cores.enter(occupant);
    const alone = cores.sharedBy(A) === 0 ? A : B;
    cores.leave(alone);
    expect(cores.isCrowded).toBe(true);
    expect(cores.sharedBy(C)).toBe(1);
    cores.spread();
    expect(cores.isCrowded).toBe(false);
    expect([A, B, C].map((occupant) => cores.sharedBy(occupant))).toEqual([0, 0, 0]);
  });

  it('are given to who waits for one as soon as they are free', () => {
    const cores = new Cores(1, 3);
    for (const occupant of [A, B, C]) cores.enter(occupant);
    expect([A, B, C].map((occupant) => cores.sharedBy(occupant))).toEqual([1, 1, 1]);
    cores.leave(A);
    expect([A, B, C].map((occupant) => cores.sharedBy(occupant))).toEqual([0, 1, 1]);
    cores.leave(B);
    expect([A, B, C].map((occupant) => cores.sharedBy(occupant))).toEqual([0, 0, 0]);
  });

  it('are shared by as many as there must be, whoever comes and goes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), comingsAndGoings(5), (count, steps) => {
        const cores = new Cores(count, 5);
        const here = [0, 0, 0, 0, 0];
        for (const step of steps) {
          takeStep(cores, step, here);
          const present = here.reduce((sum, n) => sum + n, 0);
          const shared = here.map((_, i) => cores.sharedBy(i));
          const sum = shared.reduce((total, n) => total + n, 0);
          for (const [i, n] of shared.entries()) {
            expect(n).toBeGreaterThanOrEqual(0);
            expect(n).toBeLessThanOrEqual(here[i]!);
          }
          // Two to a core, and who waits besides: no fewer than the cores force, and after spreading no more.
          const least = present > 2 * count ? present : 2 * Math.max(0, present - count);
          expect(sum).toBeGreaterThanOrEqual(least);
          if (step.kind === 'spread') expect(sum).toBe(least);
          if (present <= 2 * count)
            expect(cores.sharedPart).toBeCloseTo(present === 0 ? 0 : sum / present, 12);
        }
      }),
    );
  });
});
