import { Worker } from 'node:worker_threads';
import type { ReplicationOutcome, ReplicationPlan } from '../model/experiment/replication.ts';
import { inlineLess } from './inline-less.ts';

export interface PoolOptions {
  /** Threads to run on, at least 1. The outcome does not depend on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Where the built worker is (scripts/bundle-workers.mjs); tests that run from source name it. */
  readonly workerFile?: URL;
}

/** One replication of one plan. */
export interface ReplicationTask {
  readonly plan: ReplicationPlan;
  readonly replication: number;
}

/** What a worker is told: the plan only when it is another one than before. */
export interface WorkerRequest {
  readonly plan: ReplicationPlan | null;
  readonly replication: number;
}

export type WorkerReply =
  | { readonly kind: 'finished'; readonly outcome: ReplicationOutcome }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

/** A batch of tasks being worked off. */
interface Batch {
  readonly tasks: readonly ReplicationTask[];
  readonly onOutcome: (outcome: ReplicationOutcome, place: number) => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  next: number;
  finished: number;
}

interface Thread {
  readonly worker: Worker;
  plan: ReplicationPlan | null;
  /** Place in the batch of what it is doing; null when it is idle. */
  place: number | null;
}

/**
 * Worker threads that run replications. They start with the first batch, or before, and stay for the next ones, their
 * code compiled and hot, until the pool is closed. One batch at a time.
 */
export class ReplicationPool {
  readonly #options: PoolOptions;
  readonly #threads: Thread[] = [];
  #batch: Batch | null = null;
  /** Why nothing can be run any more. */
  #failure: { readonly reason: unknown } | null = null;
  readonly #abort = (): void => this.#fail(this.#options.signal.reason);

  constructor(options: PoolOptions) {
    this.#options = options;
    inlineLess();
    if (options.signal.aborted) this.#abort();
    options.signal.addEventListener('abort', this.#abort, { once: true });
  }

  /** Starts the threads of so many tasks now, so that they load their code while somebody still reads the question. */
  start(tasks: number): void {
    while (this.#threads.length < Math.max(1, Math.min(this.#options.workers, tasks))) this.#startThread();
  }

  /**
   * Runs tasks, begun in the order given, and hands on each outcome as it comes, with its task's place. Whichever
   * thread ran which, the outcome of a task is the same.
   * @throws the signal's reason when aborted; an Error with the worker's own stack when a replication fails.
   */
  run(tasks: readonly ReplicationTask[], onOutcome: Batch['onOutcome']): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure.reason);
      if (this.#batch !== null) return reject(new Error('the pool is running another batch'));
      if (tasks.length === 0) return resolve();
      this.#batch = { tasks, onOutcome, resolve, reject, next: 0, finished: 0 };
      this.start(tasks.length);
      for (const thread of this.#threads) this.#giveNext(thread);
    });
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#failure ??= { reason: new Error('the pool is closed') };
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #startThread(): void {
    const file = this.#options.workerFile ?? new URL('./replication-worker.bundle.js', import.meta.url);
    const thread: Thread = { worker: new Worker(file), plan: null, place: null };
    this.#threads.push(thread);
    thread.worker.on('error', (error) => this.#fail(error));
    thread.worker.on('exit', (code) =>
      this.#fail(new Error(`a simulation worker ended early with exit code ${code}`)),
    );
    thread.worker.on('message', (reply: WorkerReply) => this.#take(thread, reply));
  }

  #giveNext(thread: Thread): void {
    const batch = this.#batch;
    if (batch === null || batch.next === batch.tasks.length) return;
    thread.place = batch.next++;
    const { plan, replication } = batch.tasks[thread.place]!;
    const request: WorkerRequest = { plan: plan === thread.plan ? null : plan, replication };
    thread.plan = plan;
    thread.worker.postMessage(request);
  }

  #take(thread: Thread, reply: WorkerReply): void {
    const batch = this.#batch;
    const { place } = thread;
    if (batch === null || place === null) return;
    thread.place = null;
    if (reply.kind === 'failed') {
      this.#fail(Object.assign(new Error(reply.message), { stack: reply.stack }));
      return;
    }
    this.#giveNext(thread);
    try {
      batch.onOutcome(reply.outcome, place);
    } catch (error) {
      this.#fail(error);
      return;
    }
    batch.finished += 1;
    if (batch.finished < batch.tasks.length) return;
    this.#batch = null;
    batch.resolve();
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#batch?.reject(reason);
    this.#batch = null;
  }
}
