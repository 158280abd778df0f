import type { Nanoseconds } from '../../model/kernel/units.ts';
import type { Engine } from '../../model/machine/engine.ts';
import { BEST, type ParameterChoice } from '../../model/scenario/parameter-draw.ts';
import type { Host, WorkPhase } from '../../model/scenario/scenario.ts';
import type { BootOutcome, BootTrial } from '../boot/boot-trial.ts';
import { type Judgement, judge, tightness } from '../target/judgement.ts';
import type { PlanTargets } from '../target/plan-targets.ts';
import { bootScenario, type Lab, labScenario, windowOf } from '../trial/lab-scenario.ts';
import type { Trial, TrialOutcome } from '../trial/trial.ts';

/** Runs one trial somewhere: on a worker thread, or here. */
export type RunTrial = (trial: Trial) => Promise<TrialOutcome>;
export type RunBootTrial = (trial: BootTrial) => Promise<BootOutcome>;

/** What was seen of one phase with so many seats. */
export interface PhaseAnswer {
  readonly phase: WorkPhase;
  readonly judgement: Judgement;
  readonly outcomes: readonly TrialOutcome[];
}

export interface LabAnswer {
  /** Every phase that was looked at: all of them when it meets, up to the first that fails otherwise. */
  readonly phases: readonly PhaseAnswer[];
  readonly engine: Engine;
}

export interface EvaluatorOptions {
  readonly run: RunTrial;
  readonly runBoot: RunBootTrial;
  readonly seed: number;
  readonly targets: PlanTargets;
  /** Chance that a class holds every target, e.g. 0.95. */
  readonly probability: number;
  /** Who answers what is explored; the fluid engine, unless it is known to be far off. */
  readonly explorer?: Engine;
}

/** How many replications to look at, look by look; undecided after the last is not met. */
const LOOKS = { explore: [1, 3], confirm: [3, 6] } as const;
/** One look is enough when the tightest target is this far from its limit: a half of it, or twice. */
const CLEARLY = { within: 0.5, beyond: 2 } as const;
/** Beyond these shares of the time allowed the fluid engine's word is enough: it is off by a fiftieth (docs/planning.md). */
const BOOT_CLEARLY = { within: 0.85, beyond: 1.15 } as const;

/**
 * Asks trials whether a lab holds its targets, as few as decide it. Trials are remembered: hosts that differ in
 * nothing a trial depends on share them.
 */
