import { parentPort } from 'node:worker_threads';
import { runTrial, type Trial } from '../plan/trial/trial.ts';
import type { TrialReply } from './trial-pool.ts';

parentPort?.on('message', (trial: Trial) => {
  parentPort?.postMessage(attempt(trial));
});

function attempt(trial: Trial): TrialReply {
  try {
    return { kind: 'finished', outcome: runTrial(trial) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', message, stack: stack ?? message };
  }
}
