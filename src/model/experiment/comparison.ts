import { holmAdjusted } from '../kernel/statistics/holm.ts';
import { type PairedRows, pairRows } from './paired-rows.ts';
import type { WatchedFigure } from './precision.ts';
import type { Finding, Metric, Precision, Unit } from './result.ts';
import type { SampledRow } from './row.ts';
import { tailRows } from './worst-row.ts';

/** How a figure of B stands to the same figure of A. */
export type Direction =
  /** Significantly so, and not shown to be less than the margin. */
  | 'higher'
  | 'lower'
  /** The whole interval of the difference is within the margin. */
  | 'alike'
  /** None of these can be told. */
  | 'unclear';

/** One figure of two scenarios with the same random numbers, `level` as in A; shares of A are null when A's mean is 0. */
export interface ComparedRow {
  readonly entity: string;
  readonly level: number;
  readonly metric: Metric;
  readonly unit: Unit;
  readonly a: number;
  readonly b: number;
  /** B - A, with its 95 % interval. */
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly relative: number | null;
  readonly relativeLow: number | null;
  readonly relativeHigh: number | null;
  readonly pValue: number | null;
  readonly direction: Direction;
  /** Of the pairs; and what pairing left of the variance of the difference. */
  readonly correlation: number | null;
  readonly varianceRatio: number | null;
  readonly n: number;
}

export const COMPARED_COLUMNS = [
  'entity',
  'level',
  'metric',
  'unit',
  'a',
  'b',
  'difference',
  'low',
  'high',
  'relative',
  'relativeLow',
  'relativeHigh',
  'pValue',
  'direction',
  'correlation',
  'varianceRatio',
  'n',
] as const satisfies readonly (keyof ComparedRow)[];

/** Whether B feels slower: from the tail slowdown of the probe, of every role when none is a probe. */
export type ComparisonAnswer = 'slower' | 'faster' | 'alike' | 'unclear' | 'nothing to compare';

export interface ComparedScenario {
  /** As it was named on the command line. */
  readonly label: string;
  readonly name: string;
  readonly hash: string;
  readonly platform: string;
  readonly platformHash: string;
  readonly host: string;
  readonly seats: number;
}

export interface ScenarioComparison {
  readonly schema: 'nestmark/comparison@1';
  readonly version: string;
  readonly of: 'scenarios';
  readonly a: ComparedScenario;
  readonly b: ComparedScenario;
  readonly seed: number;
  readonly replications: number;
  /** Only when asked for: of the differences that decide, as shares of the larger of A and B. */
  readonly precision?: Precision;
  /** Differences below this share of A are alike. */
  readonly margin: number;
  readonly answer: ComparisonAnswer;
  /** The figure that decided the answer; of several, the one that differs most. */
  readonly decidedBy: FigureName | null;
  readonly rows: readonly ComparedRow[];
  /** Figures that only one of them has. */
  readonly onlyInA: readonly FigureName[];
  readonly onlyInB: readonly FigureName[];
  readonly findings: readonly Finding[];
}

export interface FigureName {
  readonly entity: string;
  readonly level: number;
  readonly metric: Metric;
}

export interface ComparedRows {
  readonly answer: ComparisonAnswer;
  /** The figure that decided the answer; of several, the one that differs most. */
  readonly decidedBy: FigureName | null;
  readonly rows: readonly ComparedRow[];
  readonly onlyInA: readonly FigureName[];
  readonly onlyInB: readonly FigureName[];
}

/** Chance of calling even one of several figures different when none is. */
const LEVEL = 0.05;

/** An experiment that is held against the first one, and the roles of the interactive probe in both. */
export interface HeldAgainst {
  readonly rows: readonly SampledRow[];
  readonly probes: ReadonlySet<string>;
}

/** One experiment against another: `compareAll` of one. */
export function compareRows(
  first: readonly SampledRow[],
  second: readonly SampledRow[],
  probes: ReadonlySet<string>,
  margin: number,
): ComparedRows {
  return compareAll(first, [{ rows: second, probes }], margin)[0]!;
}

/**
 * Compares experiments with a first one figure by figure, replications paired by their number. The figures that answers
 * are taken from are tested among themselves, all others among themselves, each family by Holm's procedure at 5 % over
 * all experiments together: of fifty figures of two equal scenarios, two or three would otherwise be called different,
 * and of ten scenarios that are alike one or the other.
 *
 * @param margin differences below this share of the first do not matter
 */
