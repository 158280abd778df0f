import { NS_PER_SECOND } from '../../model/kernel/units.ts';
import { simulateBoot } from '../../model/machine/boot/simulate-boot.ts';
import type { Engine } from '../../model/machine/engine.ts';
import { compile } from '../../model/scenario/compile.ts';
import type { Scenario } from '../../model/scenario/scenario.ts';

/** Everybody of a lab coming up once: what a worker is asked. */
export interface BootTrial {
  /** With a boot phase. */
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly seed: number;
}

export interface BootOutcome {
  /** Seconds from the first start until the last VM is up; where it was given up, when that was. */
  readonly allUp: number;
  /** Role of the VM that is up last, or never. */
  readonly last: string;
  readonly engine: Engine;
}

/** Runs it. Depends on nothing but the trial, to the last bit. */
export function runBootTrial({ scenario, engine, seed }: BootTrial): BootOutcome {
  const { boot } = scenario;
  if (boot === null) throw new Error(`${scenario.name} has no boot phase`);
  const run = { seed, replication: 0, ...boot };
  const { guests, allUpAt, end } = simulateBoot(compile(scenario), run, engine);
  const upAt = ({ upAt: at }: (typeof guests)[number]): number => at ?? Number.POSITIVE_INFINITY;
  const last = guests.reduce((latest, guest) => (upAt(guest) > upAt(latest) ? guest : latest));
  return { allUp: (allUpAt ?? end) / NS_PER_SECOND, last: last.role, engine };
}
