import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { judge, predictionBound } from '../../src/plan/target/judgement.ts';
import { readTargets, TARGET_PRESETS, TargetError } from '../../src/plan/target/plan-targets.ts';
import type { TrialOutcome } from '../../src/plan/trial/trial.ts';

const outcome = (slowdownP95: number, ready = 0.01, keptUp = 1): TrialOutcome => ({
  slowdownP95,
  worstSeatSlowdownP95: slowdownP95,
  probeP95Ms: 30,
  ready: { share: ready, role: 'web', level: 1 },
  framesArrived: 1,
  keptUp: { share: keptUp, role: 'web' },
  cpu: { guest: 0.4, hypervisor: [0.1], switch: 0, idle: 0.5, flooding: 0 },
  roles: [],
  events: 1,
});

const verdictOf = (...outcomes: TrialOutcome[]) => judge(outcomes, TARGET_PRESETS.workable, 0.95).verdict;

describe('a prediction bound', () => {
  it('is the closed form of a normal sample', () => {
    // Mean 2, deviation 1, t(0.95, 2) = 2.92.
    expect(predictionBound([1, 2, 3], 0.95).bound).toBeCloseTo(2 + 2.91999 * Math.sqrt(4 / 3), 4);
  });

  it('holds the next value as often as it says', () => {
    const stream = RandomStream.named(7, 0, 'prediction');
    let held = 0;
    const rounds = 4000;
    for (let round = 0; round < rounds; round++) {
      const { bound } = predictionBound([stream.normal(), stream.normal(), stream.normal()], 0.95);
      if (stream.normal() <= bound) held++;
    }
    // 95 % give or take 3 standard errors.
    expect(Math.abs(held / rounds - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / rounds));
  });
});

describe('a judgement', () => {
  it('meets when the bound is within, fails when the mean is beyond, and is undecided in between', () => {
    expect(verdictOf(outcome(1.5), outcome(1.52), outcome(1.48))).toBe('meets');
    expect(verdictOf(outcome(2.5), outcome(2.1), outcome(2.2))).toBe('fails');
    expect(verdictOf(outcome(1.9), outcome(1.7), outcome(1.8))).toBe('undecided');
  });

  it('holds every target', () => {
    expect(verdictOf(outcome(1.1, 0.08), outcome(1.1, 0.08), outcome(1.1, 0.08))).toBe('fails');
    expect(verdictOf(outcome(1.1, 0.01, 0.5), outcome(1.1, 0.01, 0.5))).toBe('fails');
  });

  it('knows nothing of spread from one replication', () => {
    expect(verdictOf(outcome(1.1))).toBe('undecided');
  });
});

describe('targets', () => {
  it('are a preset, changed one by one', () => {
    expect(readTargets('workable', ['ready=3%', 'probe-p95-slowdown=1.8'])).toEqual({
      ...TARGET_PRESETS.workable,
      ready: 0.03,
      probeP95Slowdown: 1.8,
    });
    expect(readTargets('workable', ['demo'])).toEqual(TARGET_PRESETS.demo);
  });

  it.each(['nice', 'ready', 'ready=3', 'probe-p95-slowdown=0.5', 'latency=3'])('refuse %s', (text) => {
    expect(() => readTargets('workable', [text])).toThrow(TargetError);
  });
});
