import { NS_PER_SECOND } from '../kernel/units.ts';
import type { SwitchMeasurement, WireMeasurement } from '../machine/measurement.ts';
import { DROP_REASONS } from '../machine/network/frame-counts.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Metric } from './result.ts';
import { rowOf, type SampledRow } from './row.ts';

type Outcomes = readonly ReplicationOutcome[];
type Count = (entry: SwitchMeasurement) => number;

/**
 * Frames a second through the host's switch, and through the switches of each role of nested hypervisor; and how full
 * the host's network card is. What does not happen everywhere has rows only where it does.
 */
export function networkRows(outcomes: Outcomes): readonly SampledRow[] {
  const first = outcomes[0]!.machine.network;
  if (first === null) return [];
  const places = new Map(first.switches.map((entry) => [nameOf(entry), entry.level]));
  return [
    ...[...places].flatMap(([entity, level]) => switchRows(entity, level, outcomes)),
    ...cardRow('nic-out', outcomes, ({ utilisationOut }) => utilisationOut),
    ...cardRow('nic-in', outcomes, ({ utilisationIn }) => utilisationIn),
  ];
}

function switchRows(entity: string, level: number, outcomes: Outcomes): readonly SampledRow[] {
  const rates = (count: Count): number[] =>
    outcomes.map(({ machine }) => {
      const switches = (machine.network?.switches ?? []).filter((entry) => nameOf(entry) === entity);
      const frames = switches.reduce((sum, entry) => sum + count(entry), 0);
      return frames / ((machine.end - machine.start) / NS_PER_SECOND);
    });
  const row = (metric: Metric, count: Count): SampledRow[] =>
    rowOf({ entity, level, metric, unit: 'frames/s' }, rates(count));
  const rowIfAny = (metric: Metric, count: Count): SampledRow[] =>
    rates(count).some((rate) => rate > 0) ? row(metric, count) : [];
  return [
    ...row('frames-delivered', ({ delivered, sentUp }) => delivered + sentUp),
    ...row('frames-copied', ({ copied }) => copied),
    ...row('frames-dropped', droppedFrames),
    ...DROP_REASONS.flatMap((reason) => rowIfAny(`dropped-${reason}`, ({ dropped }) => dropped[reason])),
    ...rowIfAny('dropped-copies', ({ copiesLost }) => copiesLost),
    ...rowIfAny('frames-discarded', ({ discarded, discardedByGuests }) => discarded + discardedByGuests),
    ...rowIfAny('frames-flooded', ({ flooded }) => flooded),
    ...rowIfAny('frames-broadcast', ({ broadcasts }) => broadcasts.received),
  ];
}

function cardRow(
  metric: Metric,
  outcomes: Outcomes,
  share: (wire: WireMeasurement) => number | null,
): readonly SampledRow[] {
  return rowOf(
    { entity: 'host', level: outcomes[0]!.machine.network!.switches[0]!.level, metric, unit: '%' },
    outcomes.map(({ machine }) => {
      const used = share(machine.network!.wire);
      return used === null ? null : 100 * used;
    }),
  );
}

/** Wanted frames that were lost, and copies that found a full ring. */
function droppedFrames({ dropped, copiesLost }: SwitchMeasurement): number {
  return Object.values(dropped).reduce((sum, frames) => sum + frames, copiesLost);
}

const nameOf = ({ role }: SwitchMeasurement): string => role ?? 'host';
