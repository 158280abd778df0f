import type { LoadedScenario } from '../library/library.ts';
import type { PrecisionGoal } from '../model/experiment/precision.ts';
import type { ReplicationOutcome, ReplicationPlan } from '../model/experiment/replication.ts';
import type { Circumstances } from '../model/experiment/summarise.ts';
import type { Engine } from '../model/machine/engine.ts';
import { checkForEngine } from '../model/scenario/check-for-engine.ts';
import { compile } from '../model/scenario/compile.ts';
import { shadowsPages } from '../model/scenario/compile-memory.ts';
import { countBases, workloadsOf } from '../model/scenario/count-bases.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { ReplicationPool } from '../workers/replication-pool.ts';
import { UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import { refuseProblems } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/**
 * What to simulate of a scenario that was read.
 * @throws {UserError} when the engine cannot answer it.
 */
export function planOf(
  { scenario, document, origins }: LoadedScenario,
  seed: number,
  engine: Engine = 'exact',
): ReplicationPlan {
  refuseProblems(checkForEngine(scenario, engine, document, origins));
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
    platform: {
      name: platform.name,
      hash: platformHash,
      bases: countBases(platform, workloadsOf(scenario), shadowsPages(scenario)),
    },
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

/** Replications that go on until what decides is known well enough. */
export interface ReplicationsUntil extends Replications {
  /** Half-width wanted, as a share; replications are then those before the first look. */
  readonly precision?: number;
  readonly maxReplications: number;
}

/** Null when no precision is asked for. */
export function goalOf({
  precision,
  replications,
  maxReplications,
}: ReplicationsUntil): PrecisionGoal | null {
  if (precision === undefined) return null;
  if (maxReplications < replications) {
    throw new UserError(
      `--max-replications: found ${maxReplications}, expected at least the ${replications} of --replications`,
    );
  }
  return { relative: precision, minimum: replications, maximum: maxReplications };
}

/**
 * Replicates several plans with the same random numbers, on one pool. What a plan gave is reduced as soon as its last
 * replication is in, so that no more than a few are kept whole. In the order of the plans.
 */
export async function replicatePlans<T>(
  plans: readonly ReplicationPlan[],
  replications: Omit<Replications, 'seed'>,
  terminal: Terminal,
  reduce: (outcomes: readonly ReplicationOutcome[], index: number) => T,
): Promise<T[]> {
  const groups = plans.map((plan) => [plan]);
  return replicateGroups(groups, replications, terminal, ([outcomes], index) => ({
    done: reduce(outcomes!, index),
  }));
}

/** What a look at the outcomes so far says: what came of them, or how many replications there should be. */
export type Look<T> = { readonly done: T } | { readonly wanted: number };

/**
 * Replicates plans in groups, all plans of a group equally often, until a look at the group's outcomes is content. How
 * often that is depends on the outcomes alone, not on the number of workers. In the order of the groups.
 *
 * @param look outcomes of each plan of the group, in replication order
 */
export async function replicateGroups<T>(
  groups: readonly (readonly ReplicationPlan[])[],
  { replications, workers }: Omit<Replications, 'seed'>,
  terminal: Terminal,
  look: (outcomes: readonly (readonly ReplicationOutcome[])[], group: number) => Look<T>,
): Promise<T[]> {
  const running = new Map(
    groups.map((plans, group) => [
      group,
      { plans, outcomes: plans.map((): ReplicationOutcome[] => []), wanted: replications },
    ]),
  );
  const results: T[] = [];
  const progress = new Progress(terminal, 'Simulating');
  const pool = new ReplicationPool({ workers, signal: terminal.signal });
  let finished = 0;
  let known = 0;
  const show = (): void => progress.show(finished / known, `${finished} of ${known} replications`);
  try {
    while (running.size > 0) {
      const tasks = [...running].flatMap(([group, { plans, outcomes, wanted }]) =>
        plans.flatMap((plan, member) =>
          Array.from({ length: wanted - outcomes[member]!.length }, (_, i) => ({
            plan,
            replication: outcomes[member]!.length + i,
            group,
            member,
          })),
        ),
      );
      const missing = new Map<number, number>();
      for (const { group } of tasks) missing.set(group, (missing.get(group) ?? 0) + 1);
      known += tasks.length;
      show();
      await pool.run(tasks, (outcome, place) => {
        const { group, member, replication } = tasks[place]!;
        const own = running.get(group)!;
        own.outcomes[member]![replication] = outcome;
        finished += 1;
        show();
        const left = missing.get(group)! - 1;
        missing.set(group, left);
        if (left > 0) return;
        const seen = look(own.outcomes, group);
        if ('wanted' in seen) own.wanted = seen.wanted;
        else {
          results[group] = seen.done;
          running.delete(group);
        }
      });
    }
    return results;
  } finally {
    progress.clear();
    await pool.close();
  }
}
