import { NS_PER_SECOND } from '../../model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import { simulateMachine } from '../../model/machine/simulate-machine.ts';
import type { MachineSpecification, WorkloadSpecification } from '../../model/machine/specification.ts';
import { compile } from '../../model/scenario/compile.ts';
import { drawOf } from '../../model/scenario/parameter-draw.ts';
import type { Scenario } from '../../model/scenario/scenario.ts';

export interface PenaltyOptions {
  readonly seed: number;
  /** Pairs of runs, each with platform and workload figures drawn anew. */
  readonly pairs: number;
}

export interface Penalty {
  readonly workload: string;
  /** How much longer a job takes in L2 than in L1 on the same instance, as a share; with every figure at its value. */
  readonly value: number;
  /** Middle 95 % over the pairs: chance and what is not known of the platform and the workload together. */
  readonly low: number;
  readonly high: number;
  /** Share of the pairs in which the penalty is between 10 and 20 %. */
  readonly inside: number;
  /** Classes of the workload's own exits by what they add to a job, as a share of its time in L1: parts of `value`. */
  readonly causes: readonly Cause[];
  /** The rest of `value`: what the simulation brings about (sleeps, wake-ups, kicks, interrupts), and waiting made longer. */
  readonly rest: number;
}

export interface Cause {
  readonly exitClass: ExitClass;
  readonly share: number;
  /** Exits for each second of the workload's CPU demand. */
  readonly perSecond: number;
  /** What one costs more in L2 than in L1, nanoseconds. */
  readonly dearer: number;
}

const TAIL = 0.025;

/** The band that people tell of nested VMs on EC2. */
export const TOLD = { low: 0.1, high: 0.2 } as const;

/**
 * The same VM with the same jobs on the same instance, nested (level 2) and not (level 1). Both runs of a pair share
 * every random number and every drawn figure, so that they differ by the level alone.
 *
 * @param scenario one VM, which talks to nobody in its seat (basket.ts)
 */
export function penaltyOf(scenario: Scenario, workload: string, options: PenaltyOptions): Penalty {
  const { seed, pairs } = options;
  const point = compile(scenario);
  const values = Array.from({ length: pairs }, (_, pair) =>
    penaltyIn(runPair(compile(scenario, drawOf({ kind: 'sampled', seed, set: pair })), scenario, seed, pair)),
  ).sort((a, b) => a - b);
  const atValue = Array.from({ length: Math.min(pairs, POINT_PAIRS) }, (_, pair) =>
    runPair(point, scenario, seed, pair),
  );
  const value = mean(atValue.map(penaltyIn));
  const causes = causesOf(point, mean(atValue.map(({ inL1 }) => inL1)));
  return {
    workload,
    value,
    low: values[Math.floor(TAIL * pairs)]!,
    high: values[Math.ceil((1 - TAIL) * pairs) - 1]!,
    inside: values.filter((each) => each >= TOLD.low && each <= TOLD.high).length / pairs,
    causes,
    rest: causes.reduce((left, { share }) => left - share, value),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Enough for the mean at fixed figures: chance is all there is between these. */
const POINT_PAIRS = 10;

/** Mean time of a job, in nanoseconds. */
interface Pair {
  readonly inL1: number;
  readonly inL2: number;
}

const penaltyIn = ({ inL1, inL2 }: Pair): number => inL2 / inL1 - 1;

function runPair(
  specification: MachineSpecification,
  scenario: Scenario,
  seed: number,
  replication: number,
): Pair {
  const run = {
    seed,
    replication,
    warmUp: scenario.exercise.warmUp,
    duration: scenario.exercise.duration,
  };
  const at = (baseLevel: number): number =>
    simulateMachine({ ...specification, baseLevel }, run).responses[0]!.mean;
  return { inL1: at(0), inL2: at(1) };
}

function causesOf({ exits, root }: MachineSpecification, inL1: number): Penalty['causes'] {
  const workload = root.guests[0]!.workload!;
  return EXIT_CLASSES.map((exitClass) => {
    const perSecond = exitsPerSecond(workload, exitClass);
    if (perSecond === 0) return { exitClass, share: 0, perSecond, dearer: 0 };
    const dearer = exitCost(exits, exitClass, 2).total - exitCost(exits, exitClass, 1).total;
    const share = (perSecond * dearer * workload.demand.mean) / NS_PER_SECOND / inL1;
    return { exitClass, share, perSecond, dearer };
  })
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function exitsPerSecond(workload: WorkloadSpecification, exitClass: ExitClass): number {
  return (
    (workload.exitsPerCpuSecond[exitClass] ?? 0) +
    (workload.exitsPerBusySecond[exitClass] ?? 0) +
    ((workload.exitsPerJob[exitClass] ?? 0) * NS_PER_SECOND) / workload.demand.mean
  );
}
