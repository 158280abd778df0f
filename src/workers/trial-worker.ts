import { parentPort } from 'node:worker_threads';
import { runBootTrial } from '../plan/boot/boot-trial.ts';
import { runTrial } from '../plan/trial/trial.ts';
import type { TrialReply, TrialTask } from './trial-pool.ts';

parentPort?.on('message', (task: TrialTask) => {
  parentPort?.postMessage(attempt(task));
});

function attempt(task: TrialTask): TrialReply {
  try {
    const outcome = task.kind === 'work' ? runTrial(task.trial) : runBootTrial(task.trial);
    return { kind: 'finished', outcome };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', message, stack: stack ?? message };
  }
}
