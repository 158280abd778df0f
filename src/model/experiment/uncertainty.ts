import { sampleVariance } from 'simple-statistics';
import { compile } from '../scenario/compile.ts';
import type { Draw } from '../scenario/draw.ts';
import { drawOf } from '../scenario/parameter-draw.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ReplicationOutcome, ReplicationPlan } from './replication.ts';
import type { Metric, UncertainRow, Uncertainty } from './result.ts';
import type { SampledRow } from './row.ts';
import { sampledRows } from './summarise.ts';

/** What the uncertain figures of an answer are about, by how their parameters are named. */
const SUBJECTS: readonly { readonly what: string; readonly prefixes: readonly string[] }[] = [
  { what: 'cost of exits', prefixes: ['platform.exits'] },
  { what: 'cost of frames', prefixes: ['platform.network'] },
  { what: 'cores and caches', prefixes: ['platform.smt-throughput', 'platform.cache-refill'] },
  { what: 'memory', prefixes: ['platform.memory'] },
  { what: 'disks', prefixes: ['platform.storage', 'host.disk'] },
  { what: 'what workloads do', prefixes: ['workload.'] },
  { what: 'schedulers', prefixes: ['platform.', 'scheduler.', 'guest-scheduler'] },
];

const CHANCE = 'chance';
const EVERYTHING = 'all figures';

/** Middle 95 %. */
const TAIL = 0.025;

const subjectOf = (parameter: string): string =>
  SUBJECTS.find(({ prefixes }) => prefixes.some((prefix) => parameter.startsWith(prefix)))?.what ??
  'the rest';

/** Runs of each set of figures: two, so that what they have in common can be told from chance. */
export const RUNS_OF_SET = 2;

/** Runs with figures drawn: all of them, or those of one subject with the others at their best. */
export interface UncertainRuns {
  /** Null: all. */
  readonly subject: string | null;
  /** `RUNS_OF_SET` for each set, all first ones first; the one in place k has the random numbers of replication k. */
  readonly plans: readonly ReplicationPlan[];
}

/** What has to be simulated, beside the replications of the answer itself, to tell how far uncertain figures move it. */
export function uncertainRuns(
  scenario: Scenario,
  plan: ReplicationPlan,
  sets: number,
): readonly UncertainRuns[] {
  const subjects = subjectsOf(scenario);
  const drawn = subjects.length === 1 ? [null] : [null, ...subjects];
  return drawn.map((subject) => ({
    subject,
    plans: repeated(
      Array.from({ length: sets }, (_, set): ReplicationPlan => {
        const only =
          subject === null ? {} : { only: (parameter: string) => subjectOf(parameter) === subject };
        const draw = drawOf({ kind: 'sampled', seed: plan.seed, set, ...only });
        return { ...plan, specification: compile(scenario, draw) };
      }),
    ),
  }));
}

const repeated = <T>(plans: readonly T[]): T[] => Array.from({ length: RUNS_OF_SET }, () => plans).flat();

/** The subjects that have a figure with bounds. */
function subjectsOf(scenario: Scenario): readonly string[] {
  const found = new Set<string>();
  const note: Draw = (figure, parameter) => {
    if (figure.high > figure.low) found.add(subjectOf(parameter));
    return figure.value;
  };
  compile(scenario, note);
  return SUBJECTS.map(({ what }) => what).filter((what) => found.has(what));
}

/** Figures of an answer that people act on. */
const TOLD: readonly Metric[] = [
  'slowdown',
  'slowdown-p95',
  'response',
  'ready',
  'throughput',
  'boot-all',
  'disk-latency',
];

/**
 * How far the figures of an answer may be off because of what is not known of the platform and the workloads. A run
 * with drawn figures is held against the one with all at their best and the same random numbers. What the two
 * differences of a set have in common is the figures' doing: their mean product is its variance, which chance does not
 * add to, as it would to a square. The interval is the middle 95 % of the sets' mean differences, drawn in by what of
 * them is chance, about the mean, with the interval of the mean itself in quadrature. Parts are shares of the
 * variances, one subject drawn at a time.
 *
 * @param best outcomes with every figure at its best, at least one for each place of `uncertainRuns`
 * @param drawn outcomes of `uncertainRuns`, in their order
 */
