import type { Ansis } from 'ansis';
import type { Metric, Row } from '../../model/experiment/result.ts';
import { plainText, plusMinusText, unitSuffix } from '../text/figure.ts';
import { levelName, METRIC_WORDS } from '../text/wording.ts';
import { cutOrPad } from './interval-chart.ts';
import { plainTable } from './plain-table.ts';

export interface Style {
  readonly paint: Ansis;
  readonly width: number;
}

const NARROWEST_ROLE = 12;
const LEVEL_WIDTH = 'Level'.length;
/** Blanks between columns, as in plain-table. */
const GAP = 2;

/** One column of a table by role: which metric, and which figure of its row. */
export interface Column {
  readonly metric: Metric;
  readonly head: string;
  readonly cell: (row: Row) => string;
}

export const meanColumn = (metric: Metric): Column => ({
  metric,
  head: METRIC_WORDS[metric].title,
  cell: plusMinusText,
});

export const percentileColumn = (metric: Metric, percentile: 'p50' | 'p95' | 'p99'): Column => ({
  metric,
  head: `${METRIC_WORDS[metric].title} ${percentile}`,
  cell: (row) => (row[percentile] === null ? '' : plainText(row[percentile])),
});

/**
 * A table with a line for each entity that has at least one of the columns' metrics; empty without any. Columns that
 * do not fit the width go to a second table under the first.
 */
export function roleTable(
  title: string,
  rows: readonly Row[],
  { paint, width }: Style,
  columns: readonly Column[],
): string {
  const used = columns.filter(({ metric }) => rows.some((row) => row.metric === metric));
  const entities = entitiesOf(rows, used);
  if (entities.length === 0) return '';
  const filled = used.map((column) => fillColumn(column, entities, rows));
  const role = Math.max(...entities.map(({ entity }) => entity.length), 'Role'.length);
  const tables = fittingGroups(filled, width - Math.min(role, NARROWEST_ROLE)).map((group) => {
    const taken = group.reduce((sum, column) => sum + column.width + GAP, LEVEL_WIDTH + GAP);
    return draw(entities, group, Math.min(role, Math.max(width - taken, NARROWEST_ROLE)));
  });
  return `${paint.bold(title)}\n${tables.join('\n\n')}`;
}

interface FilledColumn {
  readonly head: string;
  readonly cells: readonly string[];
  readonly width: number;
}

function fillColumn(
  { metric, head, cell }: Column,
  entities: readonly Entity[],
  rows: readonly Row[],
): FilledColumn {
  const lines = headText(head, unitOf(metric, rows));
  const cells = entities.map(({ byMetric }) => {
    const row = byMetric.get(metric);
    return row === undefined ? '' : cell(row);
  });
  return {
    head: lines.join('\n'),
    cells,
    width: Math.max(...[...lines, ...cells].map((text) => text.length)),
  };
}

function fittingGroups(columns: readonly FilledColumn[], width: number): FilledColumn[][] {
  const groups: FilledColumn[][] = [];
  let free = 0;
  for (const column of columns) {
    const group = groups.at(-1);
    if (group === undefined || column.width + GAP > free) {
      groups.push([column]);
      free = width - LEVEL_WIDTH - GAP - column.width - GAP;
    } else {
      group.push(column);
      free -= column.width + GAP;
    }
  }
  return groups;
}

function draw(entities: readonly Entity[], columns: readonly FilledColumn[], roleWidth: number): string {
  return plainTable(
    ['Role', 'Level', ...columns.map(({ head }) => head)],
    entities.map(({ entity, level }, line) => [
      cutOrPad(entity, roleWidth),
      levelName(level),
      ...columns.map(({ cells }) => cells[line]!),
    ]),
    2,
  );
}

/** Two lines: the first word, and the rest with the unit. */
function headText(head: string, unit: string): [string, string] {
  const [first = '', ...rest] = head.split(' ');
  return [first, [...rest, unit].join(' ')];
}

const unitOf = (metric: Metric, rows: readonly Row[]): string => {
  const unit = rows.find((row) => row.metric === metric)?.unit;
  return unit === undefined ? '' : unitSuffix(unit).trim();
};

interface Entity {
  readonly entity: string;
  readonly level: number;
  readonly byMetric: ReadonlyMap<Metric, Row>;
}

/** In the order the result has them; an entity at two levels stands twice. */
function entitiesOf(rows: readonly Row[], columns: readonly Column[]): Entity[] {
  const wanted = new Set(columns.map(({ metric }) => metric));
  const entities = new Map<string, Entity & { readonly byMetric: Map<Metric, Row> }>();
  for (const row of rows) {
    if (!wanted.has(row.metric)) continue;
    const key = JSON.stringify([row.entity, row.level]);
    const known = entities.get(key);
    if (known === undefined) {
      entities.set(key, { entity: row.entity, level: row.level, byMetric: new Map([[row.metric, row]]) });
    } else {
      known.byMetric.set(row.metric, row);
    }
  }
  return [...entities.values()];
}
