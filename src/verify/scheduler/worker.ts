import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { type ControlGroupRoot, makeControlGroups } from './control-groups.ts';
import type { SchedulerExperiment, ThreadKind } from './experiment.ts';
import { MissingHere } from './missing-here.ts';

const run = promisify(execFile);

const outputSchema = z.strictObject({
  before: z.array(z.string()),
  after: z.array(z.string()),
  /** Nice value of the scheduling group, as low as the caller may set it. */
  group: z.number(),
  elapsed: z.number().positive(),
  threads: z.array(
    z.strictObject({
      run: z.number(),
      wait: z.number(),
      turns: z.number(),
      responses: z.array(z.number()),
    }),
  ),
});

export type WorkerOutput = z.infer<typeof outputSchema>;

export interface Timing {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** The compiled program whose threads are measured (threads.c), in a scratch folder of its own. */
export class SchedulerWorker {
  readonly #directory: string;
  readonly #signal: AbortSignal;

  private constructor(directory: string, signal: AbortSignal) {
    this.#directory = directory;
    this.#signal = signal;
  }

  /** @throws MissingHere without a C compiler. */
  static async build(signal: AbortSignal, compiler = 'gcc'): Promise<SchedulerWorker> {
    const directory = await mkdtemp(join(tmpdir(), 'nestmark-scheduler-'));
    const worker = new SchedulerWorker(directory, signal);
    try {
      await run(compiler, ['-O2', '-Wall', '-Wextra', '-pthread', source(), '-o', worker.#binary, '-lm'], {
        signal,
      });
      return worker;
    } catch (error) {
      await worker.remove();
      signal.throwIfAborted();
      const { code, stderr = '' } = error as { code?: string; stderr?: string };
      throw new MissingHere(
        code === 'ENOENT'
          ? `no C compiler: '${compiler}' was not found. verify scheduler builds its threads with it: apt-get install gcc libc6-dev`
          : `'${compiler}' could not build ${source()}; Debian has the headers in libc6-dev\n${stderr.trim()}`,
      );
    }
  }

  /**
   * Runs an experiment once on some CPUs. The process leads a session of its own, and dies with us whatever happens.
   * @param controlGroups where to make those of an experiment that has some; they are gone when it is over
   * @throws the signal's reason when aborted; MissingHere when control groups cannot be made; an Error with its message
   * when the worker fails.
   */
  async measure(
    { groups }: SchedulerExperiment,
    cpus: readonly number[],
    { warmUpMs, measureMs }: Timing,
    seed: number,
    controlGroups: ControlGroupRoot | null = null,
  ): Promise<WorkerOutput> {
    this.#signal.throwIfAborted();
    const weights = groups.flatMap(({ groupWeight }) => groupWeight ?? []);
    const made =
      controlGroups === null || weights.length === 0 ? null : await makeControlGroups(controlGroups, weights);
    try {
      let next = 0;
      const threads = groups.flatMap(({ count, nice, does, groupWeight }) => {
        const into = made === null || groupWeight === undefined ? '' : `@${made.threads[next++]}`;
        return Array.from({ length: count }, () => `${argument(nice, does)}${into}`);
      });
      const around = made === null ? '-' : made.process;
      const timing = [`${warmUpMs}`, `${measureMs}`, `${seed}`, cpus.join(',')];
      return outputSchema.parse(JSON.parse(await this.#output([...timing, around, ...threads])));
    } finally {
      await made?.remove();
    }
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #binary(): string {
    return join(this.#directory, 'threads');
  }

  #output(args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.#binary, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      const stop = (): void => {
        child.kill('SIGKILL');
      };
      this.#signal.addEventListener('abort', stop, { once: true });
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        out += part;
      });
      child.stderr.setEncoding('utf8').on('data', (part: string) => {
        err += part;
      });
      child.on('error', reject);
      child.on('close', (code) => {
        this.#signal.removeEventListener('abort', stop);
        if (this.#signal.aborted) reject(this.#signal.reason);
        else if (code === 0) resolve(out);
        else reject(new Error(`the scheduler's threads ended with ${code ?? 'a signal'}: ${err.trim()}`));
      });
    });
  }
}

function argument(nice: number, does: ThreadKind): string {
  return does.kind === 'hog' ? `hog:${nice}` : `duty:${nice}:${does.run}:${does.think}`;
}

/** Beside this file, or, when this file runs from `dist`, in the `src` it was compiled from. */
function source(): string {
  const candidates = ['./threads.c', '../../../src/verify/scheduler/threads.c'].map((relative) =>
    fileURLToPath(new URL(relative, import.meta.url)),
  );
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new MissingHere(`the source of the threads was not found; looked for ${candidates.join(' and ')}`);
  }
  return found;
}
