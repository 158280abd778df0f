import { parentPort } from 'node:worker_threads';
import { type ReplicationPlan, runReplication } from '../model/experiment/replication.ts';
import { primerOf } from './primer.ts';
import type { WorkerReply, WorkerRequest } from './replication-pool.ts';

let plan: ReplicationPlan | null = null;
let isPrimed = false;

parentPort?.on('message', (request: WorkerRequest) => {
  plan = request.plan ?? plan;
  parentPort?.postMessage(attempt(request.replication));
});

function attempt(replication: number): WorkerReply {
  try {
    if (plan === null) throw new Error('a replication was asked for before any plan');
    if (!isPrimed) {
      isPrimed = true;
      runReplication(primerOf(plan), 0);
    }
    return { kind: 'finished', outcome: runReplication(plan, replication) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { kind: 'failed', message, stack: stack ?? message };
  }
}