export function compareAll(
  first: readonly SampledRow[],
  others: readonly HeldAgainst[],
  margin: number,
): readonly ComparedRows[] {
  const inFirst = new Set(first.map(keyOf));
  const compared = others.map(({ rows: second, probes }) => {
    const inSecond = new Map(second.map((row) => [keyOf(row), row]));
    const paired = first.flatMap((row): Pair[] => {
      const other = inSecond.get(keyOf(row));
      const pair = other === undefined ? null : pairRows(row, other);
      return pair === null ? [] : [{ row, pair }];
    });
    const tails = new Set(
      tailRows(
        paired.map(({ row }) => row),
        probes,
      ),
    );
    const [deciding, further] = [true, false].map((wanted) =>
      paired.filter(({ row }) => tails.has(row) === wanted),
    );
    return {
      ...{ paired, deciding: deciding!, further: further! },
      onlyInA: first.filter((row) => !inSecond.has(keyOf(row))).map(figureName),
      onlyInB: second.filter((row) => !inFirst.has(keyOf(row))).map(figureName),
    };
  });
  const significant = new Set([
    ...significantOf(compared.flatMap(({ deciding }) => deciding)),
    ...significantOf(compared.flatMap(({ further }) => further)),
  ]);
  return compared.map(({ paired, deciding, onlyInA, onlyInB }) => {
    const rows = paired.map((one) => comparedRow(one, significant.has(one), margin));
    const decides = new Set(deciding);
    return { ...answerOf(rows.filter((_, i) => decides.has(paired[i]!))), rows, onlyInA, onlyInB };
  });
}

/** The differences that the answer is taken from, each to be known as a share of the larger of A and B. */
export function decidingDifferences(
  { rows }: ComparedRows,
  probes: ReadonlySet<string>,
): readonly WatchedFigure[] {
  return tailRows(rows, probes).map(({ entity, metric, a, b, difference, low, high }) => ({
    name: `the difference in ${metric} of ${entity}`,
    mean: difference,
    low,
    high,
    scale: Math.max(Math.abs(a), Math.abs(b)),
  }));
}

interface Pair {
  readonly row: SampledRow;
  readonly pair: PairedRows;
}

function significantOf(pairs: readonly Pair[]): readonly Pair[] {
  const tested = pairs.filter(({ pair }) => pair.pValue !== null);
  const adjusted = holmAdjusted(tested.map(({ pair }) => pair.pValue!));
  return tested.filter((_, i) => adjusted[i]! <= LEVEL);
}

function comparedRow({ row, pair }: Pair, significant: boolean, margin: number): ComparedRow {
  const { entity, level, metric, unit } = row;
  const { a, b, mean: difference, low, high, relative, relativeLow, relativeHigh } = pair;
  const { pValue, correlation, varianceRatio, n } = pair;
  const direction = directionOf(pair, significant, margin);
  return {
    ...{ entity, level, metric, unit, a, b, difference, low, high, relative, relativeLow, relativeHigh },
    ...{ pValue, direction, correlation, varianceRatio, n },
  };
}

function directionOf(pair: PairedRows, significant: boolean, margin: number): Direction {
  const { mean, low, high, relativeLow, relativeHigh } = pair;
  if (low === 0 && high === 0) return 'alike';
  if (relativeLow !== null && relativeHigh !== null && relativeLow >= -margin && relativeHigh <= margin) {
    return 'alike';
  }
  if (!significant) return 'unclear';
  return mean > 0 ? 'higher' : 'lower';
}

function answerOf(tails: readonly ComparedRow[]): Pick<ComparedRows, 'answer' | 'decidedBy'> {
  for (const [direction, answer] of ANSWERS) {
    const deciding = tails.filter((row) => row.direction === direction);
    if (deciding.length > 0) return { answer, decidedBy: figureName(deciding.reduce(moreDifferent)) };
  }
  return { answer: 'nothing to compare', decidedBy: null };
}

/** The first direction that any of the figures has decides. */
const ANSWERS: readonly (readonly [Direction, ComparisonAnswer])[] = [
  ['higher', 'slower'],
  ['unclear', 'unclear'],
  ['lower', 'faster'],
  ['alike', 'alike'],
];

const moreDifferent = (x: ComparedRow, y: ComparedRow): ComparedRow =>
  Math.abs(y.relative ?? 0) > Math.abs(x.relative ?? 0) ? y : x;

/** A role is the same one wherever it stands: in B it may be a level deeper. The host has figures of each level. */
const keyOf = ({ entity, level, metric }: FigureName): string =>
  JSON.stringify([entity, entity === HOST ? level : null, metric]);

const HOST = 'host';

const figureName = ({ entity, level, metric }: FigureName): FigureName => ({ entity, level, metric });
