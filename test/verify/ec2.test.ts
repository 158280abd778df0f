import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { formatProblem } from '../../src/model/scenario/problem.ts';
import { penaltyOf } from '../../src/verify/ec2/penalty.ts';

const loaded = openLibrary({ roots: ['.'] }).loadScenario('scenarios/ec2-basket.yaml');
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
    // Two saturated tasks on two CPUs: no sleep, no frame. Exits listed are all there are, but for those of sleeping.
    const listed = penalty.causes.reduce((sum, { share }) => sum + share, 0);
    expect(penalty.value / listed).toBeGreaterThan(0.6);
    expect(penalty.value / listed).toBeLessThan(1.5);
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
