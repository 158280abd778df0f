import { Worker } from 'node:worker_threads';
import type { ReplicationOutcome, ReplicationPlan } from '../model/experiment/replication.ts';

export interface PoolOptions {
  /** Threads to run on, at least 1. The outcome does not depend on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly onFinished?: (finished: number) => void;
  /** Where the compiled worker is; tests that run from source name it. */
  readonly workerFile?: URL;
}

/** What a worker is started with; then each message to it is a replication's number. */
export interface WorkerData {
  readonly plan: ReplicationPlan;
}

export type WorkerReply =
  | { readonly kind: 'finished'; readonly replication: number; readonly outcome: ReplicationOutcome }
  | {
      readonly kind: 'failed';
      readonly replication: number;
      readonly message: string;
      readonly stack: string;
    };

/**
 * Runs replications 0 … n-1 of a plan on worker threads and returns their outcomes in that order, whichever
 * thread ran which.
 *
 * @throws the signal's reason when aborted; an Error with the worker's own stack when a replication fails.
 */
export async function runReplications(
  plan: ReplicationPlan,
  replications: number,
  options: PoolOptions,
): Promise<ReplicationOutcome[]> {
  const outcomes = new Array<ReplicationOutcome>(replications);
  const file = options.workerFile ?? new URL('./replication-worker.js', import.meta.url);
  const threads = Math.max(1, Math.min(options.workers, replications));
  let next = 0;
  let finished = 0;
  const pool: Worker[] = [];

  const runOneThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const workerData: WorkerData = { plan };
      const worker = new Worker(file, { workerData });
      pool.push(worker);
      const giveNext = (): void => {
        if (next < replications) worker.postMessage(next++);
        else resolve();
      };
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new Error(`a simulation worker ended early with exit code ${code}`)),
      );
      worker.on('message', (reply: WorkerReply) => {
        if (reply.kind === 'failed') {
          reject(Object.assign(new Error(reply.message), { stack: reply.stack }));
          return;
        }
        outcomes[reply.replication] = reply.outcome;
        finished += 1;
        options.onFinished?.(finished);
        giveNext();
      });
      giveNext();
    });

  const aborted = new Promise<never>((_, reject) => {
    if (options.signal.aborted) reject(options.signal.reason);
    options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true });
  });
  try {
    await Promise.race([Promise.all(Array.from({ length: threads }, runOneThread)), aborted]);
  } finally {
    await Promise.all(pool.map((worker) => worker.terminate()));
  }
  return outcomes;
}
