import { describe, expect, it } from 'vitest';
import { assessPrecision, withPrecision } from '../../../src/model/experiment/precision.ts';
import type { Row, SimulationResult, TargetVerdict } from '../../../src/model/experiment/result.ts';
import { sampleResult } from '../../report/fixture/result.ts';

const goal = { relative: 0.05, minimum: 10, maximum: 100 };
const probes = new Set(['probe']);

const tail = (entity: string, mean: number, half: number): Row => ({
  entity,
  level: 2,
  metric: 'slowdown-p95',
  unit: 'ratio',
  mean,
  low: mean - half,
  high: mean + half,
  p50: null,
  p95: null,
  p99: null,
  n: 10,
});

const ready = (observed: number, half: number): TargetVerdict => ({
  target: 'ready',
  limit: 5,
  unit: '%',
  observed,
  low: observed - half,
  high: observed + half,
  verdict: 'met',
});

const answer = (rows: Row[], targets: TargetVerdict[] = [], replications = 10): SimulationResult => ({
  ...sampleResult,
  rows,
  targets,
  replications,
});

describe('assessPrecision', () => {
  it('watches the probe and lets other roles be as vague as they are', () => {
    const { decision, precision } = assessPrecision(
      answer([tail('probe', 2, 0.05), tail('database', 2, 1)]),
      probes,
      goal,
    );
    expect(decision).toBe('precise');
    expect(precision).toEqual({
      wanted: 0.05,
      reached: expect.closeTo(0.025, 12),
      figure: 'slowdown-p95 of probe',
      met: true,
      most: 100,
    });
  });

  it('watches every role when none is a probe', () => {
    const rows = [tail('web', 2, 0.05), tail('database', 2, 1)];
    const { decision, precision } = assessPrecision(answer(rows), new Set(), goal);
    expect(decision).toBe('continue');
    expect(precision.figure).toBe('slowdown-p95 of database');
  });

  it('asks again where the least known figure says, and at twice as many at most', () => {
    // 10 x 1.1 x (0.06 / 0.05)^2 = 15.84
    expect(assessPrecision(answer([tail('probe', 2, 0.12)]), probes, goal).nextLook).toBe(16);
    expect(assessPrecision(answer([tail('probe', 2, 1)]), probes, goal).nextLook).toBe(20);
    expect(assessPrecision(answer([tail('probe', 2, 1)], [], 60), probes, goal).nextLook).toBe(100);
  });

  it('holds a small target against its limit, not against itself', () => {
    const known = assessPrecision(answer([tail('probe', 2, 0.01)], [ready(0.01, 0.01)]), probes, goal);
    expect(known.decision).toBe('precise');
    const vague = assessPrecision(answer([tail('probe', 2, 0.01)], [ready(4.8, 0.4)]), probes, goal);
    expect(vague.decision).toBe('continue');
    expect(vague.precision.figure).toBe('target ready');
  });

  it('gives up at the most replications and says so in words', () => {
    const result = answer([tail('probe', 2, 0.2)], [], 100);
    const { decision, precision } = assessPrecision(result, probes, goal);
    expect(decision).toBe('exhausted');
    const { findings } = withPrecision(result, precision);
    expect(findings.at(-1)).toMatchObject({
      code: 'precision-not-reached',
      text: expect.stringMatching(/^after all 100 replications allowed, .*probe is known to ±10 %, .*±5 %/),
    });
  });

  it('stops at once, with a note, where there is nothing to watch', () => {
    const result = answer([]);
    const { decision, precision } = assessPrecision(result, probes, goal);
    expect(decision).toBe('precise');
    expect(withPrecision(result, precision).findings.at(-1)?.code).toBe('nothing-to-be-precise-about');
  });

  it('is content with a figure that is 0 in every replication', () => {
    const still = { ...ready(0, 0), limit: 0 };
    expect(assessPrecision(answer([], [still]), probes, goal).decision).toBe('precise');
  });
});
