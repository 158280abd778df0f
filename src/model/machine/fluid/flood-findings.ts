import type { GuestMeasurement, MachineFinding, NetworkMeasurement } from '../measurement.ts';
import type { Topology } from '../topology.ts';

/**
 * Nested hypervisors that get more copies of frames while they wait for a CPU than their ring holds. There the exact engine
 * loses frames, and the jobs they are for, and has less to do for it; ideal sharing knows no turns to wait for, and loses
 * none (docs/fluid.md: the largest errors have this cause).
 *
 * @param elapsed nanoseconds that were measured
 */
export function floodFindings(
  { layers, specification }: Topology,
  { switches }: NetworkMeasurement,
  guests: readonly GuestMeasurement[],
  elapsed: number,
): MachineFinding[] {
  const flooded = new Set<string>();
  for (const { entity, role, discarded } of switches) {
    if (role === null || discarded === 0) continue;
    const perNanosecond = discarded / elapsed;
    const layer = layers.find(({ name }) => name === entity)!;
    const { tick } = layers[layer.guest!.parentLayer]!;
    // With a share s of a CPU, a turn of a tick is followed by a wait of (1 - s) / s ticks.
    const share = executedShare(guests[layer.guest!.index]!);
    if (perNanosecond * tick * (1 / share - 1) <= specification.network.ring) continue;
    flooded.add(role);
  }
  // The same words in every replication, for what they all tell is told once.
  return Array.from(flooded, (role) => ({
    severity: 'warning',
    code: 'fluid-floods',
    text:
      `copies of frames for others come to ${role} while it waits for a CPU, more than a ring of ` +
      `${specification.network.ring} holds: frames are lost there, and jobs with them, which the fluid engine does not ` +
      'follow; its answer can be several times off, ask the exact one',
  }));
}

/** Of the time that a guest's vCPUs wanted to run, what they did on a CPU of the metal. */
function executedShare({ vcpus }: GuestMeasurement): number {
  let wanted = 0;
  let executed = 0;
  for (const { running, ready, hiddenSteal } of vcpus) {
    wanted += running + ready;
    executed += running - hiddenSteal;
  }
  return wanted === 0 ? 1 : executed / wanted;
}
