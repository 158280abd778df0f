import { type CountedExits, countedExits } from '../../bench/record/counted-exits.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import type { ExitClass } from '../../model/machine/exit-class.ts';
import {
  combine,
  difference,
  type Estimate,
  type Interval,
  percentileInterval,
} from '../statistics/estimate.ts';
import { LEAST } from '../statistics/significant.ts';
import {
  BARE_TIMER_OVERHEAD,
  EXIT_PROBES,
  type ExitProbe,
  type ProbeGuest,
  SLEEP,
  TIMER_OVERHEAD,
} from './probes.ts';
import { type SeriesTable, seriesKey } from './series.ts';

/** What one exit costs from each depth that was reached, the operation's own cost on the metal taken off. */
export interface RoundTrip {
  readonly workload: string;
  readonly exitClass: ExitClass;
  readonly use: ExitProbe['use'];
  /** `byDepth[d - 1]`: nanoseconds of one exit from depth d; a depth that was not reached is null. */
  readonly byDepth: readonly (Estimate | null)[];
}

export interface RoundTrips {
  readonly found: readonly RoundTrip[];
  /** In words, why a probe that the record holds could not be used. */
  readonly notes: readonly string[];
}

/** The median operation takes a whole number of exits; the counted mean may be this far from one. */
const ONE_EXIT_TOLERANCE = 0.2;

export function roundTrips(
  record: BenchRecord,
  series: SeriesTable,
  guest: ProbeGuest = 'linux',
): RoundTrips {
  const depth = Math.max(...record.samples.map(({ level }) => level));
  const found: RoundTrip[] = [];
  const notes: string[] = [];
  for (const probe of EXIT_PROBES) {
    if (probe.guest !== guest) continue;
    const byDepth = Array.from({ length: depth }, (_, i) => exitCostFrom(i + 1, probe, series));
    if (byDepth[0] === null || byDepth[0] === undefined) continue;
    const doubt = probe.certain ? null : whyNotOneExit(record, probe);
    if (doubt !== null) {
      notes.push(doubt);
      continue;
    }
    const { value, low } = percentileInterval(byDepth[0]);
    if (low < LEAST) {
      notes.push(
        `${probe.workload} costs ${value.toFixed(0)} ns more in L1 than on the metal, which its interval does not tell from nothing: class ${probe.exitClass} is not fitted`,
      );
      continue;
    }
    found.push({ workload: probe.workload, exitClass: probe.exitClass, use: probe.use, byDepth });
  }
  return { found, notes };
}

/**
 * Level d minus metal, each net of the workload that does the same without the exit. An operation that does not
 * exist on the metal (a hypercall) is nothing but the exit there: the timer's own cost is taken off instead.
 */
function exitCostFrom(depth: number, probe: ExitProbe, series: SeriesTable): Estimate | null {
  const at = (level: number, workload: string): Estimate | null =>
    series.get(seriesKey(level, workload))?.median ?? null;
  const net = (level: number): Estimate | null => {
    const own = at(level, probe.workload);
    if (own === null || probe.without === undefined) return own;
    const without = at(level, probe.without);
    return without === null ? null : difference(own, without);
  };
  const inGuest = net(depth);
  const onMetal = net(0);
  if (inGuest === null) return null;
  if (onMetal !== null) return difference(inGuest, onMetal);
  const timer = at(depth, probe.guest === 'bare' ? BARE_TIMER_OVERHEAD : TIMER_OVERHEAD);
  return timer === null || probe.without !== undefined ? null : difference(inGuest, timer);
}

/** How much later a sleep ends in L1 than on the metal; null when it was not measured at both. */
export function sleepLatency(series: SeriesTable): Interval | null {
  const inGuest = series.get(seriesKey(1, SLEEP));
  const onMetal = series.get(seriesKey(0, SLEEP));
  if (inGuest === undefined || onMetal === undefined) return null;
  return percentileInterval(difference(inGuest.median, onMetal.median));
}

function whyNotOneExit(record: BenchRecord, probe: ExitProbe): string | null {
  const lost = `class ${probe.exitClass} is not fitted on ${probe.workload}`;
  const counted = findCounted(record, 0, 1, probe.workload);
  if (counted === null) return `no counters say how many exits ${probe.workload} takes in L1: ${lost}`;
  const exits = counted.byClass[probe.exitClass] ?? 0;
  if (Math.abs(exits - 1) <= ONE_EXIT_TOLERANCE) return null;
  return `${probe.workload} took ${exits.toFixed(2)} exits of class ${probe.exitClass} an operation in L1, not one: ${lost}`;
}

/** The best counters the record has: by reason where there are any, else totals. */
export function findCounted(
  record: BenchRecord,
  hypervisorLevel: number,
  workloadLevel: number,
  workload: string,
): CountedExits | null {
  const candidates = record.counters
    .filter(
      (line) =>
        line.level === hypervisorLevel && line.workloadLevel === workloadLevel && line.workload === workload,
    )
    .map(countedExits)
    .filter((counted) => counted !== null);
  return candidates.find(({ detail }) => detail === 'reasons') ?? candidates[0] ?? null;
}

/** What the second level adds: cost from depth 2 less cost from depth 1. */
export function nestingCost(trip: RoundTrip): Estimate | null {
  const [one, two] = trip.byDepth;
  return one == null || two == null ? null : combine([two, one], ([a, b]) => a! - b!);
}
