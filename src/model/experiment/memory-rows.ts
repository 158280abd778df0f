import type { MemoryMeasurement } from '../machine/measurement.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Metric } from './result.ts';
import { rowOf, type SampledRow } from './row.ts';

/**
 * How full the memory of the host is, and of each role of nested hypervisor: over 100 % something has to be won back.
 * All of a role are alike; the fullest counts.
 */
export function memoryRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  const places = new Map(outcomes[0]!.machine.memory.map((entry) => [nameOf(entry), entry.level]));
  return [...places].flatMap(([entity, level]) => {
    const row = (metric: Metric, shareOf: (entry: MemoryMeasurement) => number): SampledRow[] =>
      rowOf(
        { entity, level, metric, unit: '%' },
        outcomes.map(({ machine }) =>
          Math.max(
            ...machine.memory
              .filter((entry) => nameOf(entry) === entity)
              .map((entry) => 100 * shareOf(entry)),
          ),
        ),
      );
    const swapped = row('memory-swapped', ({ swappedShare }) => swappedShare);
    return [
      ...row('memory-used', ({ demand, capacity }) => demand / capacity),
      ...(swapped.some(({ mean }) => mean > 0) ? swapped : []),
    ];
  });
}

const nameOf = ({ role }: MemoryMeasurement): string => role ?? 'host';
