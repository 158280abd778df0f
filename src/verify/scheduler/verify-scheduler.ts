import { availableParallelism } from 'node:os';
import { compareExperiment, errorsOf, type SchedulerComparison, type SchedulerErrors } from './compare.ts';
import { type ControlGroupRoot, findControlGroups, makeControlGroups } from './control-groups.ts';
import { EXPERIMENTS, type SchedulerExperiment } from './experiment.ts';
import { disturbance, type Interference, interferenceOf } from './interference.ts';
import { type KernelFacts, schedulerOf } from './kernel-scheduler.ts';
import { MissingHere } from './missing-here.ts';
import { type GroupObservation, observe } from './observation.ts';
import { predict } from './predict.ts';
import { readKernel } from './read-kernel.ts';
import { SchedulerWorker } from './worker.ts';

/** Median error that the model aims at, of shares and of waits. */
export const AIM = 0.1;
/** Undisturbed blocks without which an experiment says nothing. */
const LEAST_BLOCKS = 2;
/** An experiment that has fewer is tried again, at most so many times as there were blocks of it. */
const MOST_AGAIN = 2;
const WARM_UP_MS = 300;
/** What is simulated for each experiment: long, as it costs nothing. */
const REPLICATIONS = 5;
const SIMULATED_SECONDS = 30;

export interface SchedulerVerificationOptions {
  /** Blocks of each experiment. */
  readonly repetitions: number;
  readonly blockSeconds: number;
  readonly experiments?: readonly SchedulerExperiment[];
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number, detail: string) => void;
}

/** One run of one experiment. */
export interface Block {
  readonly experiment: string;
  readonly repetition: number;
  readonly interference: Interference;
  /** Null for a block that counts. */
  readonly disturbed: string | null;
}

export interface SchedulerVerification {
  readonly kernel: KernelFacts;
  readonly scheduler: string;
  /** Whether the threads' group could be raised over everything else on the CPUs. */
  readonly raised: boolean;
  /** Version of the control groups whose weights were tried; null when none were. */
  readonly controlGroups: 1 | 2 | null;
  readonly blocks: readonly Block[];
  readonly comparisons: readonly SchedulerComparison[];
  /** Experiments that need more CPUs than there are, or were disturbed too often. */
  readonly withoutAnswer: readonly { readonly experiment: string; readonly reason: string }[];
  readonly errors: SchedulerErrors;
  readonly aim: number;
  readonly verdict: 'within' | 'beyond' | 'inconclusive';
}

/**
 * Runs threads under this machine's scheduler, reads what the kernel counted for each, and holds the exact engine's
 * predictions of the same threads against it. Blocks of the experiments take turns, so that what changes on the
 * machine meanwhile falls on all of them; blocks in which others had the CPUs are told apart and not counted.
 *
 * @throws MissingHere when this machine lacks something; the signal's reason when aborted. No process stays behind.
 */
