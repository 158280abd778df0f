import { openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentConfiguration,
  type Answer,
  decodeAnswer,
  encode,
  type Report,
  type ReportOf,
} from '../lab/protocol.ts';
import { AGENT_PORT } from '../lab/qemu-arguments.ts';
import type { Upstream } from '../lab/supervise.ts';

const PORTS = '/sys/class/virtio-ports';

/** The device of the channel to the level below, by the name QEMU gave the port. */
export function findAgentPort(ports = PORTS): string {
  for (const port of readdirSync(ports)) {
    if (readFileSync(join(ports, port, 'name'), 'utf8').trim() === AGENT_PORT) return join('/dev', port);
  }
  throw new Error(`no virtio port is called ${AGENT_PORT} in ${ports}: was this guest started by nestmark?`);
}

/**
 * The channel to the level below. It waits without giving the processor to anything else, on purpose: nothing of the
 * agent runs while the level below takes its counters, and there are no reader threads whose wake-ups would be
 * counted.
 */
export class UpwardChannel implements Upstream {
  readonly #port: number;
  readonly #buffer = Buffer.alloc(65536);
  #received = '';

  constructor(device: string) {
    this.#port = openSync(device, 'r+');
  }

  report(report: Report): void {
    const data = Buffer.from(encode(report));
    for (let written = 0; written < data.length; ) written += writeSync(this.#port, data, written);
  }

  mark(mark: ReportOf<'mark'>): void {
    this.report(mark);
    this.#expect('go');
  }

  /** Says that the agent is up. @returns what it is to do */
  hello(report: ReportOf<'hello'>): AgentConfiguration {
    this.report(report);
    return this.#expect('configuration').configuration;
  }

  #expect<Type extends Answer['type']>(type: Type): Extract<Answer, { type: Type }> {
    const answer = decodeAnswer(this.#readLine());
    if (answer.type !== type) throw new Error(`the level below answered ${answer.type}, expected ${type}`);
    return answer as Extract<Answer, { type: Type }>;
  }

  #readLine(): string {
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 1);
        return line;
      }
      const bytes = readSync(this.#port, this.#buffer);
      if (bytes === 0) throw new Error('the level below closed the channel');
      this.#received += this.#buffer.toString('utf8', 0, bytes);
    }
  }
}
