import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Whether the probe can do this operation here; if not, why. */
export type Readiness = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * The probe, held between "ready" and "done": whoever counts exits one level up takes its counters before `run` and
 * after it, and the probe's own start and end fall outside.
 */
export class ProbeCounter {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  readonly #description: string;
  #stderr = '';

  private constructor(child: ChildProcessWithoutNullStreams, description: string) {
    this.#child = child;
    this.#description = description;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#exited = once(child, 'close');
    // A failure to start is told by `#nextLine`, which then finds no line.
    this.#exited.catch((error: Error) => {
      this.#stderr ||= error.message;
    });
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  static async start(
    probePath: string,
    operation: string,
    operations: number,
  ): Promise<{ readonly counter: ProbeCounter; readonly readiness: Readiness }> {
    const child = spawn(probePath, ['count', operation, String(operations)], { stdio: 'pipe' });
    const counter = new ProbeCounter(child, `${probePath} count ${operation} ${operations}`);
    const line = await counter.#nextLine('ready');
    if (line['available'] === false) {
      await counter.finish();
      return { counter, readiness: { available: false, reason: String(line['reason']) } };
    }
    return { counter, readiness: { available: true } };
  }

  /** Does the operations. @returns how many were done: all, unless one failed */
  async run(): Promise<number> {
    this.#child.stdin.write('\n');
    const line = await this.#nextLine('done');
    return Number(line['operations']);
  }

  async finish(): Promise<void> {
    this.#child.stdin.end();
    await this.#exited.catch(() => undefined);
  }

  async #nextLine(expected: string): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    if (done === true) {
      await this.#exited.catch(() => undefined);
      throw new Error(
        `the native probe (${this.#description}) ended before it was ${expected}: ${this.#stderr.trim() || 'no message'}`,
      );
    }
    return JSON.parse(value) as Record<string, unknown>;
  }
}
