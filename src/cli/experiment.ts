import type { LoadedScenario } from '../library/library.ts';
import type { ReplicationPlan } from '../model/experiment/replication.ts';
import type { Circumstances } from '../model/experiment/summarise.ts';
import { compile } from '../model/scenario/compile.ts';
import { countBases, workloadsOf } from '../model/scenario/count-bases.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { ownVersion } from './version.ts';

/** What to simulate of a scenario that was read. */
export function planOf({ scenario }: LoadedScenario, seed: number): ReplicationPlan {
  const { warmUp, duration } = scenario.exercise;
  return { specification: compile(scenario), seed, warmUp, duration };
}

/** What its result says besides the rows. */
export function circumstancesOf(
  { scenario, hash, platformHash }: LoadedScenario,
  seed: number,
): Circumstances {
  const { host, platform } = scenario;
  return {
    version: ownVersion(),
    scenario: { name: scenario.name, hash },
    platform: { name: platform.name, hash: platformHash, bases: countBases(platform, workloadsOf(scenario)) },
    host: { name: host.name, cpus: host.cpus, memoryBytes: host.memory, source: host.source },
    seats: scenario.seats,
    seed,
    exercise: scenario.exercise,
    targets: scenario.targets,
    probes: probeRoles(scenario.template.vms),
  };
}
