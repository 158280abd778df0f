import { describe, expect, it } from 'vitest';
import type { Row, SimulationResult } from '../../../src/model/experiment/result.ts';
import { confidenceInterval } from '../../../src/model/kernel/statistics/confidence-interval.ts';
import { type Beside, changeOf, hasCommonRows } from '../../../src/report/beside/beside.ts';
import { besidePlans } from '../../../src/report/beside/plans.ts';
import { besideProfiles } from '../../../src/report/beside/profiles.ts';
import { besideChart, besideTable } from '../../../src/report/beside/shown.ts';
import { besideSimulations } from '../../../src/report/beside/simulations.ts';
import { besideSweeps } from '../../../src/report/beside/sweeps.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import { renderBeside } from '../../../src/report/terminal/beside-table.ts';
import { samplePlan } from '../fixture/plan.ts';
import { samplePlatform } from '../fixture/platform.ts';
import { sampleResult } from '../fixture/result.ts';
import { sampleSweep } from '../fixture/varied.ts';

const named = <Document>(name: string, document: Document) => ({ name, file: `out/${name}.json`, document });
const groupOf = ({ groups }: Beside, title: string) => groups.find((group) => group.title.startsWith(title))!;
const rowOf = (beside: Beside, group: string, name: string) =>
  groupOf(beside, group).rows.find((row) => row.name === name)!;

describe('plans side by side', () => {
  const [first] = samplePlan.hosts;
  const cheaper = {
    ...samplePlan,
    question: { ...samplePlan.question, seats: 12 },
    hosts: samplePlan.hosts.map((row) => ({
      ...row,
      seats: row.seats + 1,
      usdPerSeatHour: row.usdPerSeatHour === null ? null : row.usdPerSeatHour / 2,
    })),
    recommended: {
      ...samplePlan.recommended!,
      cost: { ...samplePlan.recommended!.cost, usd: samplePlan.recommended!.cost.usd / 2 },
    },
  };
  const beside = besidePlans([named('a', samplePlan), named('b', cheaper)]);

  it('hold each candidate against itself: seats, what binds, price', () => {
    const { seats, usdPerSeatHour, host } = first!;
    const held = rowOf(beside, 'Seats', host);
    expect(held.cells.map((cell) => cell!.figure!.mean)).toEqual([seats, seats + 1]);
    expect(held.cells[0]!.text).toMatch(/memory/);
    expect(rowOf(beside, 'USD', host).cells.map((cell) => cell!.figure!.mean)).toEqual([
      usdPerSeatHour,
      usdPerSeatHour! / 2,
    ]);
  });

  it('say which is cheapest, and that they were not asked the same', () => {
    expect(beside.answer.headline).toBe('b');
    expect(beside.answer.sentence).toContain('−50 %');
    expect(beside.notes[0]).toContain('seats differ');
    expect(besidePlans([named('a', samplePlan), named('b', samplePlan)]).notes[0]).toBe(
      'All were asked the same.',
    );
  });

  it('take the least and the most over the sampled sets as the interval of the cost', () => {
    const cost = rowOf(beside, 'What each', 'Whole course, USD');
    const ratio = changeOf(cost, 1)!;
    expect(ratio.mean).toBeCloseTo(0.5, 12);
    const { low, high } = cost.cells[0]!.figure!;
    const spread = samplePlan.confidence?.courseUsd ?? null;
    expect([low, high]).toEqual(spread === null ? [null, null] : [expect.any(Number), expect.any(Number)]);
  });

  it('say of a plan that holds nothing that it holds nothing', () => {
    const none = besidePlans([named('a', samplePlan), named('b', { ...samplePlan, recommended: null })]);
    expect(none.answer.sentence).toContain('b: nothing holds it');
    expect(rowOf(none, 'What each', 'Take').cells[1]!.text).toContain('nothing');
  });
});