export class Evaluator {
  readonly explorer: Engine;
  readonly #options: EvaluatorOptions;
  readonly #known = new Map<string, Promise<TrialOutcome>>();
  readonly #boots = new Map<string, Promise<BootOutcome>>();
  readonly #labs = new Map<Lab, number>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.explorer = options.explorer ?? 'fluid';
  }

  /** Trials that were run. */
  get trials(): number {
    return this.#known.size + this.#boots.size;
  }

  /**
   * All phases, in the order given: the first that fails decides.
   * @param purpose exploring uses the explorer, the fluid engine as a rule, and short windows, confirming the exact engine and longer ones
   */
  async ask(
    lab: Lab,
    phases: readonly WorkPhase[],
    host: Host,
    seats: number,
    purpose: 'explore' | 'confirm',
    parameters: ParameterChoice = BEST,
  ): Promise<{ readonly meets: boolean; readonly detail: LabAnswer }> {
    const engine: Engine = purpose === 'explore' ? this.explorer : 'exact';
    const answers: PhaseAnswer[] = [];
    // All of them are needed when it meets, as it mostly does: nobody waits for one to begin the next.
    const [first] = LOOKS[purpose];
    const begun = phases.map((phase) =>
      this.replications(lab, phase, host, seats, first, engine, parameters),
    );
    await Promise.all(begun);
    for (const phase of phases) {
      const answer = await this.#askPhase(lab, phase, host, seats, purpose, parameters);
      answers.push(answer);
      if (answer.judgement.verdict !== 'meets') return { meets: false, detail: { phases: answers, engine } };
    }
    return { meets: true, detail: { phases: answers, engine } };
  }

  /** Whether one look at every phase leaves no doubt that all targets hold; null when it leaves some. */
  async holdsClearly(
    lab: Lab,
    phases: readonly WorkPhase[],
    host: Host,
    seats: number,
  ): Promise<LabAnswer | null> {
    const { targets, probability } = this.#options;
    const answers: PhaseAnswer[] = [];
    for (const phase of phases) {
      const outcomes = await this.replications(lab, phase, host, seats, LOOKS.explore[0]!);
      const judgement = judge(outcomes, targets, probability);
      if (tightness(judgement) > CLEARLY.within) return null;
      answers.push({ phase, judgement: { ...judgement, verdict: 'meets' }, outcomes });
    }
    return { phases: answers, engine: this.explorer };
  }

  /** Replications 0 … n - 1 of one phase, whatever they say. */
  async replications(
    lab: Lab,
    phase: WorkPhase,
    host: Host,
    seats: number,
    n: number,
    engine: Engine = this.explorer,
    parameters: ParameterChoice = BEST,
  ): Promise<readonly TrialOutcome[]> {
    const purpose = engine === 'fluid' ? 'explore' : 'confirm';
    return Promise.all(
      Array.from({ length: n }, (_, replication) =>
        this.#trial(lab, phase, host, seats, purpose, engine, replication, parameters),
      ),
    );
  }

  /**
   * How so many seats come up on a host: by the fluid engine, and by the exact one where that could change whether it is
   * in time; null when the lab does not say how it is started, or nobody what the host's disk can do.
   */
  async boot(lab: Lab, host: Host, seats: number): Promise<BootOutcome | null> {
    const stagger = lab.template.plan?.boot?.stagger;
    if (stagger === undefined || host.disk === null) return null;
    const fluid = await this.exploreBoot(lab, host, seats, stagger);
    const use = fluid.allUp / this.#options.targets.bootAllWithin;
    return use < BOOT_CLEARLY.within || use > BOOT_CLEARLY.beyond
      ? fluid
      : await this.#boot(lab, host, seats, stagger, 'exact');
  }

  /** The same by the fluid engine, whatever it says. */
  exploreBoot(lab: Lab, host: Host, seats: number, stagger: Nanoseconds): Promise<BootOutcome> {
    return this.#boot(lab, host, seats, stagger, 'fluid');
  }

  #boot(lab: Lab, host: Host, seats: number, stagger: Nanoseconds, engine: Engine): Promise<BootOutcome> {
    const key = JSON.stringify([this.#numberOf(lab), host.name, seats, engine]);
    const known = this.#boots.get(key);
    if (known !== undefined) return known;
    const { runBoot, seed } = this.#options;
    const outcome = runBoot({ scenario: bootScenario(lab, host, seats, stagger), engine, seed });
    this.#boots.set(key, outcome);
    return outcome;
  }

  async #askPhase(
    lab: Lab,
    phase: WorkPhase,
    host: Host,
    seats: number,
    purpose: 'explore' | 'confirm',
    parameters: ParameterChoice,
  ): Promise<PhaseAnswer> {
    const { targets, probability } = this.#options;
    const engine: Engine = purpose === 'explore' ? this.explorer : 'exact';
    const looks: readonly number[] = LOOKS[purpose];
    for (const [index, n] of looks.entries()) {
      const outcomes = await this.replications(lab, phase, host, seats, n, engine, parameters);
      const judgement = judge(outcomes, targets, probability);
      const last = index === looks.length - 1;
      if (n === 1) {
        const tight = tightness(judgement);
        if (tight > CLEARLY.within && tight < CLEARLY.beyond) continue;
        const verdict = tight <= CLEARLY.within ? 'meets' : 'fails';
        return { phase, judgement: { ...judgement, verdict }, outcomes };
      }
      if (judgement.verdict !== 'undecided' || last) return { phase, judgement, outcomes };
    }
    throw new Error('there is always a last look');
  }

  #trial(
    lab: Lab,
    phase: WorkPhase,
    host: Host,
    seats: number,
    purpose: 'explore' | 'confirm',
    engine: Engine,
    replication: number,
    parameters: ParameterChoice,
  ): Promise<TrialOutcome> {
    const scenario = labScenario(lab, phase, host, seats, windowOf(seats, purpose));
    const shape = { ...scenario.host, speed: host.speed?.value ?? 1 };
    const key = JSON.stringify([
      this.#numberOf(lab),
      phase.name,
      shape,
      seats,
      purpose,
      engine,
      replication,
      parameters,
    ]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { run, seed } = this.#options;
    const outcome = run({ scenario, engine, seed, replication, parameters });
    this.#known.set(key, outcome);
    return outcome;
  }

  #numberOf(lab: Lab): number {
    const known = this.#labs.get(lab) ?? this.#labs.size;
    this.#labs.set(lab, known);
    return known;
  }
}
