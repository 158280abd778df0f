import { rulesOfLook } from '../../src/gate/looks.ts';
import { shiftOfPairs, shiftOfSamples } from '../../src/gate/statistics/shift.ts';
import { decide, type Verdict } from '../../src/gate/verdict.ts';
import type { RandomStream } from '../../src/model/kernel/random-stream.ts';

/**
 * A noisy machine, on which the gate is tried: what each block measures of two levels, for a baseline and a candidate
 * measured in turn. All are relative standard deviations unless said otherwise.
 */
export interface NoisyMachine {
  /** Between iterations of one measurement. */
  readonly iteration: number;
  /** Between one measurement and the next of the same thing: where it lies in memory, what else ran. */
  readonly measurement: number;
  /** How fast the machine is, wandering: first-order autoregressive from one measurement to the next. */
  readonly drift: number;
  readonly driftMemory: number;
  /** Share of iterations that something else falls into, each then up to twice as long. */
  readonly spikes: number;
  readonly iterations: number;
}

export const MACHINE: NoisyMachine = {
  iteration: 0.03,
  measurement: 0.015,
  drift: 0.04,
  driftMemory: 0.97,
  spikes: 0.05,
  iterations: 15,
};

export interface GateTrial {
  readonly blocks: number;
  /** Of how many metrics the first has the effect; the others have none. */
  readonly metrics: number;
  /** True growth of the overhead ratio, e.g. 0.05. */
  readonly effect: number;
  readonly paired: boolean;
  readonly margin: number;
}

/** What the gate says of the metric with the effect, and whether it calls any of the others a regression. */
export interface TrialOutcome {
  readonly verdict: Verdict;
  readonly falseAlarm: boolean;
}

const ALPHA = 0.05;
const OVERHEAD = 4;

/** Values of each metric, both sides, as they are measured. */
type Ratios = readonly { readonly baseline: number[]; readonly candidate: number[] }[];

export function runTrial(machine: NoisyMachine, trial: GateTrial, stream: RandomStream): TrialOutcome {
  const ratios = noRatios(trial);
  measureBlocks(ratios, trial.blocks, machine, trial, new Drift(machine, stream), stream);
  return outcomeOf(ratios, trial, ALPHA);
}

/** How a gate looks at blocks that go on being measured. */
export interface LookRule {
  /** Blocks at each look. */
  readonly looks: readonly number[];
  /** Chance of an error spent at each. */
  readonly alpha: number;
}

/** The same with looks in between, each at all blocks until then; the first that is not inconclusive decides. */
export function runLooks(
  machine: NoisyMachine,
  trial: Omit<GateTrial, 'blocks'>,
  { looks, alpha }: LookRule,
  stream: RandomStream,
): TrialOutcome & { readonly blocks: number } {
  const ratios = noRatios(trial);
  const speed = new Drift(machine, stream);
  let measured = 0;
  let outcome: TrialOutcome = { verdict: 'inconclusive', falseAlarm: false };
  for (const blocks of looks) {
    measureBlocks(ratios, blocks - measured, machine, trial, speed, stream);
    measured = blocks;
    outcome = outcomeOf(ratios, trial, alpha);
    if (outcome.verdict !== 'inconclusive') break;
  }
  return { ...outcome, blocks: measured };
}

export const BUDGETED = (first: number, budget: number): LookRule => ({
  looks: [first, first + budget],
  alpha: rulesOfLook({ margin: 0.03, exactMargin: 0.005, alpha: ALPHA }, budget).alpha,
});

/** What a gate that is run again until it says something does. */
export const UNTIL_DECIDED = (first: number, last: number): LookRule => ({
  looks: Array.from({ length: last - first + 1 }, (_, index) => first + index),
  alpha: ALPHA,
});

const noRatios = ({ metrics }: Pick<GateTrial, 'metrics'>): Ratios =>
  Array.from({ length: metrics }, () => ({ baseline: [], candidate: [] }));

function measureBlocks(
  ratios: Ratios,
  blocks: number,
  machine: NoisyMachine,
  trial: Omit<GateTrial, 'blocks'>,
  speed: Drift,
  stream: RandomStream,
): void {
  for (let block = 0; block < blocks; block++) {
    const candidateFirst = stream.uniform() < 0.5;
    for (const arm of candidateFirst
      ? (['candidate', 'baseline'] as const)
      : (['baseline', 'candidate'] as const)) {
      for (const [index, series] of ratios.entries()) {
        const effect = arm === 'candidate' && index === 0 ? 1 + trial.effect : 1;
        const above = measure(OVERHEAD * effect, machine, speed, stream);
        const below = measure(1, machine, speed, stream);
        series[arm].push(Math.log(above / below));
      }
    }
  }
}

function outcomeOf(ratios: Ratios, trial: Omit<GateTrial, 'blocks'>, alpha: number): TrialOutcome {
  const shiftOf = trial.paired ? shiftOfPairs : shiftOfSamples;
  const decisions = decide(
    ratios.map(({ baseline, candidate }) => ({ shift: shiftOf(candidate, baseline), exactLike: false })),
    { margin: trial.margin, exactMargin: 0.005, alpha },
  );
  const others = trial.effect === 0 ? decisions : decisions.slice(1);
  return {
    verdict: decisions[0]!.verdict,
    falseAlarm: others.some(({ verdict }) => verdict === 'regressed'),
  };
}

/** Median of the iterations of one measurement. */
function measure(cost: number, machine: NoisyMachine, speed: Drift, stream: RandomStream): number {
  const level = cost * speed.next() * Math.exp(machine.measurement * stream.normal());
  const iterations = Array.from({ length: machine.iterations }, () => {
    const spike = stream.uniform() < machine.spikes ? 1 + stream.uniform() : 1;
    return level * spike * Math.exp(machine.iteration * stream.normal());
  }).sort((a, b) => a - b);
  return iterations[machine.iterations >> 1]!;
}

class Drift {
  private value: number;
  private readonly machine: NoisyMachine;
  private readonly stream: RandomStream;

  constructor(machine: NoisyMachine, stream: RandomStream) {
    this.machine = machine;
    this.stream = stream;
    this.value = machine.drift * stream.normal();
  }

  next(): number {
    const { drift, driftMemory } = this.machine;
    this.value = driftMemory * this.value + Math.sqrt(1 - driftMemory ** 2) * drift * this.stream.normal();
    return Math.exp(this.value);
  }
}
