import type { LoadedScenario } from '../library/library.ts';
import type { ReplicationOutcome, ReplicationPlan } from '../model/experiment/replication.ts';
import type { Circumstances } from '../model/experiment/summarise.ts';
import type { Engine } from '../model/machine/engine.ts';
import { compile } from '../model/scenario/compile.ts';
import { countBases, workloadsOf } from '../model/scenario/count-bases.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { ReplicationPool } from '../workers/replication-pool.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/** What to simulate of a scenario that was read. */
export function planOf(
  { scenario }: LoadedScenario,
  seed: number,
  engine: Engine = 'exact',
): ReplicationPlan {
  const { warmUp, duration } = scenario.exercise;
  const { boot } = scenario;
  return {
    specification: compile(scenario),
    seed,
    warmUp,
    duration,
    engine,
    ...(boot === null ? {} : { boot }),
  };
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

export interface Replications {
  readonly seed: number;
  readonly replications: number;
  readonly workers: number;
}

/**
 * Replicates several scenarios with the same random numbers, on one pool. What a scenario gave is reduced as soon as
 * its last replication is in, so that no more than a few are kept whole. In the order of the scenarios.
 */
export async function replicateEach<T>(
  scenarios: readonly LoadedScenario[],
  replications: Replications,
  terminal: Terminal,
  reduce: (outcomes: readonly ReplicationOutcome[], scenario: LoadedScenario) => T,
): Promise<T[]> {
  const plans = scenarios.map((scenario) => planOf(scenario, replications.seed));
  return replicatePlans(plans, replications, terminal, (outcomes, index) =>
    reduce(outcomes, scenarios[index]!),
  );
}

/** The same of plans: variants that are not scenarios of their own. */
export async function replicatePlans<T>(
  plans: readonly ReplicationPlan[],
  { replications, workers }: Omit<Replications, 'seed'>,
  terminal: Terminal,
  reduce: (outcomes: readonly ReplicationOutcome[], index: number) => T,
): Promise<T[]> {
  const tasks = plans.flatMap((plan) =>
    Array.from({ length: replications }, (_, replication) => ({ plan, replication })),
  );
  const running = new Map<number, { readonly outcomes: ReplicationOutcome[]; missing: number }>();
  const reduced: T[] = [];
  const progress = new Progress(terminal, 'Simulating');
  let finished = 0;
  const show = (): void =>
    progress.show(finished / tasks.length, `${finished} of ${tasks.length} replications`);
  const pool = new ReplicationPool({ workers, signal: terminal.signal });
  try {
    show();
    await pool.run(tasks, (outcome, place) => {
      const index = Math.floor(place / replications);
      const own = running.get(index) ?? { outcomes: [], missing: replications };
      running.set(index, own);
      own.outcomes[place % replications] = outcome;
      own.missing -= 1;
      if (own.missing === 0) {
        reduced[index] = reduce(own.outcomes, index);
        running.delete(index);
      }
      finished += 1;
      show();
    });
    return reduced;
  } finally {
    progress.clear();
    await pool.close();
  }
}
