import { describe, expect, it } from 'vitest';
import { compareAll, compareRows } from '../../../src/model/experiment/comparison.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';
import { confidenceInterval } from '../../../src/model/kernel/statistics/confidence-interval.ts';
import { around, sampled } from './sampled.ts';

const MARGIN = 0.01;
const probes = new Set(['probe']);

const compareTails = (a: readonly (number | null)[], b: readonly (number | null)[], margin = MARGIN) =>
  compareRows([sampled('probe', 'slowdown-p95', a)], [sampled('probe', 'slowdown-p95', b)], probes, margin);

describe('compareRows', () => {
  it('pairs replications: a difference far below the spread of either is seen', () => {
    const { answer, decidedBy, rows } = compareTails(
      around(2),
      around(2).map((value, i) => value + 0.05 + 0.001 * Math.cos(i)),
    );
    expect(answer).toBe('slower');
    expect(decidedBy).toEqual({ entity: 'probe', level: 2, metric: 'slowdown-p95' });
    expect(rows[0]).toMatchObject({ direction: 'higher', n: 10 });
    expect(rows[0]!.difference).toBeCloseTo(0.05, 3);
    expect(rows[0]!.varianceRatio).toBeLessThan(0.001);
    expect(rows[0]!.correlation).toBeGreaterThan(0.99);
  });

  it('has the Student-t interval of the differences', () => {
    const [a, b] = [around(2), around(2.2, 10, 0.17)];
    const { low, high, difference } = compareTails(a, b).rows[0]!;
    const expected = confidenceInterval(b.map((value, i) => value - a[i]!));
    expect([low, difference, high]).toEqual([expected.low, expected.mean, expected.high]);
  });

  it('calls B faster when its tail is shorter, alike within the margin, and unclear otherwise', () => {
    const a = around(2);
    expect(compareTails(a, around(1.5)).answer).toBe('faster');
    expect(compareTails(a, a).answer).toBe('alike');
    expect(
      compareTails(
        a,
        a.map((value, i) => value + 0.004 * Math.sin(3 * i)),
      ).answer,
    ).toBe('alike');
    expect(
      compareTails(
        a,
        a.map((value, i) => value + 0.2 * Math.sin(3 * i)),
      ).answer,
    ).toBe('unclear');
  });

  it('calls a difference alike that is sure but below the margin', () => {
    const a = around(2);
    const b = a.map((value) => value + 0.002);
    expect(compareTails(a, b).rows[0]).toMatchObject({ direction: 'alike' });
    expect(compareTails(a, b, 0.0001).rows[0]).toMatchObject({ direction: 'higher' });
  });

  it('leaves out replications that only one side has, and cannot tell from one pair', () => {
    expect(compareTails([1, null, 3, 4], [1, 2, null, 4]).rows[0]).toMatchObject({ n: 2, a: 2.5, b: 2.5 });
    expect(compareTails([1, null], [2, 2])).toMatchObject({ answer: 'unclear', rows: [{ low: null, n: 1 }] });
    expect(compareTails([1, null], [null, 2])).toMatchObject({ answer: 'nothing to compare', rows: [] });
  });

  it('asks the probe, and names what only one side has', () => {
    const { answer, onlyInA, onlyInB } = compareRows(
      [
        sampled('probe', 'slowdown-p95', around(2)),
        sampled('web', 'slowdown-p95', around(2)),
        sampled('old', 'ready', [1, 2]),
      ],
      [
        sampled('probe', 'slowdown-p95', around(2)),
        sampled('web', 'slowdown-p95', around(3)),
        sampled('new', 'ready', [1, 2]),
      ],
      probes,
      MARGIN,
    );
    expect(answer).toBe('alike');
    expect(onlyInA).toEqual([{ entity: 'old', level: 2, metric: 'ready' }]);
    expect(onlyInB).toEqual([{ entity: 'new', level: 2, metric: 'ready' }]);
  });

  it('holds a role against itself when it stands a level deeper, and the host level by level', () => {
    const deeper = (
      entity: string,
      metric: 'slowdown-p95' | 'cpu-hypervisor',
      mean: number,
      level: number,
    ) => ({
      ...sampled(entity, metric, around(mean)),
      level,
    });
    const { rows, answer, onlyInB } = compareRows(
      [deeper('probe', 'slowdown-p95', 1.2, 2), deeper('host', 'cpu-hypervisor', 5, 0)],
      [
        deeper('probe', 'slowdown-p95', 2, 3),
        deeper('host', 'cpu-hypervisor', 5, 0),
        deeper('host', 'cpu-hypervisor', 9, 1),
      ],
      probes,
      MARGIN,
    );
    expect(answer).toBe('slower');
    expect(rows.map(({ entity, level }) => [entity, level])).toEqual([
      ['probe', 2],
      ['host', 0],
    ]);
    expect(onlyInB).toEqual([{ entity: 'host', level: 1, metric: 'cpu-hypervisor' }]);
  });

  it('has no share of a figure that was 0', () => {
    const { rows } = compareRows(
      [sampled('web', 'ready', [0, 0, 0])],
      [sampled('web', 'ready', [1, 1.1, 1.2])],
      probes,
      MARGIN,
    );
    expect(rows[0]).toMatchObject({ relative: null, relativeLow: null, direction: 'higher' });
  });

  it('seldom calls anything of forty figures different when nothing is', () => {
    const stream = RandomStream.named(1, 0, 'comparison');
    const noise = () => Array.from({ length: 10 }, () => 2 + stream.normal());
    const figures = Array.from({ length: 40 }, (_, i) => `role ${i}`);
    const side = () => figures.map((entity) => sampled(entity, 'ready', noise()));
    let families = 0;
    for (let experiment = 0; experiment < 200; experiment++) {
      const { rows } = compareRows(side(), side(), probes, MARGIN);
      if (rows.some(({ direction }) => direction === 'higher' || direction === 'lower')) families++;
    }
    // 5 % of 200 at most, plus three standard errors; without Holm's procedure it would be 174.
    expect(families).toBeLessThan(10 + 3 * Math.sqrt(200 * 0.05 * 0.95));
  });
});

