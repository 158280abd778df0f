import { Worker } from 'node:worker_threads';
import type { BootOutcome, BootTrial } from '../plan/boot/boot-trial.ts';
import type { Trial, TrialOutcome } from '../plan/trial/trial.ts';
import { inlineLess } from './inline-less.ts';
import { nextTask } from './next-task.ts';

export interface TrialPoolOptions {
  /** Threads to run on, at least 1. No outcome depends on it. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Where the built worker is (scripts/bundle-workers.mjs); tests that run from source name it. */
  readonly workerFile?: URL;
}

/** What a worker is asked. */
export type TrialTask =
  | { readonly kind: 'work'; readonly trial: Trial }
  | { readonly kind: 'boot'; readonly trial: BootTrial };

export type TrialReply =
  | { readonly kind: 'finished'; readonly outcome: TrialOutcome | BootOutcome }
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

interface Waiting {
  readonly task: TrialTask;
  readonly resolve: (outcome: TrialOutcome | BootOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** Worker threads that run the planner's trials until closed; which comes next is `nextTask`'s. */
export class TrialPool {
  readonly #options: TrialPoolOptions;
  readonly #queue: Waiting[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Waiting>();
  #failure: { readonly reason: unknown } | null = null;
  readonly #abort = (): void => this.#fail(this.#options.signal.reason);

  constructor(options: TrialPoolOptions) {
    this.#options = options;
    inlineLess();
    options.signal.addEventListener('abort', this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
  }

  /** @throws the signal's reason once aborted; an Error with the worker's own stack when the trial fails. */
  readonly run = (trial: Trial): Promise<TrialOutcome> =>
    this.#ask({ kind: 'work', trial }) as Promise<TrialOutcome>;

  /** The same of everybody coming up. */
  readonly runBoot = (trial: BootTrial): Promise<BootOutcome> =>
    this.#ask({ kind: 'boot', trial }) as Promise<BootOutcome>;

  #ask(task: TrialTask): Promise<TrialOutcome | BootOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) return reject(this.#failure.reason);
      this.#queue.push({ task, resolve, reject });
      this.#give();
    });
  }

  /** Starts the threads now, so that they compile their code while somebody still reads the question. */
  start(): void {
    for (let worker = this.#start(); worker !== null; worker = this.#start()) this.#idle.push(worker);
  }

  /** Ends the threads, whatever they are doing; what waits is refused. */
  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#abort);
    const workers = [...this.#idle, ...this.#busy.keys()];
    this.#fail(new Error('the pool is closed'));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #give(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (worker === null) return;
      const busy = Array.from(this.#busy.values(), ({ task }) => task.trial);
      const place = nextTask(
        this.#queue.map(({ task }) => task.trial),
        busy,
        Math.max(1, this.#options.workers),
      )!;
      const [next] = this.#queue.splice(place, 1);
      this.#busy.set(worker, next!);
      worker.postMessage(next!.task);
    }
  }

  #start(): Worker | null {
    if (this.#busy.size + this.#idle.length >= Math.max(1, this.#options.workers)) return null;
    const worker = new Worker(
      this.#options.workerFile ?? new URL('./trial-worker.bundle.js', import.meta.url),
    );
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) =>
      this.#fail(new Error(`a planning worker ended early with exit code ${code}`)),
    );
    worker.on('message', (reply: TrialReply) => this.#take(worker, reply));
    return worker;
  }

  #take(worker: Worker, reply: TrialReply): void {
    const waiting = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    if (reply.kind === 'finished') waiting?.resolve(reply.outcome);
    else waiting?.reject(Object.assign(new Error(reply.message), { stack: reply.stack }));
    if (this.#failure === null) this.#give();
  }

  #fail(reason: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = { reason };
    for (const { reject } of [...this.#queue, ...this.#busy.values()]) reject(reason);
    this.#queue.length = 0;
  }
}
