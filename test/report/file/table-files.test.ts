import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { chartsOf } from '../../../src/report/chart/chart-files.ts';
import { shownThings, tableParts } from '../../../src/report/file/table-files.ts';
import { renderPageWithTables } from '../../../src/report/page/page.ts';
import { samplePlatform } from '../fixture/platform.ts';
import { sampleRecord } from '../fixture/record.ts';

const inputs = { record: sampleRecord, platform: samplePlatform };
const { page, tables, ...head } = await renderPageWithTables(inputs);
const charts = chartsOf(inputs);
const things = shownThings(charts, tables);

test('every chart and every table of a page is there, once, by a name of its own', () => {
  const captions = [...page.matchAll(/<caption class="unseen">([^<]*)<\/caption>/g)];
  expect(things).toHaveLength(captions.length);
  expect(new Set(things.map(({ name }) => name)).size).toBe(things.length);
  expect(things.filter(({ chart }) => chart !== null).map(({ name }) => name)).toEqual(
    charts.map(({ name }) => name),
  );
  expect(things.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['levels-reached', 'cost-of-one-exit', 'overhead']),
  );
});

test('CSV holds the cells that the page shows', () => {
  for (const [index, { content }] of tableParts(things, 'csv', head).entries()) {
    const { table } = things[index]!;
    const [head, ...rows] = parse(content as string, { relax_column_count: false }) as string[][];
    expect(head).toEqual(table.columns.map(({ title }) => title));
    expect(rows).toHaveLength(table.rows.length);
  }
});

test('JSON holds the cells, and of a chart the specification with unrounded numbers', () => {
  for (const [index, { extension, content }] of tableParts(things, 'json', head).entries()) {
    const { name, table, chart } = things[index]!;
    const document = JSON.parse(content as string);
    expect(extension).toBe(`${name}.json`);
    expect(document.rows).toEqual(table.rows);
    expect(document.schema).toBe(chart === null ? 'nestmark/table@1' : 'nestmark/chart@1');
    expect('vega-lite' in document).toBe(chart !== null);
  }
});

test('Markdown is one document, a heading and a table for each', () => {
  const [part, ...others] = tableParts(things, 'markdown', head);
  expect(others).toEqual([]);
  const text = part!.content as string;
  expect(text.startsWith(`# ${head.title}`)).toBe(true);
  expect(text.match(/^## /gm)).toHaveLength(things.length);
  for (const line of text.split('\n').filter((each) => each.startsWith('|'))) {
    expect(line.endsWith('|')).toBe(true);
  }
});
