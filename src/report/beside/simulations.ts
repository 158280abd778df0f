import type { Metric, Row, SimulationResult } from '../../model/experiment/result.ts';
import { countSeats } from '../../plan/result/words.ts';
import { figureText, type Interval, meanText } from '../text/figure.ts';
import { METRIC_WORDS, VERDICT_WORDS } from '../text/wording.ts';
import {
  alignedRows,
  BESIDE_SCHEMA,
  type Beside,
  type BesideCell,
  changeOf,
  drawnAlike,
  type Named,
  PAIRED_INTERVALS,
  rowCell,
} from './beside.ts';

const GROUPS: readonly {
  readonly title: string;
  readonly drawn: boolean;
  readonly metrics: readonly Metric[];
}[] = [
  { title: 'How it feels', drawn: true, metrics: ['slowdown-p95', 'slowdown', 'response', 'throughput'] },
  { title: 'Waiting', drawn: true, metrics: ['ready', 'steal', 'hidden-steal', 'co-stop', 'limited'] },
  {
    title: 'Where the CPU time went',
    drawn: false,
    metrics: ['cpu-guest', 'cpu-hypervisor', 'cpu-switch', 'cpu-spin', 'cpu-polling', 'cpu-idle'],
  },
];

/** Results of simulations that are there already; `nestmark compare SCENARIO…` runs them in pairs. */
export function besideSimulations(results: readonly Named<SimulationResult>[]): Beside {
  const documents = results.map(({ document }) => document);
  const grouped = new Set(GROUPS.flatMap(({ metrics }) => metrics));
  return {
    schema: BESIDE_SCHEMA,
    of: 'simulations',
    documents: results.map(({ name, file, document }) => ({
      name,
      file,
      origin: `${document.scenario.name}, ${countSeats(document.seats)} on ${document.host.name}; scenario sha256 ${document.scenario.hash}; platform ${document.platform.name}, sha256 ${document.platform.hash}; nestmark ${document.version}, ${document.engine} engine, seed ${document.seed}, ${document.replications} replications`,
    })),
    answer: answerOf(results),
    groups: [
      ...GROUPS.map(({ title, drawn, metrics }) => ({
        title,
        drawn,
        rows: metrics.flatMap((metric) => rowsOf(documents, (row) => row.metric === metric)),
      })),
      {
        title: 'Everything else',
        drawn: false,
        rows: rowsOf(documents, ({ metric }) => !grouped.has(metric)),
      },
    ].filter(({ rows }) => rows.length > 0),
    intervals: PAIRED_INTERVALS,
    notes: documents.some(({ engine }) => engine !== documents[0]!.engine)
      ? ['They were made by different engines: the fluid one leaves out what the exact one simulates.']
      : [],
  };
}

function rowsOf(documents: readonly SimulationResult[], wanted: (row: Row) => boolean) {
  return alignedRows(documents, ({ rows }, index) =>
    rows
      .filter(wanted)
      .map((row): [string, BesideCell] => [rowName(row), rowCell(row, drawnAlike(documents, index))]),
  );
}

/** The host has figures of each level; a role is the same one wherever it stands. */
const rowName = ({ entity, level, metric }: Row): string =>
  `${METRIC_WORDS[metric].title}, ${entity}${entity === 'host' ? ` L${level}` : ''}`;

function answerOf(results: readonly Named<SimulationResult>[]) {
  const said = results.map(({ name, document: { rows, targets } }) => {
    const slowest = slowestOf(rows);
    const verdicts = targets.map(({ verdict }) => VERDICT_WORDS[verdict]).join(', ');
    return `${name}: ${slowest === null ? 'nobody answered' : `${figureText(slowest, slowest.unit)} of ${slowest.entity}`}${verdicts === '' ? '' : `, target ${verdicts}`}`;
  });
  return {
    question: `How do ${results.length} simulations compare?`,
    verdict: 'none',
    headline: headlineOf(results),
    sentence: `Slowest at the 95th percentile. ${said.join('; ')}.`,
  } as const;
}

const slowestOf = (rows: readonly Row[]): Row | null =>
  rows
    .filter(({ metric }) => metric === 'slowdown-p95')
    .reduce<Row | null>((worst, row) => (worst === null || row.mean > worst.mean ? row : worst), null);

/** By the role that is slowest in the first: who is faster than the first, as far as intervals tell. */
function headlineOf(results: readonly Named<SimulationResult>[]): string {
  const documents = results.map(({ document }) => document);
  const slowest = slowestOf(documents[0]!.rows);
  const [row] = rowsOf(
    documents,
    ({ metric, entity }) => metric === 'slowdown-p95' && entity === slowest?.entity,
  );
  const changes = results.slice(1).map(({ name }, index) => ({
    name,
    change: row === undefined ? null : changeOf(row, index + 1),
  }));
  const told = changes.flatMap(({ name, change }) => (change === null ? [] : [{ name, change }]));
  if (told.length === 0) return 'Side by side';
  if (told.length > 1)
    return `${told.reduce(faster).name} against ${results[0]!.name}: ${wordsFor(told.reduce(faster).change)}`;
  return `${told[0]!.name}: ${wordsFor(told[0]!.change)}`;
}

interface Told {
  readonly name: string;
  readonly change: Interval;
}

const faster = (one: Told, other: Told): Told => (other.change.mean < one.change.mean ? other : one);

function wordsFor({ mean, low, high }: Interval): string {
  if (low === high && mean === 1) return 'no difference';
  if (low === null || high === null || (low <= 1 && high >= 1)) return 'no telling which is slower';
  const percent = meanText({
    mean: 100 * Math.abs(mean - 1),
    low: 100 * Math.min(Math.abs(low - 1), Math.abs(high - 1)),
    high: 100 * Math.max(Math.abs(low - 1), Math.abs(high - 1)),
    unit: '%',
  });
  return `${percent} % ${mean < 1 ? 'faster' : 'slower'}`;
}
