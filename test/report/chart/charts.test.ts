import fc from 'fast-check';
import { compile } from 'vega-lite';
import { describe, expect, test } from 'vitest';
import type { SimulationResult } from '../../../src/model/experiment/result.ts';
import {
  comparisonCharts,
  platformCharts,
  recordCharts,
  resultCharts,
  sweepCharts,
} from '../../../src/report/chart/all-charts.ts';
import { changeCharts } from '../../../src/report/chart/change.ts';
import { type Chart, NARROW, WIDE } from '../../../src/report/chart/chart.ts';
import { chartFiles, chartsOf } from '../../../src/report/chart/chart-files.ts';
import { historyCharts } from '../../../src/report/chart/history.ts';
import { chartRenderer } from '../../../src/report/chart/render.ts';
import { sensitivityChart } from '../../../src/report/chart/sensitivity.ts';
import { chartConfig } from '../../../src/report/chart/theme.ts';
import { anyResult } from '../fixture/any-result.ts';
import { exampleResult } from '../fixture/gate.ts';
import { sampleHistory } from '../fixture/history.ts';
import { samplePlatform } from '../fixture/platform.ts';
import { sampleRecord } from '../fixture/record.ts';
import { sampleResult } from '../fixture/result.ts';
import { sampleSensitivity } from '../fixture/sensitivity.ts';
import { sampleComparison, sampleSweep } from '../fixture/varied.ts';

const charts: readonly Chart[] = [
  ...recordCharts(sampleRecord),
  ...platformCharts(samplePlatform),
  ...resultCharts(sampleResult),
  ...comparisonCharts(sampleComparison),
  ...sweepCharts(sampleSweep),
  ...[sensitivityChart(sampleSensitivity)!],
  ...changeCharts(exampleResult()),
  ...historyCharts(sampleHistory),
];

test('every kind of input has its charts', () => {
  expect(charts.map(({ name }) => name)).toEqual([
    'overhead',
    'exits',
    'predicted-measured',
    'residuals',
    'slowdown',
    'response',
    'waiting',
    'cpu-time',
    'frames',
    'differences',
    'seats-slowdown',
    'seats-ready',
    'seats-copies',
    'sensitivity',
    'change',
    'history-1',
    'history-2',
  ]);
});

test('no data, no chart', () => {
  expect(recordCharts({ ...sampleRecord, samples: [], counters: [] })).toEqual([]);
  expect(resultCharts({ ...sampleResult, rows: [] })).toEqual([]);
  const { calibration: _, ...published } = samplePlatform;
  expect(platformCharts(published)).toEqual([]);
  expect(changeCharts(exampleResult({ rows: [] }))).toEqual([]);
  expect(comparisonCharts({ ...sampleComparison, rows: [] })).toEqual([]);
  expect(sweepCharts({ ...sampleSweep, cells: [] })).toEqual([]);
  expect(historyCharts({ ...sampleHistory, histories: [] })).toEqual([]);
});

describe.each(charts.map((chart) => [chart.name, chart] as const))('%s', (_, chart) => {
  test.each([WIDE, NARROW])('Vega-Lite has nothing to object to at $width px', (layout) => {
    const heard: string[] = [];
    const hear = (...words: readonly unknown[]) => {
      heard.push(words.join(' '));
      return logger;
    };
    const logger = { level: () => logger, error: hear, warn: hear, info: () => logger, debug: () => logger };
    compile(chart.spec(layout), { config: chartConfig(layout, 'sans-serif'), logger: logger as never });
    expect(heard).toEqual([]);
  });

  test('says what it shows, and has the numbers behind it', () => {
    expect(chart.title.length).toBeGreaterThan(10);
    expect(chart.reading).toMatch(/interval|percentile|percent|quartile|10 %|logarithmic/i);
    expect(chart.description).toMatch(/\d/);
    expect(chart.table.rows.length).toBeGreaterThan(0);
    for (const row of chart.table.rows) expect(row).toHaveLength(chart.table.columns.length);
  });

  test.each([WIDE, NARROW])(
    'draws without scripts at $width px: no inline style, no id, nothing cut off',
    async (layout) => {
      const { svg } = await (await chartRenderer()).page(chart, layout);
      expect(svg).not.toMatch(/ (style|id|on\w+|href|xlink:href)=/);
      expect(svg).not.toMatch(/NaN|undefined|null/);
      const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1]);
      expect(width).toBeLessThanOrEqual(layout.width + 1);
      expect(svg).toContain('var(--ink)');
    },
  );
});