export async function verifyScheduler(options: SchedulerVerificationOptions): Promise<SchedulerVerification> {
  const { repetitions, blockSeconds, signal } = options;
  const kernel = await readKernel();
  const { scheduler, description } = schedulerOf(kernel);
  const all = options.experiments ?? EXPERIMENTS;
  const experiments = all.filter(({ cpus }) => cpus <= availableParallelism());
  if (experiments.length === 0) {
    throw new MissingHere(`no experiment fits on the ${availableParallelism()} CPUs this process may use`);
  }
  const groups = await controlGroupsFor(experiments);
  const possible = experiments.filter((experiment) => groups.reason === null || !isGrouped(experiment));
  const worker = await SchedulerWorker.build(signal);
  const blocks: Block[] = [];
  const observed = new Map<string, GroupObservation[][]>(possible.map(({ name }) => [name, []]));
  const least = Math.min(LEAST_BLOCKS, repetitions);
  let raised = true;
  const measure = async (experiment: SchedulerExperiment, repetition: number): Promise<void> => {
    const cpus = Array.from({ length: experiment.cpus }, (_, cpu) => cpu);
    const timing = { warmUpMs: WARM_UP_MS, measureMs: Math.round(1000 * blockSeconds) };
    const output = await worker.measure(experiment, cpus, timing, repetition, groups.root);
    raised &&= output.group < 0;
    const interference = interferenceOf(output);
    const disturbed = disturbance(interference);
    blocks.push({ experiment: experiment.name, repetition, interference, disturbed });
    if (disturbed === null) {
      observed.get(experiment.name)!.push(observe(experiment, output.threads, output.elapsed));
    }
  };
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [index, experiment] of possible.entries()) {
        const done = (repetition * possible.length + index) / (repetitions * possible.length);
        options.onProgress?.(done, `${experiment.name}, block ${repetition + 1} of ${repetitions}`);
        await measure(experiment, repetition);
      }
    }
    for (let again = 0; again < MOST_AGAIN * repetitions; again++) {
      const lacking = possible.filter(({ name }) => observed.get(name)!.length < least);
      if (lacking.length === 0) break;
      for (const experiment of lacking) {
        options.onProgress?.(1, `${experiment.name} again, as its blocks were disturbed`);
        await measure(experiment, repetitions + again);
      }
    }
  } finally {
    await worker.remove();
  }
  const comparisons: SchedulerComparison[] = [];
  const withoutAnswer = all
    .filter((experiment) => !experiments.includes(experiment))
    .map(({ name, cpus }) => ({ experiment: name, reason: `needs ${cpus} CPUs` }));
  for (const { name } of experiments.filter((experiment) => !possible.includes(experiment))) {
    withoutAnswer.push({ experiment: name, reason: groups.reason! });
  }
  for (const [index, experiment] of possible.entries()) {
    signal.throwIfAborted();
    options.onProgress?.(index / possible.length, `simulating ${experiment.name}`);
    const measured = observed.get(experiment.name)!;
    if (measured.length < least) {
      const tried = blocks.filter((block) => block.experiment === experiment.name).length;
      withoutAnswer.push({
        experiment: experiment.name,
        reason: `${tried - measured.length} of ${tried} blocks were disturbed`,
      });
      continue;
    }
    const predicted = Array.from({ length: REPLICATIONS }, (_, replication) =>
      predict(experiment, scheduler, SIMULATED_SECONDS, replication),
    );
    comparisons.push(...compareExperiment(experiment.name, measured, predicted));
  }
  const errors = errorsOf(comparisons);
  return {
    kernel,
    scheduler: description,
    raised,
    controlGroups: groups.root?.version ?? null,
    blocks,
    comparisons,
    withoutAnswer,
    errors,
    aim: AIM,
    verdict: verdictOf(errors, comparisons, experiments),
  };
}

const isGrouped = ({ groups }: SchedulerExperiment): boolean =>
  groups.some(({ groupWeight }) => groupWeight !== undefined);

/** Where control groups can be made, and are only there for a moment; or why not. */
async function controlGroupsFor(
  experiments: readonly SchedulerExperiment[],
): Promise<{ readonly root: ControlGroupRoot | null; readonly reason: string | null }> {
  if (!experiments.some(isGrouped)) return { root: null, reason: null };
  try {
    const root = await findControlGroups();
    await (await makeControlGroups(root, [1024])).remove();
    return { root, reason: null };
  } catch (error) {
    if (!(error instanceof MissingHere)) throw error;
    return { root: null, reason: error.message };
  }
}

/** Nothing is said on fewer than half of the experiments. */
function verdictOf(
  { shares, waits }: SchedulerErrors,
  comparisons: readonly SchedulerComparison[],
  experiments: readonly SchedulerExperiment[],
): SchedulerVerification['verdict'] {
  const answered = new Set(comparisons.map(({ experiment }) => experiment)).size;
  if (shares === null || waits === null || answered < experiments.length / 2) return 'inconclusive';
  return shares.median <= AIM && waits.median <= AIM ? 'within' : 'beyond';
}
