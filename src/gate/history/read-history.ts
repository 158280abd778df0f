import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecordFile } from '../../bench/record/record-file.ts';
import type { MetricKey } from '../metric.ts';

/** One metric of one record: the median of its valid blocks, and how far they scatter. */
export interface HistoryPoint {
  readonly file: string;
  /** ISO 8601. */
  readonly started: string;
  readonly nestmark: string;
  /** Of the innermost level that says: what changes most often. */
  readonly kernel: string | null;
  readonly median: number;
  /** Lower and upper quartile of the blocks. */
  readonly lower: number;
  readonly upper: number;
  readonly blocks: number;
}

/** One metric through all records that have it, in the order they were started. Labs and clocks are kept apart. */
export interface History {
  readonly lab: string;
  readonly clock: string;
  readonly key: MetricKey;
  readonly points: readonly HistoryPoint[];
}

export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

/**
 * The overhead ratios of all records (`*.jsonl`, `*.jsonl.gz`) of a folder, taken out of the files by DuckDB in place: nothing is
 * imported, and any number of runs may write into the folder meanwhile.
 *
 * @throws {HistoryError} when there is no such folder, or nothing in it is a record
 */
export async function readHistory(directory: string): Promise<readonly History[]> {
  const names = await readdir(directory).catch(() => null);
  if (names === null) {
    throw new HistoryError(`${directory}: found no such folder, expected one with ${RECORDS}`);
  }
  const files = names
    .filter(isRecordFile)
    .sort()
    .map((name) => join(directory, name));
  if (files.length === 0) {
    throw new HistoryError(`${directory}: found no record, expected ${RECORDS}`);
  }
  // 166 ms to load, and only this command needs it.
  const { DuckDBInstance, LIST, VARCHAR, listValue } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '2',
  });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      HISTORY_QUERY,
      { files: listValue(files) },
      { files: LIST(VARCHAR) },
    );
    return sortOut(reader.getRowObjectsJS() as unknown as readonly HistoryRow[]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const RECORDS = 'records of nestmark bench (*.jsonl, *.jsonl.gz)';

interface HistoryRow {
  readonly file: string;
  readonly started: string;
  readonly nestmark: string;
  readonly kernel: string | null;
  readonly lab: string;
  readonly clock: string;
  readonly workload: string;
  readonly level: number;
  readonly unit: string;
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  readonly blocks: number;
}

/**
 * Cost of an operation: the median of a block's samples without warm-up. Its ratio: over the same workload at the
 * lowest level of the same block. A line that is not whole, at the end of a run that was cut off, is left out.
 * Records without blocks count as one.
 */
const HISTORY_QUERY = `
with line as (
  select * from read_json($files, format = 'newline_delimited', ignore_errors = true, filename = 'file',
    maximum_object_size = 67108864,
    columns = {kind: 'varchar', schema: 'varchar', started: 'varchar', version: 'varchar', lab: 'varchar', clock: 'varchar',
      level: 'integer', block: 'integer', workload: 'varchar', unit: 'varchar', "values": 'double[]', warmUp: 'integer',
      valid: 'boolean', environment: 'json'})
),
header as (
  select file, started, version, lab, clock from line where kind = 'header' and schema like 'nestmark/record@%'
),
kernel as (
  select file, arg_max(environment ->> '$."kernel.release"', level) as kernel from line where kind = 'level' group by file
),
invalid as (select file, block from line where kind = 'block' and not valid),
cost as (
  select file, coalesce(block, 1) as block, level, workload, unit,
    list_aggregate("values"[warmUp + 1:], 'median') as cost
  from line where kind = 'samples' and len("values") > warmUp and coalesce(block, 1) > 0
),
lowest as (select file, min(level) as base from cost group by file),
ratio as (
  select above.file, above.workload, above.level, above.unit, above.cost / below.cost as ratio
  from cost above
  join lowest on lowest.file = above.file and above.level > lowest.base
  join cost below on below.file = above.file and below.block = above.block and below.level = lowest.base
    and below.workload = above.workload and below.unit = above.unit
  where below.cost > 0 and above.cost > 0
    and not exists (from invalid where invalid.file = above.file and invalid.block = above.block)
)
select header.file, started, version as nestmark, kernel, lab, clock, workload, level, unit,
  median(ratio) as median, quantile_cont(ratio, 0.25) as lower, quantile_cont(ratio, 0.75) as upper,
  count(*)::integer as blocks
from ratio join header on header.file = ratio.file left join kernel on kernel.file = ratio.file
group by all order by lab, clock, workload, level, started, header.file`;

function sortOut(rows: readonly HistoryRow[]): readonly History[] {
  const histories = new Map<string, { readonly history: History; readonly points: HistoryPoint[] }>();
  for (const { lab, clock, workload, level, unit, ...point } of rows) {
    const kind = unit === 'instructions' ? 'instructions' : 'time';
    const name = JSON.stringify([lab, clock, workload, level, kind]);
    const known = histories.get(name) ?? newHistory({ lab, clock, key: { workload, level, kind } });
    histories.set(name, known);
    known.points.push(point);
  }
  return [...histories.values()].map(({ history }) => history);
}

function newHistory(of: Omit<History, 'points'>): { history: History; points: HistoryPoint[] } {
  const points: HistoryPoint[] = [];
  return { history: { ...of, points }, points };
}
