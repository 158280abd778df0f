import { describe, expect, it } from 'vitest';
import { penaltyChart } from '../../../src/report/chart/penalty.ts';
import { verifiedCharts } from '../../../src/report/chart/verified.ts';
import { renderPage } from '../../../src/report/page/page.ts';
import type { Comparison } from '../../../src/verify/comparison.ts';

const comparison = (changes: Partial<Comparison>): Comparison => ({
  name: 'hypercall, L3',
  unit: 'cycles',
  measured: 100,
  predicted: 110,
  interval: [90, 130],
  fitted: false,
  ...changes,
});

describe('predicted against measured', () => {
  it('has a chart for each unit, with what was predicted and not what was fitted', () => {
    const charts = verifiedCharts([
      comparison({}),
      comparison({ name: 'fitted', predicted: 300, fitted: true }),
      comparison({ name: 'share', unit: '%', measured: 50, predicted: 49, interval: null }),
    ]);
    expect(charts.map(({ title }) => title)).toEqual([
      'Predicted against measured, in cycles',
      'Predicted against measured, in %',
    ]);
    expect(charts[0]!.description).toMatch(/^1 figures were predicted; half of them are within 10/);
    expect(charts[0]!.table.rows.map((row) => row.at(-1))).toEqual(['predicted', 'fitted']);
  });

  it('leaves out of the picture, not of the table, what a logarithm does not have', () => {
    const charts = verifiedCharts([comparison({}), comparison({ name: 'none', measured: 0 })]);
    expect(charts[0]!.table.rows).toHaveLength(2);
    expect(verifiedCharts([comparison({ measured: 0 })])).toEqual([]);
  });

  it('is a page with its question, its notes and how to have it again', async () => {
    const page = await renderPage({
      verification: {
        title: 'Exits',
        answer: { question: 'What of L3?', verdict: 'none', headline: 'Half within 10 %', sentence: 'One.' },
        lead: 'From a table.',
        charts: [
          ...verifiedCharts([comparison({})]),
          penaltyChart(
            [
              {
                workload: 'compile',
                value: 0.04,
                low: 0.01,
                high: 0.25,
                inside: 0.2,
                causes: [{ exitClass: 'page-fault', share: 0.03 }],
              },
            ],
            { low: 0.1, high: 0.2 },
          ),
        ],
        notes: ['Not blind.'],
        version: '0.0.0',
        command: 'nestmark verify exits',
      },
    });
    const missing = [
      'What of L3?',
      'Half within',
      'Not blind.',
      'nestmark verify exits',
      'compile',
      'page-fault',
    ].filter((part) => !page.includes(part));
    expect(missing).toEqual([]);
  });
});
