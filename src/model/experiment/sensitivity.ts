import { compile } from '../scenario/compile.ts';
import type { Draw } from '../scenario/draw.ts';
import type { Figure } from '../scenario/figure.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { FigureName } from './comparison.ts';
import { pairRows } from './paired-rows.ts';
import type { Unit } from './result.ts';
import type { SampledRow } from './row.ts';
import { tailRows, worstRow } from './worst-row.ts';

/**
 * Which number moves the answer most: each uncertain number of platform and workloads at both ends of its interval, all
 * others at their values, with the same random numbers.
 */
export interface Sensitivity {
  readonly schema: 'nestmark/sensitivity@1';
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly platform: { readonly name: string; readonly hash: string };
  readonly host: string;
  readonly seats: number;
  readonly seed: number;
  readonly replications: number;
  /** What is looked at: how the lab feels, in the role of the probe that feels worst at the values. */
  readonly answer: FigureName & {
    readonly unit: Unit;
    readonly mean: number;
    readonly low: number | null;
    readonly high: number | null;
  };
  /** The most moving first. */
  readonly rows: readonly SensitivityRow[];
  /** Uncertain numbers that the scenario uses; those without a row moved the answer less in a first, quick pass. */
  readonly uncertain: number;
}

export interface SensitivityRow {
  /** e.g. `platform.exits.classes.pio.handle` */
  readonly parameter: string;
  readonly figure: Figure;
  readonly atLow: MovedAnswer;
  readonly atHigh: MovedAnswer;
}

/** The answer with one number at an end, and what that is more than at its value, from pairs of replications. */
export interface MovedAnswer {
  readonly answer: number;
  readonly difference: number;
  readonly low: number | null;
  readonly high: number | null;
}

export type End = 'low' | 'high';
export const ENDS: readonly End[] = ['low', 'high'];

export interface UncertainNumber {
  readonly parameter: string;
  readonly figure: Figure;
}

export const pinned =
  (parameter: string, end: End): Draw =>
  (figure, name) =>
    name === parameter ? figure[end] : figure.value;

/** Every number with an interval that the scenario's machine is made of, in the order it is asked for. */
export function uncertainNumbers(scenario: Scenario): readonly UncertainNumber[] {
  const found = new Map<string, Figure>();
  const base = compile(scenario, (figure, parameter) => {
    if (figure.high > figure.low) found.set(parameter, figure);
    return figure.value;
  });
  const written = JSON.stringify(base);
  return [...found]
    .map(([parameter, figure]) => ({ parameter, figure }))
    .filter(({ parameter }) =>
      ENDS.some((end) => JSON.stringify(compile(scenario, pinned(parameter, end))) !== written),
    );
}

/** The row of the probe that feels worst; null when the scenario has no role whose tail is known. */
export function answerRow(rows: readonly SampledRow[], probes: ReadonlySet<string>): SampledRow | null {
  return worstRow(tailRows(rows, probes), 'slowdown-p95');
}

/** The answer of a variant against that of the base; null when it does not have one. */
export function movedAnswer(base: SampledRow, rows: readonly SampledRow[]): MovedAnswer | null {
  const row = rows.find(
    ({ entity, level, metric }) => entity === base.entity && level === base.level && metric === base.metric,
  );
  const pair = row === undefined ? null : pairRows(base, row);
  if (row === undefined || pair === null) return null;
  return { answer: row.mean, difference: pair.mean, low: pair.low, high: pair.high };
}

/** The number that moves the answer most of those of which more than chance is seen; null when there is none. */
export function carrying({ rows }: Sensitivity): SensitivityRow | null {
  const sure = ({ low, high }: MovedAnswer): boolean =>
    low !== null && high !== null && (low > 0 || high < 0);
  return rows.find(({ atLow, atHigh }) => sure(atLow) || sure(atHigh)) ?? null;
}

/** How far apart the answers are that the ends of one number give; the value itself is one of them. */
export function swingOf({ atLow, atHigh }: Pick<SensitivityRow, 'atLow' | 'atHigh'>): number {
  const moved = [0, atLow.difference, atHigh.difference];
  return Math.max(...moved) - Math.min(...moved);
}