describe('simulations side by side', () => {
  const scaled = (factor: number): SimulationResult => ({
    ...sampleResult,
    rows: sampleResult.rows.map(
      (row): Row => ({
        ...row,
        mean: row.mean * factor,
        low: row.low === null ? null : row.low * factor,
        high: row.high === null ? null : row.high * factor,
      }),
    ),
  });
  const beside = besideSimulations([
    named('a', sampleResult),
    named('b', scaled(1.5)),
    named('c', scaled(0.5)),
  ]);

  it('have each figure over the first one, with an interval from both', () => {
    for (const { rows } of beside.groups) {
      for (const row of rows.filter(({ cells }) => cells[0]!.figure!.mean > 0)) {
        expect(changeOf(row, 1)!.mean).toBeCloseTo(1.5, 10);
        expect(changeOf(row, 2)!.mean).toBeCloseTo(0.5, 10);
        const { low, high } = changeOf(row, 1)!;
        if (low !== null && high !== null) {
          expect(low).toBeLessThanOrEqual(1.5);
          expect(high).toBeGreaterThanOrEqual(1.5 - 1e-12);
        }
      }
    }
  });

  it('say which is faster, and no more than their intervals tell', () => {
    const of = (factor: number, half: number): SimulationResult => ({
      ...sampleResult,
      rows: sampleResult.rows.map((row): Row => {
        const mean = row.mean * factor;
        return { ...row, mean, low: mean * (1 - half), high: mean * (1 + half) };
      }),
    });
    const headline = (...results: readonly SimulationResult[]): string =>
      besideSimulations(results.map((result, index) => named('abc'[index]!, result))).answer.headline;
    expect(headline(of(1, 0.01), of(0.8, 0.01))).toBe('b: 20.0 % faster');
    expect(headline(of(1, 0.01), of(1.25, 0.01))).toBe('b: 25.0 % slower');
    expect(headline(of(1, 0.1), of(1.05, 0.1))).toBe('b: no telling which is slower');
    expect(headline(of(1, 0), of(1, 0))).toBe('b: no difference');
    expect(headline(of(1, 0.01), of(0.9, 0.01), of(0.5, 0.01))).toBe('c against a: 50.0 % faster');
  });

  it('of one seed are paired by replication, so that shared luck cancels; of two seeds they are not', () => {
    const [tail] = sampleResult.rows.filter(({ metric }) => metric === 'slowdown-p95');
    const luck = [1.9, 2.6, 2.1, 2.4];
    const of = (factor: number, seed: number): SimulationResult => {
      const sample = luck.map((value, index) => value * factor + (index % 2) / 1000);
      const { mean, low, high } = confidenceInterval(sample);
      return { ...sampleResult, seed, rows: [{ ...tail!, mean, low, high, sample }] };
    };
    const width = (results: readonly SimulationResult[]): number => {
      const { low, high } = changeOf(
        besideSimulations(results.map((result, index) => named(String(index), result))).groups[0]!.rows[0]!,
        1,
      )!;
      return high! - low!;
    };
    const [paired, apart] = [width([of(1, 5), of(1.5, 5)]), width([of(1, 5), of(1.5, 6)])];
    expect(paired).toBeLessThan(apart / 100);
    const shorter = { ...of(1.5, 5), rows: of(1.5, 5).rows.map(({ sample: _, ...row }) => row) };
    expect(width([of(1, 5), shorter])).toBeCloseTo(apart, 10);
  });

  it('show every row of the results once, in tables of two columns more for each further one', () => {
    const rows = beside.groups.reduce((sum, group) => sum + group.rows.length, 0);
    expect(rows).toBe(
      new Set(
        sampleResult.rows.map(({ entity, level, metric }) =>
          JSON.stringify([entity, entity === 'host' ? level : 0, metric]),
        ),
      ).size,
    );
    const table = besideTable(beside, beside.groups[0]!);
    expect(table.columns.map(({ title }) => title)).toEqual([
      'Figure',
      'a',
      'b',
      '× a',
      'interval',
      'c',
      '× a',
      'interval',
    ]);
    for (const cells of table.rows) expect(cells).toHaveLength(table.columns.length);
  });

  it('are on a page and on a terminal, and the chart draws what differs', async () => {
    const chart = besideChart(beside)!;
    expect(chart.title).toBe('Against a');
    expect(chart.table.rows.length).toBeGreaterThan(3);
    const page = await renderPage({ beside });
    expect(page).toContain('<h1>b, c against a</h1>');
    expect(page).toContain('nestmark compare out/a.json out/b.json out/c.json');
    expect(renderBeside(beside, { columns: 100, colour: false })).toContain('How it feels');
  });
});

describe('sweeps and profiles side by side', () => {
  it('sweeps by combination', () => {
    const beside = besideSweeps([named('a', sampleSweep), named('b', sampleSweep)]);
    const simulated = sampleSweep.cells.filter((cell) => cell.status === 'simulated' && cell.tail !== null);
    const rows = groupOf(beside, 'Slowdown').rows.filter(({ cells }) => cells[0]!.figure !== null);
    expect(rows).toHaveLength(simulated.length);
    for (const row of rows) expect(changeOf(row, 1)!.mean).toBe(1);
  });

  it('profiles by class and depth, and number by number', () => {
    const slower = {
      ...samplePlatform,
      exits: {
        ...samplePlatform.exits,
        switch: { ...samplePlatform.exits.switch, value: (2 * samplePlatform.exits.switch.value) as never },
      },
    };
    const beside = besideProfiles([named('a', samplePlatform), named('b', slower)]);
    for (const row of groupOf(beside, 'Cost of one exit from L1').rows) {
      expect(changeOf(row, 1)!.mean).toBeGreaterThan(1);
    }
    const numbers = groupOf(beside, 'Every number').rows;
    expect(numbers.filter((row) => changeOf(row, 1) !== null && changeOf(row, 1)!.mean !== 1)).toHaveLength(
      1,
    );
    expect(beside.answer.sentence).toMatch(/^b against a: from L1 /);
  });

  it('know when nothing is in both', () => {
    const other = { ...sampleSweep, axes: [{ name: 'vcpus', values: [99] }], cells: [], knees: [] };
    expect(hasCommonRows(besideSweeps([named('a', sampleSweep), named('b', other)]))).toBe(false);
  });
});
