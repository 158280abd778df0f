import { NS_PER_SECOND } from '../kernel/units.ts';
import type { SwitchMeasurement } from '../machine/measurement.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Metric } from './result.ts';
import { rowOf, type SampledRow } from './row.ts';

/** Frames a second through the host's switch, and through the switches of each role of nested hypervisor. */
export function networkRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  const first = outcomes[0]!.machine.network;
  if (first === null) return [];
  const places = new Map(first.switches.map((entry) => [nameOf(entry), entry.level]));
  return [...places].flatMap(([entity, level]) => {
    const row = (metric: Metric, count: (entry: SwitchMeasurement) => number): SampledRow[] =>
      rowOf(
        { entity, level, metric, unit: 'frames/s' },
        outcomes.map(({ machine }) => {
          const switches = (machine.network?.switches ?? []).filter((entry) => nameOf(entry) === entity);
          const frames = switches.reduce((sum, entry) => sum + count(entry), 0);
          return frames / ((machine.end - machine.start) / NS_PER_SECOND);
        }),
      );
    return [
      ...row('frames-delivered', ({ delivered, sentUp }) => delivered + sentUp),
      ...row('frames-copied', ({ copied }) => copied),
      ...row('frames-dropped', droppedFrames),
    ];
  });
}

/** Wanted frames that were lost, and copies that found a full ring. */
function droppedFrames({ dropped, copiesLost }: SwitchMeasurement): number {
  return Object.values(dropped).reduce((sum, frames) => sum + frames, copiesLost);
}

const nameOf = ({ role }: SwitchMeasurement): string => role ?? 'host';
