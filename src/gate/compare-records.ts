import { median } from 'simple-statistics';
import type { BenchRecord } from '../bench/record/record.ts';
import { fingerprintDifferences } from './fingerprint.ts';
import { type BlockValue, type MetricKey, type MetricSeries, metricName } from './metric.ts';
import { overheadSeries } from './overhead-series.ts';
import type { Aspect, ComparedRecord, GateResult, GateRow, GateWarning, Looks } from './result.ts';
import { type Shift, shiftOfPairs, shiftOfSamples } from './statistics/shift.ts';
import { type Decision, type DecisionRules, decide, overallVerdict } from './verdict.ts';

export interface NamedRecord {
  /** What messages call it: its file. */
  readonly name: string;
  readonly record: BenchRecord;
}

export interface CompareOptions extends DecisionRules {
  readonly version: string;
  /** Blocks of the same number were measured side by side. */
  readonly paired: boolean;
  /** Differences that are the point of the comparison. */
  readonly allow: ReadonlySet<Aspect>;
  /** Given when the gate has a budget: which look this is. */
  readonly looks?: Looks;
  /** Warnings of whoever compares, such as why nothing was collected. */
  readonly warnings?: readonly GateWarning[];
}

interface Matched {
  readonly series: MetricSeries;
  readonly baseline: readonly BlockValue[];
  readonly candidate: readonly BlockValue[];
}

/**
 * Compares a candidate with a baseline, metric by metric and as a whole. Records that were made differently, in a way
 * that is not allowed, are not judged; the figures are there all the same.
 */
export function compareRecords(
  baseline: NamedRecord,
  candidate: NamedRecord,
  compared: CompareOptions,
): GateResult {
  return compareWithBaseline(baseline, [candidate], compared)[0]!;
}

/** Several candidates with one baseline: the chance of a false alarm is of all metrics of all of them together. */
export function compareWithBaseline(
  baseline: NamedRecord,
  candidates: readonly NamedRecord[],
  compared: CompareOptions,
): readonly GateResult[] {
  const { looks } = compared;
  const options = looks === undefined ? compared : { ...compared, alpha: looks.alpha };
  const before = overheadSeries(baseline.record);
  const sides = candidates.map((candidate) => {
    const after = overheadSeries(candidate.record);
    return { candidate, before, after, matched: matchSeries(before, after, options.paired) };
  });
  const decisions = decide(
    sides.flatMap(({ matched }) =>
      matched.map(({ series, ...values }) => ({
        shift: shiftOf(values, options.paired),
        exactLike: series.exactLike,
      })),
    ),
    options,
  );
  let decided = 0;
  return sides.map((side) => {
    const own = decisions.slice(decided, decided + side.matched.length);
    decided += side.matched.length;
    return resultOf(baseline, side, own, options, compared);
  });
}

interface Side extends Compared {
  readonly candidate: NamedRecord;
}

function resultOf(
  baseline: NamedRecord,
  { candidate, before, after, matched }: Side,
  decisions: readonly Decision[],
  options: CompareOptions,
  compared: CompareOptions,
): GateResult {
  const { looks } = compared;
  const rows = [
    ...matched.map((match, index) => judgedRow(match, decisions[index]!, options)),
    ...unmatched(before, after).map((series) => missingRow(series, options)),
  ];
  const differences = fingerprintDifferences(baseline.record, candidate.record).map((difference) => ({
    ...difference,
    allowed: options.allow.has(difference.aspect),
  }));
  return {
    schema: 'nestmark/gate@1',
    version: options.version,
    baseline: comparedRecord(baseline),
    candidate: comparedRecord(candidate),
    design: options.paired ? 'pairs' : 'samples',
    alpha: compared.alpha,
    ...(looks === undefined ? {} : { looks }),
    verdict: differences.some(({ allowed }) => !allowed)
      ? 'incomparable'
      : overallVerdict(rows.map(({ verdict }) => verdict)),
    rows,
    differences,
    warnings: [
      ...warningsOf(baseline, candidate, rows, { before, after, matched }),
      ...(options.warnings ?? []),
    ],
  };
}

const nameOf = ({ key }: MetricSeries): string => metricName(key);

function matchSeries(
  before: readonly MetricSeries[],
  after: readonly MetricSeries[],
  paired: boolean,
): readonly Matched[] {
  const known = new Map(before.map((series) => [nameOf(series), series]));
  return after.flatMap((series) => {
    const base = known.get(nameOf(series));
    if (base === undefined) return [];
    if (!paired) return [{ series, baseline: base.values, candidate: series.values }];
    const shared = new Set(base.values.map(({ block }) => block));
    const candidate = series.values.filter(({ block }) => shared.has(block));
    const blocks = new Set(candidate.map(({ block }) => block));
    const baseline = base.values.filter(({ block }) => blocks.has(block));
    return candidate.length === 0 ? [] : [{ series, baseline, candidate }];
  });
}

const logarithms = (values: readonly BlockValue[]): readonly number[] =>
  values.map(({ value }) => Math.log(value));

function shiftOf({ baseline, candidate }: Omit<Matched, 'series'>, paired: boolean): Shift {
  return (paired ? shiftOfPairs : shiftOfSamples)(logarithms(candidate), logarithms(baseline));
}

