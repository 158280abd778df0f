import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { formatProblem } from '../../src/model/scenario/problem.ts';
import { BASKET, doing } from '../../src/verify/ec2/basket.ts';
import { penaltyOf } from '../../src/verify/ec2/penalty.ts';
import { reasonOf } from '../../src/verify/ec2/reasons.ts';

const library = openLibrary({ roots: ['.'] });
const loaded = library.loadScenario('scenarios/ec2-basket.yaml');
if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
const { scenario } = loaded.value;
const brief = { ...scenario, exercise: { warmUp: ns(0), duration: ns(4e9) } };

describe('the penalty of nesting on an instance', () => {
  const penalty = penaltyOf(brief, 'compile', { seed: 1, pairs: 20 });

  it('is more than nothing, and the same for the same seed', () => {
    expect(penalty.value).toBeGreaterThan(0);
    expect(penalty.low).toBeLessThan(penalty.high);
    expect(penaltyOf(brief, 'compile', { seed: 1, pairs: 20 })).toEqual(penalty);
  });

  it('is what its exits add, where a job waits for nothing else', () => {
    // Saturated tasks, no frame: the exits listed are nearly all there are.
    const listed = penalty.causes.reduce((sum, { share }) => sum + share, 0);
    expect(listed + penalty.rest).toBeCloseTo(penalty.value, 12);
    expect(Math.abs(penalty.rest / penalty.value)).toBeLessThan(0.3);
  });

  it('has the rate and the price of each cause, whose product its share of a job is', () => {
    for (const { share, perSecond, dearer } of penalty.causes) {
      expect(perSecond).toBeGreaterThan(0);
      // A job of these runs takes about its mean demand in L1.
      expect((perSecond * dearer) / 1e9 / share).toBeGreaterThan(0.7);
      expect((perSecond * dearer) / 1e9 / share).toBeLessThan(1.3);
    }
  });

  it('is nothing when exits cost nothing', () => {
    const { platform } = scenario;
    const free = { ...platform, exits: { ...platform.exits, classes: {} } };
    const template = {
      ...brief.template,
      vms: brief.template.vms.map((vm) => ({
        ...vm,
        workload: { ...vm.workload!, exitsPerCpuSecond: {}, exitsPerJob: {}, exitsPerBusySecond: {} },
      })),
    };
    const none = penaltyOf({ ...brief, platform: free, template }, 'compile', { seed: 1, pairs: 20 });
    expect(none).toMatchObject({ value: 0, low: 0, high: 0, causes: [] });
  });
});

describe('the basket', () => {
  // Some of it talks to others, and nobody else is in the seat of the shipped scenario.
  it.each(BASKET)('can be run as shipped: %s', (name) => {
    const workload = library.loadWorkload(name);
    if (!workload.ok) throw new Error(workload.problems.map(formatProblem).join('\n'));
    const { value } = penaltyOf(doing(brief, workload.value), name, { seed: 1, pairs: 2 });
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
  });
});

describe('the reasons', () => {
  const of = (value: number, rest: number, share: number) =>
    reasonOf({
      workload: 'w',
      value,
      low: 0,
      high: 1,
      inside: 0,
      causes: [{ exitClass: 'page-fault', share, perSecond: 1_500, dearer: 20_040 }],
      rest,
    });

  it('say what would bring a penalty to the band: more exits below, fewer above, nothing inside', () => {
    expect(of(0.04, 0.01, 0.03)).toContain('page-fault exits 3.0 (1,500 × 20.0 us)');
    expect(of(0.04, 0.01, 0.03)).toContain('below what is told; with 3 times');
    expect(of(0.5, 0.1, 0.4)).toContain('above what is told; with 0.25 times');
    expect(of(0.15, 0.05, 0.1)).not.toContain('told');
    expect(of(0.5, 0.45, 0.05)).toContain('not because of its own exits');
  });
});
