import { confidenceInterval } from '../../model/kernel/statistics/confidence-interval.ts';
import { type Comparison, type ErrorSummary, summariseErrors } from '../comparison.ts';
import { LIMITS } from './interference.ts';
import type { GroupObservation } from './observation.ts';

/** Waits no longer than what a block's other users may have caused are left out: they say nothing of the scheduler. */
const LEAST_WAIT = LIMITS.others;
const NS_PER_MS = 1e6;

/** A comparison with the spread of what was measured over the blocks. */
export interface SchedulerComparison extends Comparison {
  readonly experiment: string;
  readonly group: string;
  readonly figure: FigureName;
  /** 95 % over the blocks; null with fewer than two. */
  readonly measuredInterval: readonly [low: number, high: number] | null;
}

export type FigureName =
  | 'share'
  | 'wait'
  | 'wait per turn'
  | 'response p50'
  | 'response p95'
  | 'response p99';

interface Figure {
  readonly name: FigureName;
  readonly unit: string;
  readonly of: (group: GroupObservation) => number;
}

const FIGURES: readonly Figure[] = [
  { name: 'share', unit: '%', of: ({ share }) => 100 * share },
  { name: 'wait', unit: '%', of: ({ wait }) => 100 * wait },
  { name: 'wait per turn', unit: 'ms', of: ({ waitPerTurn }) => waitPerTurn / NS_PER_MS },
  { name: 'response p50', unit: 'ms', of: (group) => quantile(group, 0.5) / NS_PER_MS },
  { name: 'response p95', unit: 'ms', of: (group) => quantile(group, 0.95) / NS_PER_MS },
  { name: 'response p99', unit: 'ms', of: (group) => quantile(group, 0.99) / NS_PER_MS },
];

/** Errors by what they are of; shares of CPU-bound threads are the easy part, so they are not mixed with waits. */
export interface SchedulerErrors {
  readonly shares: ErrorSummary | null;
  /** Of the time waited, and of the wait before each turn. */
  readonly waits: ErrorSummary | null;
  /** The aim is not about these. */
  readonly responses: ErrorSummary | null;
}

export function errorsOf(comparisons: readonly SchedulerComparison[]): SchedulerErrors {
  const of = (kind: FigureKind): ErrorSummary | null =>
    summariseErrors(comparisons.filter(({ figure }) => kindOf(figure) === kind));
  return { shares: of('shares'), waits: of('waits'), responses: of('responses') };
}

export type FigureKind = keyof SchedulerErrors;

export function kindOf(figure: FigureName): FigureKind {
  if (figure === 'share') return 'shares';
  return figure.startsWith('wait') ? 'waits' : 'responses';
}

/** @param measured and predicted: by block and by replication, the groups of one experiment. */
export function compareExperiment(
  experiment: string,
  measured: readonly (readonly GroupObservation[])[],
  predicted: readonly (readonly GroupObservation[])[],
): SchedulerComparison[] {
  const groups = measured[0] ?? [];
  return groups.flatMap(({ name }, index) =>
    FIGURES.flatMap((figure): SchedulerComparison[] => {
      const ours = predicted.map((groupsOfOne) => figure.of(groupsOfOne[index]!)).filter(Number.isFinite);
      const theirs = measured.map((groupsOfOne) => figure.of(groupsOfOne[index]!)).filter(Number.isFinite);
      if (ours.length === 0 || theirs.length === 0) return [];
      const prediction = confidenceInterval(ours);
      const measurement = confidenceInterval(theirs);
      const waits = mean(measured.map((groupsOfOne) => groupsOfOne[index]!.wait));
      if (figure.name.startsWith('wait') && waits < LEAST_WAIT) return [];
      return [
        {
          experiment,
          group: name,
          figure: figure.name,
          name: `${experiment}: ${name}, ${figure.name}`,
          unit: figure.unit,
          measured: measurement.mean,
          measuredInterval: pair(measurement),
          predicted: prediction.mean,
          interval: pair(prediction),
          fitted: false,
        },
      ];
    }),
  );
}

function pair({ low, high }: { readonly low: number | null; readonly high: number | null }) {
  return low === null || high === null ? null : ([low, high] as const);
}

function quantile({ responses }: GroupObservation, p: number): number {
  if (responses.length === 0) return Number.NaN;
  return responses[Math.min(responses.length - 1, Math.floor(p * responses.length))]!;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
