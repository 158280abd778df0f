import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  type ProbeInformation,
  type ProbeOperation,
  parseInformation,
  parseOperation,
  parseState,
} from './output.ts';

/** Whether the probe can do this operation here; if not, why. */
export type Readiness = { readonly available: true } | { readonly available: false; readonly reason: string };

export interface ProbeRequest {
  readonly operation: string;
  readonly warmUp: number;
  readonly samples: number;
}

/** Where the probe's storage operations write, and who answers its network operations. */
export interface ProbePlaces {
  readonly scratchDirectory?: string;
  /** `ADDRESS:PORT` of the level below. */
  readonly peer?: string;
}

/** Longer than any operation takes at the deepest level under emulation; a probe that takes longer hangs. */
const TIMEOUT_MS = 240_000;

/** The probe is gone, of itself or killed: nothing of what it carries out can be measured here any more. */
export class ProbeEnded extends Error {
  override readonly name = 'ProbeEnded';
}

/**
 * The probe, started once and asked for one operation after the other: a nested guest takes longer to start a program
 * than to measure most of what it measures. Requests take turns; whoever asks waits for the answer.
 */
export class ProbeSession {
  readonly information: ProbeInformation;
  readonly #process: ProbeProcess;

  private constructor(process: ProbeProcess, information: ProbeInformation) {
    this.#process = process;
    this.information = information;
  }

  /** @throws {Error} when the probe does not start, or is no probe */
  static async start(probePath: string, { scratchDirectory, peer }: ProbePlaces = {}): Promise<ProbeSession> {
    const places =
      scratchDirectory === undefined ? [] : [scratchDirectory, ...(peer === undefined ? [] : [peer])];
    const process = new ProbeProcess(probePath, ['session', ...places]);
    return new ProbeSession(process, parseInformation(await process.nextLine('started')));
  }

  /** Times the operation. @throws {ProbeEnded} when the probe ends; {Error} when it does not know it */
  async measure({ operation, warmUp, samples }: ProbeRequest): Promise<ProbeOperation> {
    this.#process.write(`measure ${operation} ${warmUp} ${samples}`);
    const measured = parseOperation(await this.#process.nextLine(`measured ${operation}`));
    if (measured.operation === operation) return measured;
    throw new Error(`the native probe answered '${measured.operation}' when it was asked for '${operation}'`);
  }

  /** Makes everything ready for so many operations, which `run` then does; or `cancel`. */
  async prepareCount(operation: string, operations: number): Promise<Readiness> {
    this.#process.write(`count ${operation} ${operations}`);
    const line = parseState(await this.#process.nextLine(`ready for ${operation}`));
    if ('reason' in line) return { available: false, reason: line.reason };
    if (line.state === 'ready') return { available: true };
    throw new Error(`the native probe said it was done with ${operation} before it was told to begin`);
  }

  /** @throws {Error} when not all operations were done */
  async run(operations: number): Promise<void> {
    this.#process.write('go');
    const line = parseState(await this.#process.nextLine('done'));
    if ('reason' in line || line.state !== 'done' || line.operations !== operations) {
      const done = 'operations' in line ? line.operations : 0;
      const why = 'error' in line && line.error !== '' ? `: ${line.error}` : '';
      throw new Error(`only ${done} of ${operations} operations were done${why}`);
    }
  }

  async cancel(): Promise<void> {
    this.#process.write('cancel');
    await this.#process.nextLine('done');
  }

  async end(): Promise<void> {
    await this.#process.end();
  }
}

class ProbeProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  readonly #path: string;
  #stderr = '';

  constructor(path: string, args: readonly string[]) {
    this.#path = path;
    this.#child = spawn(path, args, { stdio: 'pipe' });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#exited = once(this.#child, 'close');
    // A failure to start is told by `nextLine`, which then finds no line.
    this.#exited.catch((error: Error) => {
      this.#stderr ||= error.message;
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  async nextLine(expected: string): Promise<string> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), TIMEOUT_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done !== true) return value;
    await this.#exited.catch(() => undefined);
    const { signalCode } = this.#child;
    const why =
      this.#stderr.trim() || (signalCode === null ? 'no message' : `it was killed by ${signalCode}`);
    throw new ProbeEnded(`the native probe ${this.#path} ended before it had ${expected}: ${why}`);
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#exited.catch(() => undefined);
  }
}
