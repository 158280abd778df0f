import { NS_PER_SECOND } from '../kernel/units.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { bootRows } from './boot-rows.ts';
import { diskRows } from './disk-rows.ts';
import { findingsOf } from './findings.ts';
import { poolByRole } from './guest-pool.ts';
import { guestRows } from './guest-rows.ts';
import { hostRows } from './host-rows.ts';
import { memoryRows } from './memory-rows.ts';
import { networkRows } from './network-rows.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Row, SimulationResult } from './result.ts';
import type { SampledRow } from './row.ts';
import { targetVerdicts } from './target-verdicts.ts';

/** What the rows do not say of themselves: which question they answer. */
export interface Circumstances
  extends Pick<SimulationResult, 'version' | 'scenario' | 'platform' | 'host' | 'seats' | 'seed'>,
    Pick<Scenario, 'exercise' | 'targets'> {
  /** Roles of the interactive probe. */
  readonly probes: ReadonlySet<string>;
}

/**
 * The answer of replications, given in replication order.
 * @throws {RangeError} when there is none.
 */
export function summarise(
  outcomes: readonly ReplicationOutcome[],
  { exercise, targets, probes, ...provenance }: Circumstances,
): SimulationResult {
  if (outcomes.length === 0) throw new RangeError('there is no replication to summarise');
  const roles = poolByRole(outcomes);
  const rows = sampledRows(outcomes);
  return {
    schema: 'nestmark/result@1',
    engine: outcomes[0]!.engine,
    ...provenance,
    replications: outcomes.length,
    warmUpSeconds: exercise.warmUp / NS_PER_SECOND,
    measuredSeconds: exercise.duration / NS_PER_SECOND,
    events: outcomes.reduce((sum, { machine }) => sum + machine.events, 0),
    rows,
    targets: targetVerdicts(targets, rows, probes),
    findings: findingsOf(outcomes, roles),
  };
}

/** Every figure of the replications, with one value for each of them; outcomes in replication order. */
export function sampledRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  return [
    ...hostRows(outcomes),
    ...memoryRows(outcomes),
    ...diskRows(outcomes),
    ...poolByRole(outcomes).flatMap(guestRows),
    ...networkRows(outcomes),
    ...bootRows(outcomes),
  ];
}

export function withoutSample({ sample: _sample, ...row }: SampledRow): Row {
  return row;
}
