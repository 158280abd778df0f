import { openSync, read as readAsync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentConfiguration,
  type Answer,
  decodeAnswer,
  encode,
  type Report,
  type ReportOf,
  type Turn,
} from '../lab/protocol.ts';
import { AGENT_PORT } from '../lab/qemu-arguments.ts';
import type { Upstream } from '../lab/upstream.ts';

const PORTS = '/sys/class/virtio-ports';

/** The device of the channel to the level below, by the name QEMU gave the port. */
export function findAgentPort(ports = PORTS): string {
  for (const port of readdirSync(ports)) {
    if (readFileSync(join(ports, port, 'name'), 'utf8').trim() === AGENT_PORT) return join('/dev', port);
  }
  throw new Error(`no virtio port is called ${AGENT_PORT} in ${ports}: was this guest started by nestmark?`);
}

/**
 * The channel to the level below.
 *
 * While a level is idle it waits in a thread of libuv's, which wakes nothing until a message comes. While it has the
 * turn it waits without giving the processor to anything else, on purpose: nothing of the agent runs while the level
 * below takes its counters, and no wake-up of a reader is counted. Both never read at the same time: no message but
 * the answer to a mark comes to a level that has the turn.
 */
export class UpwardChannel implements Upstream {
  readonly #port: number;
  readonly #buffer = Buffer.alloc(65536);
  #received = '';
  /** A read is under way in the background: whoever waits for an answer is told by it. */
  #listening = false;
  #onGo: (() => void) | null = null;

  constructor(device: string) {
    this.#port = openSync(device, 'r+');
  }

  report(report: Report): void {
    this.#write(encode(report));
  }

  relay(line: string): void {
    this.#write(`${line}\n`);
  }

  #write(text: string): void {
    const data = Buffer.from(text);
    for (let written = 0; written < data.length; ) written += writeSync(this.#port, data, written);
  }

  async mark(mark: ReportOf<'mark'>): Promise<void> {
    this.report(mark);
    if (!this.#listening) {
      this.#expect('go');
      return;
    }
    await new Promise<void>((resolve) => {
      this.#onGo = resolve;
    });
  }

  /** Says that the agent is up. @returns what it is to do */
  hello(report: ReportOf<'hello'>): AgentConfiguration {
    this.report(report);
    return this.#expect('configuration').configuration;
  }

  /** Takes turns, one after the other, for as long as the level lives. @throws when the channel ends */
  async listen(onTurn: (turn: Turn) => Promise<void>, onContend: (guests: number) => void): Promise<never> {
    for (;;) {
      const answer = decodeAnswer(this.#nextLine() ?? (await this.#readLine()));
      if (answer.type === 'turn') await onTurn(answer.turn);
      else if (answer.type === 'contend') onContend(answer.guests);
      else if (answer.type === 'go') this.#onGo?.();
      else throw new Error(`the level below sent ${answer.type}, expected turn or go`);
    }
  }

  #expect<Type extends Answer['type']>(type: Type): Extract<Answer, { type: Type }> {
    let line = this.#nextLine();
    while (line === null) {
      this.#append(readSync(this.#port, this.#buffer));
      line = this.#nextLine();
    }
    const answer = decodeAnswer(line);
    if (answer.type !== type) throw new Error(`the level below answered ${answer.type}, expected ${type}`);
    return answer as Extract<Answer, { type: Type }>;
  }

  async #readLine(): Promise<string> {
    this.#listening = true;
    let line: string | null = null;
    while (line === null) {
      this.#append(await this.#readInBackground());
      line = this.#nextLine();
    }
    this.#listening = false;
    return line;
  }

  #readInBackground(): Promise<number> {
    return new Promise((resolve, reject) => {
      readAsync(this.#port, this.#buffer, 0, this.#buffer.length, null, (error, bytes) => {
        if (error === null) resolve(bytes);
        else reject(error);
      });
    });
  }

  #append(bytes: number): void {
    if (bytes === 0) throw new Error('the level below closed the channel');
    this.#received += this.#buffer.toString('utf8', 0, bytes);
  }

  #nextLine(): string | null {
    const end = this.#received.indexOf('\n');
    if (end < 0) return null;
    const line = this.#received.slice(0, end);
    this.#received = this.#received.slice(end + 1);
    return line;
  }
}
