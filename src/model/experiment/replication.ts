import type { Nanoseconds } from '../kernel/units.ts';
import { aloneOnMetal } from '../machine/alone-on-metal.ts';
import { type BootMeasurement, type BootRun, simulateBoot } from '../machine/boot/simulate-boot.ts';
import type { Engine } from '../machine/engine.ts';
import type { MachineMeasurement, ResponseMeasurement } from '../machine/measurement.ts';
import { simulateWith } from '../machine/simulate-with.ts';
import type { MachineSpecification } from '../machine/specification.ts';

/** One experiment: the same for every replication but for its random numbers. */
export interface ReplicationPlan {
  readonly specification: MachineSpecification;
  readonly seed: number;
  readonly warmUp: Nanoseconds;
  readonly duration: Nanoseconds;
  /** Absent: exact. */
  readonly engine?: Engine;
  /** Absent: everything is up already. */
  readonly boot?: Pick<BootRun, 'stagger' | 'giveUp'>;
}

/** What one replication gave; plain data that survives structured cloning. */
export interface ReplicationOutcome {
  readonly engine: Engine;
  readonly machine: MachineMeasurement;
  /** Responses of the same guests alone on the metal, with the same random numbers: what slowdown is against. */
  readonly alone: readonly ResponseMeasurement[];
  /** How everything came up before; null without a boot phase. */
  readonly boot: BootMeasurement | null;
}

/**
 * Simulates the machine, and its working guests alone on the metal. Depends on nothing but the plan and the
 * replication's number.
 */
export function runReplication(plan: ReplicationPlan, replication: number): ReplicationOutcome {
  const { specification, engine = 'exact', boot, seed, warmUp, duration } = plan;
  const run = { seed, warmUp, duration, replication };
  return {
    engine,
    machine: simulateWith(engine, specification, run),
    alone: simulateWith(engine, aloneOnMetal(specification), run).responses,
    boot: boot === undefined ? null : simulateBoot(specification, { ...boot, seed, replication }, engine),
  };
}
