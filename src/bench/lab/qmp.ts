import type { Duplex } from 'node:stream';
import { LineSplitter } from './line-splitter.ts';

/** Something that happened to the machine, e.g. SHUTDOWN with the reason `guest-reset`. */
export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What QEMU sends (docs/interop/qmp-spec.txt): a greeting, then answers and events in any order. */
type Message =
  | { readonly QMP: unknown }
  | QmpEvent
  | { readonly id: number; readonly return: unknown }
  | { readonly id?: number; readonly error: { readonly class: string; readonly desc: string } };

/** @throws {Error} when QEMU's protocol is not what this knows */
function parseMessage(line: string): Message {
  const value = JSON.parse(line) as Record<string, unknown>;
  const refusal = value['error'] as { desc?: unknown } | undefined;
  if (
    'QMP' in value ||
    typeof value['event'] === 'string' ||
    ('return' in value && Number.isInteger(value['id'])) ||
    typeof refusal?.desc === 'string'
  ) {
    return value as unknown as Message;
  }
  throw new Error(`QEMU sent something unexpected: ${line.slice(0, 200)}`);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A command that QEMU refused, or that it did not live to answer. */
export class QmpError extends Error {
  override readonly name = 'QmpError';
}

/** A client of QEMU's machine protocol over a stream that is already connected. */
export class QmpClient {
  readonly #stream: Duplex;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEvent: (event: QmpEvent) => void;
  /** QEMU takes no other command before this one, and tells of no events. */
  readonly #ready: Promise<unknown>;
  #nextId = 1;
  #closed: QmpError | null = null;

  constructor(stream: Duplex, onEvent: (event: QmpEvent) => void = () => undefined) {
    this.#stream = stream;
    this.#onEvent = onEvent;
    const splitter = new LineSplitter((line) => this.#receive(line));
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      try {
        splitter.push(text);
      } catch (error) {
        this.#close((error as Error).message);
      }
    });
    stream.on('error', (error) => this.#close(error.message));
    stream.on('close', () => this.#close('QEMU closed the connection'));
    this.#ready = this.#send('qmp_capabilities');
    // Told to whoever executes a command; when nobody does, it is no unhandled rejection.
    this.#ready.catch(() => undefined);
  }

  /** @throws {QmpError} when QEMU refuses the command, or goes away */
  async execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    await this.#ready;
    return await this.#send(command, args);
  }

  #send(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown> {
    if (this.#closed !== null) return Promise.reject(this.#closed);
    const id = this.#nextId++;
    const request = { execute: command, id, ...(args === undefined ? {} : { arguments: args }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#stream.write(`${JSON.stringify(request)}\n`);
    });
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if ('event' in message) this.#onEvent(message);
    else if ('return' in message) this.#take(message.id)?.resolve(message.return);
    else if ('error' in message) {
      const { class: kind, desc } = message.error;
      this.#take(message.id ?? 0)?.reject(new QmpError(`QEMU: ${desc} (${kind})`));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #close(why: string): void {
    this.#closed ??= new QmpError(`QEMU's control connection: ${why}`);
    for (const { reject } of this.#waiting.values()) reject(this.#closed);
    this.#waiting.clear();
  }
}

/** Whether the machine runs on KVM: what QEMU says, not what it was asked for. */
export async function queryKvm(qmp: QmpClient): Promise<{ readonly enabled: boolean }> {
  const { enabled } = (await qmp.execute('query-kvm')) as { enabled?: unknown };
  if (typeof enabled !== 'boolean') throw new QmpError('QEMU did not say whether KVM is enabled');
  return { enabled };
}
