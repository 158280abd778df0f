import { parentPort, workerData } from 'node:worker_threads';
import { runReplication } from '../model/experiment/replication.ts';
import type { WorkerData, WorkerReply } from './replication-pool.ts';

const { plan } = workerData as WorkerData;

parentPort?.on('message', (replication: number) => {
  parentPort?.postMessage(attempt(replication));
});

function attempt(replication: number): WorkerReply {
  try {
    return { kind: 'finished', replication, outcome: runReplication(plan, replication) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', replication, message, stack: stack ?? message };
  }
}
