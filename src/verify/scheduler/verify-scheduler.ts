import { availableParallelism } from 'node:os';
import { compareExperiment, errorsOf, type SchedulerComparison, type SchedulerErrors } from './compare.ts';
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
  const worker = await SchedulerWorker.build(signal);
  const blocks: Block[] = [];
  const observed = new Map<string, GroupObservation[][]>(experiments.map(({ name }) => [name, []]));
  let raised = true;
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const [index, experiment] of experiments.entries()) {
        const done = (repetition * experiments.length + index) / (repetitions * experiments.length);
        options.onProgress?.(done, `${experiment.name}, block ${repetition + 1} of ${repetitions}`);
        const cpus = Array.from({ length: experiment.cpus }, (_, cpu) => cpu);
        const timing = { warmUpMs: WARM_UP_MS, measureMs: Math.round(1000 * blockSeconds) };
        const output = await worker.measure(experiment, cpus, timing, repetition);
        raised &&= output.group < 0;
        const interference = interferenceOf(output);
        const disturbed = disturbance(interference);
        blocks.push({ experiment: experiment.name, repetition, interference, disturbed });
        if (disturbed === null) {
          observed.get(experiment.name)!.push(observe(experiment, output.threads, output.elapsed));
        }
      }
    }
  } finally {
    await worker.remove();
  }
  const comparisons: SchedulerComparison[] = [];
  const withoutAnswer = all
    .filter((experiment) => !experiments.includes(experiment))
    .map(({ name, cpus }) => ({ experiment: name, reason: `needs ${cpus} CPUs` }));
  for (const [index, experiment] of experiments.entries()) {
    signal.throwIfAborted();
    options.onProgress?.(index / experiments.length, `simulating ${experiment.name}`);
    const measured = observed.get(experiment.name)!;
    if (measured.length < Math.min(LEAST_BLOCKS, repetitions)) {
      withoutAnswer.push({
        experiment: experiment.name,
        reason: `${repetitions - measured.length} of ${repetitions} blocks were disturbed`,
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
    blocks,
    comparisons,
    withoutAnswer,
    errors,
    aim: AIM,
    verdict: verdictOf(errors, comparisons, experiments),
  };
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