export function uncertaintyOf(
  best: readonly ReplicationOutcome[],
  drawn: readonly { readonly subject: string | null; readonly outcomes: readonly ReplicationOutcome[] }[],
): Uncertainty {
  const sets = (drawn[0]?.outcomes.length ?? 0) / RUNS_OF_SET;
  const rowsOf = drawn.map(({ subject, outcomes }) => ({ subject, rows: byName(sampledRows(outcomes)) }));
  const rows = sampledRows(best).flatMap((row): UncertainRow[] => {
    if (!TOLD.includes(row.metric)) return [];
    const parts = rowsOf.map(({ subject, rows: found }) => ({
      subject: subject ?? EVERYTHING,
      moves: movesOf(row, found.get(nameOf(row)), sets),
    }));
    const all = parts.find(({ subject }) => subject === EVERYTHING)!.moves;
    const apart = parts.filter(({ subject }) => subject !== EVERYTHING);
    return all.length < 2 ? [] : [uncertainRow(row, all, apart.length === 0 ? parts : apart)];
  });
  return { sets, rows };
}

/** How one set of figures moves a figure of the answer, in each of its two runs. */
type Move = readonly [number, number];

interface Part {
  readonly subject: string;
  readonly moves: readonly Move[];
}

function uncertainRow(row: SampledRow, all: readonly Move[], parts: readonly Part[]): UncertainRow {
  const chance = row.low === null || row.high === null ? 0 : (row.high - row.low) / 2;
  const sorted = all.map(([one, other]) => (one + other) / 2).sort((a, b) => a - b);
  const spread = mean(sorted.map((move) => move * move));
  const drawnIn = spread === 0 ? 0 : Math.sqrt(Math.min(1, variance(all) / spread));
  const below = Math.max(0, -sorted[Math.floor(TAIL * sorted.length)]! * drawnIn);
  const above = Math.max(0, sorted[Math.ceil((1 - TAIL) * sorted.length) - 1]! * drawnIn);
  const own = row.sample.filter((value) => value !== null);
  const variances = [
    { what: CHANCE, of: own.length < 2 ? 0 : sampleVariance(own) / own.length },
    ...parts.map(({ subject, moves }) => ({ what: subject, of: variance(moves) })),
  ];
  const total = variances.reduce((sum, { of }) => sum + of, 0);
  const { entity, level, metric, unit } = row;
  return {
    entity,
    level,
    metric,
    unit,
    mean: row.mean,
    low: row.mean - Math.sqrt(below ** 2 + chance ** 2),
    high: row.mean + Math.sqrt(above ** 2 + chance ** 2),
    parts: variances
      .map(({ what, of }) => ({ what, share: total === 0 ? 0 : of / total }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share || (a.what < b.what ? -1 : 1)),
  };
}

/** About the answer with every figure at its best, which need not be in the middle. */
const variance = (moves: readonly Move[]): number =>
  Math.max(0, mean(moves.map(([one, other]) => one * other)));

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the sets in which every run has the figure. */
function movesOf(best: SampledRow, drawn: SampledRow | undefined, sets: number): Move[] {
  if (drawn === undefined) return [];
  const moved = (place: number): number | null => {
    const [from, to] = [best.sample[place] ?? null, drawn.sample[place] ?? null];
    return from === null || to === null ? null : to - from;
  };
  return Array.from({ length: sets }, (_, set): Move | null => {
    const [one, other] = [moved(set), moved(set + sets)];
    return one === null || other === null ? null : [one, other];
  }).filter((move) => move !== null);
}

const nameOf = ({ entity, level, metric }: SampledRow): string => `${entity} ${level} ${metric}`;

const byName = (rows: readonly SampledRow[]): ReadonlyMap<string, SampledRow> =>
  new Map(rows.map((row) => [nameOf(row), row]));
