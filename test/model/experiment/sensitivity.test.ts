import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../src/library/library.ts';
import type { SampledRow } from '../../../src/model/experiment/row.ts';
import {
  answerRow,
  movedAnswer,
  pinned,
  swingOf,
  uncertainNumbers,
} from '../../../src/model/experiment/sensitivity.ts';
import { compile } from '../../../src/model/scenario/compile.ts';

const loaded = openLibrary().loadScenario('scenarios/course-lab.yaml', {});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario } = loaded.value;

function tail(entity: string, sample: readonly number[]): SampledRow {
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  return {
    ...{ entity, level: 2, metric: 'slowdown-p95', unit: 'ratio', mean },
    ...{ low: null, high: null, p50: null, p95: null, p99: null, n: sample.length },
    sample,
  };
}

describe('uncertain numbers of a scenario', () => {
  const numbers = uncertainNumbers(scenario);

  it('are each used, have an interval, and come once', () => {
    expect(numbers.length).toBeGreaterThan(20);
    expect(new Set(numbers.map(({ parameter }) => parameter)).size).toBe(numbers.length);
    for (const { figure } of numbers) expect(figure.high).toBeGreaterThan(figure.low);
    expect(numbers.map(({ parameter }) => parameter)).toContain('platform.network.drop');
  });

  it('are put at an end alone: all others keep their value', () => {
    const base = compile(scenario);
    const moved = compile(scenario, pinned('platform.network.drop', 'high'));
    expect(moved).not.toEqual(base);
    expect({ ...moved, network: { ...moved.network, drop: base.network.drop } }).toEqual(base);
  });
});

describe('the answer', () => {
  const base = tail('desktop', [1.5, 1.6, 1.7, 1.6]);

  it('is the tail of the probe that feels worst', () => {
    const rows = [tail('web', [9, 9]), base, tail('terminal', [1.1, 1.2])];
    expect(answerRow(rows, new Set(['desktop', 'terminal']))?.entity).toBe('desktop');
    expect(answerRow([], new Set(['desktop']))).toBeNull();
  });

  it('moves by pairs, so that what chance does to both cancels', () => {
    const shifted = tail('desktop', [1.7, 1.8, 1.9, 1.8]);
    const { difference, low, high } = movedAnswer(base, [shifted])!;
    expect(difference).toBeCloseTo(0.2, 9);
    expect(high! - low!).toBeLessThan(1e-6);
    expect(movedAnswer(base, [tail('web', [1, 1, 1, 1])])).toBeNull();
  });

  it('swings between the ends, the value in between or not', () => {
    const at = (difference: number) => ({ answer: 1 + difference, difference, low: null, high: null });
    expect(swingOf({ atLow: at(-0.1), atHigh: at(0.3) })).toBeCloseTo(0.4, 9);
    expect(swingOf({ atLow: at(0.2), atHigh: at(0.3) })).toBeCloseTo(0.3, 9);
  });
});
