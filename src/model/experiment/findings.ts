import { bootFindings } from './boot-findings.ts';
import { engineFinding } from './engine-finding.ts';
import type { GuestPool } from './guest-pool.ts';
import type { ReplicationOutcome } from './replication.ts';
import { resourceFindings } from './resource-findings.ts';
import type { Finding } from './result.ts';

/** Of what arrived, how much must be finished within the window before a queue counts as kept up with. */
const KEPT_UP = 0.9;

/** What the machine said, each thing once, and roles whose queues only grow. */
export function findingsOf(outcomes: readonly ReplicationOutcome[], roles: readonly GuestPool[]): Finding[] {
  const said = new Map(
    outcomes.flatMap(({ machine }) => machine.findings).map((finding) => [finding.text, finding]),
  );
  return [
    ...engineFinding(outcomes),
    ...said.values(),
    ...resourceFindings(outcomes),
    ...roles.flatMap(overloaded),
    ...bootFindings(outcomes),
  ];
}

function overloaded({ role, replications }: GuestPool): Finding[] {
  let arrived = 0;
  let handled = 0;
  for (const { jobs } of replications.flatMap(({ guests }) => guests)) {
    arrived += jobs?.arrived ?? 0;
    handled += (jobs?.completed ?? 0) + (jobs?.failed ?? 0);
  }
  if (arrived === 0 || handled >= KEPT_UP * arrived) return [];
  const share = Math.round((100 * handled) / arrived);
  return [
    {
      severity: 'warning',
      code: 'overloaded',
      text: `${role} finishes only ${share} % of what arrives: its queue grows for as long as the run lasts, and so do its response times. Their figures say how bad it was within this run, not where it ends.`,
    },
  ];
}