test('under the instruction clock costs are instructions, and times are said to be counted', () => {
  const instructions = sampleRecord.samples.map((samples) => ({ ...samples, unit: 'instructions' as const }));
  const [overhead] = recordCharts({ ...sampleRecord, samples: instructions });
  expect(overhead!.table.rows[0]![2]).toMatch(/instr\.$/);
  const calibration = samplePlatform.calibration!;
  const counted = { ...calibration, record: { ...calibration.record, clock: 'instructions' as const } };
  const [chart] = platformCharts({ ...samplePlatform, calibration: counted });
  expect(chart!.reading).toContain('counted instructions');
});

test('a workload in both units stands on two lines', () => {
  const waits = sampleRecord.samples.map((samples) =>
    samples.workload === 'cpuid' ? { ...samples, unit: 'instructions' as const } : samples,
  );
  const [overhead] = recordCharts({ ...sampleRecord, samples: [...sampleRecord.samples, ...waits] });
  const labels = JSON.stringify(overhead!.spec(WIDE));
  expect(labels).toContain('"cpuid"');
  expect(labels).toContain('"cpuid (time)"');
});

describe('files', () => {
  test('each chart as SVG in plain colours and one font, and as PNG of twice the size', async () => {
    const files = await chartFiles(
      chartsOf({
        ...{ result: sampleResult, record: sampleRecord, platform: samplePlatform },
        ...{ comparison: sampleComparison, sweep: sampleSweep },
        ...{ sensitivity: sampleSensitivity, gate: exampleResult(), history: sampleHistory },
      }),
    );
    expect(files.map(({ name }) => name)).toEqual(charts.map(({ name }) => name));
    for (const { svg, png, title } of files) {
      const text = svg.toString();
      expect(text).not.toContain('var(');
      expect(new Set(text.match(/font-family="[^"]*"/g))).toEqual(new Set(['font-family="DejaVu Sans"']));
      expect(text).toContain(`>${title}<`);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      const [, width, height] = / width="([\d.]+)" height="([\d.]+)"/.exec(text) ?? [];
      expect(png.readUInt32BE(16)).toBe(Math.floor(2 * Number(width)));
      expect(png.readUInt32BE(20)).toBe(Math.floor(2 * Number(height)));
    }
  });

  test('the same input is the same bytes', async () => {
    const [one] = await chartFiles(chartsOf({ platform: samplePlatform }));
    const [other] = await chartFiles(chartsOf({ platform: samplePlatform }));
    expect(one!.png.equals(other!.png)).toBe(true);
  });
});

describe('names are shown, whatever they are', () => {
  test.each([
    `"] + alert(1) + ["`,
    `datum.value`,
    `\\u0022);x`,
    `<script>alert(1)</script>`,
    `__proto__`,
    `ein Straße 東京 🎓`,
    `line\u2028separator`,
    '',
  ])('%j', async (entity) => {
    const rename = (row: SimulationResult['rows'][number]) =>
      row.entity === 'esxi/web' || row.entity === 'host' ? { ...row, entity } : row;
    const renderer = await chartRenderer();
    for (const chart of resultCharts({ ...sampleResult, rows: sampleResult.rows.map(rename) })) {
      const { svg } = await renderer.page(chart, WIDE);
      expect(svg).not.toMatch(/<script/);
      if (entity.length > 3 && !chart.name.startsWith('cpu')) expect(svg).toContain(xmlText(entity));
    }
  });
});

const xmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

test('property: any rows can be drawn, wide and narrow', { timeout: 120_000 }, async () => {
  const renderer = await chartRenderer();
  await fc.assert(
    fc.asyncProperty(anyResult, fc.constantFrom(WIDE, NARROW), async (result, layout) => {
      for (const chart of resultCharts(result)) {
        const { svg } = await renderer.page(chart, layout);
        expect(svg).toMatch(/^<svg/);
      }
    }),
    { numRuns: 60 },
  );
});

test('a sweep without seats has a line for each combination, the calmest first', () => {
  const axes = sampleSweep.axes.map((axis) =>
    axis.name === 'seats' ? { ...axis, name: 'template.vms[0].vcpus' } : axis,
  );
  const [cells, ...others] = sweepCharts({ ...sampleSweep, axes, knees: [] });
  expect(others).toEqual([]);
  expect(cells!.name).toBe('cells');
  expect(cells!.table.rows[0]![0]).toBe('template.vms[0].vcpus 4, switch.mac-learning true');
});
