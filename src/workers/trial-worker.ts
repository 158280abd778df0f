import { parentPort } from 'node:worker_threads';
import { runBootTrial } from '../plan/boot/boot-trial.ts';
import { primerTrial, runTrial } from '../plan/trial/trial.ts';
import type { TrialReply, TrialTask } from './trial-pool.ts';

/** Engines that have run here. */
const primed = new Set<string>();

parentPort?.on('message', (task: TrialTask) => {
  parentPort?.postMessage(attempt(task));
});

function attempt(task: TrialTask): TrialReply {
  try {
    if (task.kind === 'boot') return { kind: 'finished', outcome: runBootTrial(task.trial) };
    const { trial } = task;
    if (!primed.has(trial.engine)) {
      primed.add(trial.engine);
      // See primer.ts: what V8 compiles before it has seen everything it compiles again.
      runTrial(primerTrial(trial));
    }
    return { kind: 'finished', outcome: runTrial(trial) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', message, stack: stack ?? message };
  }
}