describe('compareAll', () => {
  const tail = (values: readonly number[]) => [sampled('probe', 'slowdown-p95', values)];

  it('says of several what it says of each alone, as long as all of it is sure', () => {
    const a = around(2);
    const others = [a, around(1.5), a.map((value) => value + 0.05)];
    const together = compareAll(
      tail(a),
      others.map((values) => ({ rows: tail(values), probes })),
      MARGIN,
    );
    expect(together).toEqual(others.map((values) => compareRows(tail(a), tail(values), probes, MARGIN)));
    expect(together.map(({ answer }) => answer)).toEqual(['alike', 'faster', 'slower']);
  });

  it('calls one of eight equal scenarios different in 5 of 100 families, where pair by pair it would be a third', () => {
    const families = 400;
    const wrong = { family: 0, pairs: 0 };
    const told = ({ answer }: { readonly answer: string }): boolean =>
      answer === 'slower' || answer === 'faster';
    for (let family = 0; family < families; family++) {
      const stream = RandomStream.named(family, 0, 'family');
      const draw = (): number[] => Array.from({ length: 10 }, () => 2 + 0.1 * stream.normal());
      const a = tail(draw());
      const others = Array.from({ length: 8 }, () => ({ rows: tail(draw()), probes }));
      if (compareAll(a, others, 1e-6).some(told)) wrong.family++;
      if (others.some(({ rows }) => told(compareRows(a, rows, probes, 1e-6)))) wrong.pairs++;
    }
    expect(wrong.family / families).toBeLessThan(0.07);
    expect(wrong.pairs / families).toBeGreaterThan(0.2);
  });
});