function judgedRow(
  { series, baseline, candidate }: Matched,
  decision: Decision,
  rules: DecisionRules,
): GateRow {
  const valuesOf = (values: readonly BlockValue[]): number => median(values.map(({ value }) => value));
  return {
    key: series.key,
    name: nameOf(series),
    ...decision,
    exactLike: series.exactLike,
    baseline: valuesOf(baseline),
    candidate: valuesOf(candidate),
    blocks: [baseline.length, candidate.length],
    reason: reasonOf(decision, Math.min(baseline.length, candidate.length), rules),
  };
}

function reasonOf(decision: Decision, blocks: number, { alpha }: DecisionRules): string {
  const margin = percent(decision.margin);
  switch (decision.verdict) {
    case 'regressed':
      return `more than the margin of ${margin}, by the whole interval`;
    case 'improved':
      return `less than the margin of ${margin} allows, by the whole interval`;
    case 'pass':
      return `the whole interval lies within the margin of ${margin}`;
    case 'inconclusive':
      if (decision.low === null) {
        return `${blocks} blocks are too few for an interval at ${percent(1 - 2 * alpha)}; measure more (bench --blocks)`;
      }
      if (decision.detectable === null) {
        return `${blocks} blocks are too few to tell any change in so many metrics; measure more (bench --blocks) or fewer workloads (--only)`;
      }
      return `the interval reaches over the margin of ${margin}; more blocks would narrow it (bench --blocks)`;
  }
}

/** Metrics of one record that the other does not have. Those of the baseline that are gone were lost. */
function unmatched(before: readonly MetricSeries[], after: readonly MetricSeries[]): readonly MetricSeries[] {
  const known = new Set(after.map(nameOf));
  return before.filter((series) => !known.has(nameOf(series)));
}

function missingRow(series: MetricSeries, rules: DecisionRules): GateRow {
  return {
    key: series.key,
    name: nameOf(series),
    verdict: 'inconclusive',
    ...{ effect: null, low: null, high: null, adjustedChance: null, detectable: null },
    margin: series.exactLike ? rules.exactMargin : rules.margin,
    exactLike: series.exactLike,
    baseline: median(series.values.map(({ value }) => value)),
    candidate: null,
    blocks: [series.values.length, 0],
    reason: 'the baseline has it and the candidate does not: what was not measured did not pass',
  };
}

function comparedRecord({ name, record }: NamedRecord): ComparedRecord {
  const invalid = new Set(record.blocks.filter(({ valid }) => !valid).map(({ block }) => block));
  const blocks = new Set(record.samples.map(({ block }) => block).filter((block) => block > 0));
  return {
    name,
    id: record.header.id,
    started: record.header.started,
    blocks: [...blocks].filter((block) => !invalid.has(block)).length,
    invalidBlocks: invalid.size,
    boots: new Set(record.samples.map(({ boot }) => boot)).size,
  };
}

interface Compared {
  readonly before: readonly MetricSeries[];
  readonly after: readonly MetricSeries[];
  readonly matched: readonly Matched[];
}

function warningsOf(
  baseline: NamedRecord,
  candidate: NamedRecord,
  rows: readonly GateRow[],
  { before, after, matched }: Compared,
): readonly GateWarning[] {
  const warnings: GateWarning[] = [];
  const warn = (code: GateWarning['code'], text: string): void => {
    warnings.push({ code, text });
  };
  for (const side of [baseline, candidate]) {
    const { blocks, invalidBlocks, boots } = comparedRecord(side);
    if (side.record.end === null)
      warn('cut-off', `${side.name} was cut off; what it measured until then is compared`);
    if (invalidBlocks > 0) {
      warn(
        'invalid-blocks',
        `${side.name}: ${invalidBlocks} of ${blocks + invalidBlocks} blocks were disturbed and are left out`,
      );
    }
    if (boots === 1 && blocks > 0) {
      warn(
        'one-boot',
        `${side.name} has one boot: how much boots differ is not in the intervals (bench --boots)`,
      );
    }
  }
  if (matched.length === 0) {
    warn(
      'nothing-to-compare',
      'no metric is in both records: they share no workload at a level above the lowest',
    );
  }
  for (const names of worded(rows.filter(({ effect }) => effect === null).map(({ name }) => name))) {
    warn('missing-metric', `${names}: in the baseline only`);
  }
  const known = new Set(before.map(nameOf));
  for (const names of worded(after.map(nameOf).filter((name) => !known.has(name)))) {
    warn('new-metric', `${names}: in the candidate only, and not judged`);
  }
  const controls = new Set(
    matched.filter(({ series }) => series.control).map(({ series }) => keyOf(series.key)),
  );
  for (const { key, name, verdict, effect } of rows) {
    if (!controls.has(keyOf(key)) || (verdict !== 'regressed' && verdict !== 'improved')) continue;
    warn(
      'moving-control',
      `${name} is a control and moved by ${signedPercent(effect! - 1)}: something other than exits changed, so that other rows may not be about nesting`,
    );
  }
  return warnings;
}

/** A few metrics have a line each; many are one line, which says how many and names the first. */
function worded(names: readonly string[]): readonly string[] {
  if (names.length <= LINES) return names;
  return [`${names.length} metrics, such as ${names.slice(0, LINES).join('; ')}`];
}

const LINES = 4;

const keyOf = ({ workload, level, kind }: MetricKey): string => JSON.stringify([workload, level, kind]);

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const signedPercent = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
