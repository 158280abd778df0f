import type { MemoryMeasurement } from '../machine/measurement.ts';
import { diskUse } from './disk-rows.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Finding } from './result.ts';

/** Of what a disk can do, the share from which on I/Os queue up. */
const SATURATED = 0.95;

/** A disk that can do no more, and memory that has to be won back: at which level, how, and what it costs. */
export function resourceFindings(outcomes: readonly ReplicationOutcome[]): Finding[] {
  const { machine } = outcomes[0]!;
  const told = new Map(machine.memory.flatMap(memoryFindings).map((finding) => [finding.text, finding]));
  return [...told.values(), ...diskFindings(outcomes)];
}

function memoryFindings({
  role,
  level,
  demand,
  capacity,
  shared,
  ballooned,
  swapped,
  swappedShare,
}: MemoryMeasurement): Finding[] {
  if (demand <= capacity) return [];
  const who = role === null ? "The host's hypervisor" : `The hypervisor in ${role}`;
  const short = `${who} (level ${level}) has ${size(capacity)} for ${size(demand)}`;
  const ways = [
    ...(shared > 0 ? [`shares ${size(shared)} of equal pages`] : []),
    ...(ballooned > 0 ? [`takes ${size(ballooned)} of idle memory by balloons`] : []),
    ...(swapped > 0 ? [`swaps out ${size(swapped)}`] : []),
  ];
  if (swappedShare === 0)
    return [{ severity: 'note', code: 'overcommitted', text: `${short}: it ${list(ways)}` }];
  const share = `${(100 * swappedShare).toPrecision(2)} %`;
  return [
    {
      severity: 'warning',
      code: 'swapping',
      text: `${short}: it ${list(ways)}, which is ${share} of what its VMs work with; each time they come back to such a page they wait for its disk`,
    },
  ];
}

function diskFindings(outcomes: readonly ReplicationOutcome[]): Finding[] {
  const storages = outcomes.flatMap(({ machine }) => (machine.storage === null ? [] : [machine.storage]));
  const uses = storages.map(diskUse);
  const share = uses.reduce((sum, use) => sum + use.share, 0) / uses.length;
  if (uses.length === 0 || share < SATURATED) return [];
  return [
    {
      severity: 'warning',
      code: 'disk-saturated',
      text: `The host's disk is at the limit of ${uses[0]!.by}: ${Math.round(100 * share)} % used. I/Os queue for it, and their times say how long this run was as much as how slow it is`,
    },
  ];
}

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const size = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 1 : 0)} GiB`;
