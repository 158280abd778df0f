import type { BenchRecord, RecordCounters } from '../../bench/record/record.ts';
import { BARE_TIMER_OVERHEAD, EXIT_PROBES, type ProbeGuest } from './probes.ts';

const BARE = 'bare-';

/** Bare guests where they were measured at a level that no Linux guest reached, which is how L3 is measured. */
export function deepestGuest({ samples }: BenchRecord): ProbeGuest {
  const deepest = (guest: ProbeGuest): number => {
    const probes = new Set(
      EXIT_PROBES.filter((probe) => probe.guest === guest).map(({ workload }) => workload),
    );
    return Math.max(0, ...samples.filter(({ workload }) => probes.has(workload)).map(({ level }) => level));
  };
  return deepest('bare') > deepest('linux') ? 'bare' : 'linux';
}

/**
 * The record with what starting a bare guest takes off its counters. A pass in which its exits are counted starts one
 * anew: pages are touched for the first time, the loop's end is told by a port. A pass of nothing but readings of the
 * clock does the same and no more, so that its counts, as a whole and not for each operation, are what starting takes.
 */
export function withoutBareStart(record: BenchRecord): BenchRecord {
  const starts = new Map(
    record.counters
      .filter(({ workload }) => workload === BARE_TIMER_OVERHEAD)
      .map((line) => [placeOf(line), line.delta]),
  );
  if (starts.size === 0) return record;
  return {
    ...record,
    counters: record.counters.map((line) => {
      const start = line.workload.startsWith(BARE) ? starts.get(placeOf(line)) : undefined;
      return start === undefined ? line : { ...line, delta: less(line.delta, start) };
    }),
  };
}

const placeOf = ({ level, workloadLevel, boot, block, source }: RecordCounters): string =>
  JSON.stringify([level, workloadLevel, boot, block, source]);

function less(delta: RecordCounters['delta'], start: RecordCounters['delta']): RecordCounters['delta'] {
  return Object.fromEntries(
    Object.entries(delta).map(([name, count]) => [name, Math.max(0, count - (start[name] ?? 0))]),
  );
}
