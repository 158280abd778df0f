import { stringify } from 'csv-stringify/sync';
import type { Chart, ChartTable } from '../chart/chart.ts';
import { WIDE } from '../chart/chart.ts';
import type { ShownTable } from '../page/markup.ts';
import type { Answer } from '../text/answer.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import type { ReportPart } from './write-report.ts';

/** What charts and tables can be written as, beside pictures. */
export type TableFormat = 'csv' | 'markdown' | 'json';

/** One thing that a report shows: a chart with its numbers, or a table. */
export interface ShownThing {
  /** File name part, e.g. `overhead` or `levels-reached`. */
  readonly name: string;
  readonly title: string;
  readonly table: ChartTable;
  readonly chart: Chart | null;
}

/** Charts and tables of a page, in the order they stand on it, each by a name of its own. */
export function shownThings(charts: readonly Chart[], tables: readonly ShownTable[]): readonly ShownThing[] {
  const used = new Set<string>();
  const own = (wanted: string): string => {
    const name = used.has(wanted) ? `${wanted}-${used.size}` : wanted;
    used.add(name);
    return name;
  };
  return tables.map(({ caption, table, chart: of }) => {
    const chart = charts.find(({ name }) => name === of) ?? null;
    return { name: own(of ?? fileNamePart(caption)), title: chart?.title ?? caption, table, chart };
  });
}

/**
 * Cells stand as the page shows them, rounded to what intervals allow and with their units; the unrounded numbers of a
 * chart are in the Vega-Lite specification of its JSON.
 */
export function tableParts(
  things: readonly ShownThing[],
  format: TableFormat,
  head: { readonly title: string; readonly answer: Answer },
): readonly ReportPart[] {
  switch (format) {
    case 'csv':
      return things.map(({ name, table }) => ({ extension: `${name}.csv`, content: csvOf(table) }));
    case 'json':
      return things.map((thing) => ({ extension: `${thing.name}.json`, content: jsonOf(thing) }));
    case 'markdown':
      return [{ extension: 'md', content: markdownOf(things, head) }];
  }
}

function csvOf({ columns, rows }: ChartTable): string {
  return stringify([columns.map(({ title }) => title), ...rows.map((cells) => [...cells])], {
    escape_formulas: true,
  });
}

function jsonOf({ name, title, table, chart }: ShownThing): string {
  const document = {
    schema: chart === null ? 'nestmark/table@1' : 'nestmark/chart@1',
    ...{ name, title },
    ...(chart === null ? {} : { reading: chart.reading, description: chart.description }),
    columns: table.columns.map(({ title: column }) => column),
    rows: table.rows,
    ...(chart === null ? {} : { 'vega-lite': chart.spec(WIDE) }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function markdownOf(
  things: readonly ShownThing[],
  { title, answer }: Parameters<typeof tableParts>[2],
): string {
  const head = [
    `# ${escapeMarkdown(title)}`,
    `${escapeMarkdown(answer.question)}`,
    `**${escapeMarkdown(answer.headline)}.** ${escapeMarkdown(answer.sentence)}`,
  ];
  return `${[...head, ...things.map(partOf)].join('\n\n')}\n`;
}

function partOf({ title, chart, table: { columns, rows } }: ShownThing): string {
  const head = columns.map(({ title: column }) => escapeMarkdown(column));
  const align = columns.map(({ kind }) => (kind === 'number' ? '--:' : '---'));
  const body = rows.map((cells) => cells.map(escapeMarkdown));
  const table = [head, align, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const words = chart === null ? [] : [escapeMarkdown(`${chart.reading} ${chart.description}`)];
  return [`## ${escapeMarkdown(title)}`, ...words, table].join('\n\n');
}

/** Small letters, digits and dashes of what a caption says. */
function fileNamePart(caption: string): string {
  const part = caption
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return part === '' ? 'table' : part;
}
