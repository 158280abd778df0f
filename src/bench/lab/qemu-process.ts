import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { ConsoleTail } from './console-tail.ts';
import { AGENT_DESCRIPTOR, QMP_DESCRIPTOR } from './qemu-arguments.ts';
import { QmpClient } from './qmp.ts';

/** A machine that is running, as the level below it holds it. */
export interface Machine {
  /** Lines of the agent inside, both ways. */
  readonly channel: Duplex;
  readonly console: ConsoleTail;
  /** The process, or null when it could not be started. */
  readonly pid: number | null;
  /** Null for a machine that is no QEMU's. */
  readonly qmp: QmpClient | null;
  /** Settles when the process is gone and its output is read; how it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts QEMU with its console on standard output and two socket pairs, so that there is no file, no directory and no
 * port that could be left behind.
 *
 * @param command the program and what it is started through, e.g. setpriv
 */
export function startMachine(command: readonly string[], args: readonly string[]): Machine {
  const [program, ...before] = command;
  const child = spawn(program!, [...before, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C on the terminal is for nestmark, which then ends the machine.
    detached: true,
  });
  const console = new ConsoleTail();
  let complaint = '';
  readText(child.stdout!, (text) => console.append(text));
  readText(child.stderr!, (text) => {
    complaint = (complaint + text).slice(-2000);
  });
  const channel = child.stdio[AGENT_DESCRIPTOR] as Duplex;
  // A machine that dies while it is written to is told by `ended`.
  channel.on('error', () => undefined);
  let shutdown = '';
  const qmp = new QmpClient(child.stdio[QMP_DESCRIPTOR] as Duplex, ({ event, data }) => {
    if (event === 'SHUTDOWN') shutdown = ` (${String(data?.['reason'])})`;
  });
  return {
    channel,
    console,
    pid: child.pid ?? null,
    qmp,
    ended: endOf(child).then(
      (how) => `${how}${shutdown}${complaint.trim() === '' ? '' : `: ${complaint.trim()}`}`,
    ),
    kill: () => void child.kill('SIGKILL'),
  };
}

function readText(stream: Readable, onText: (text: string) => void): void {
  stream
    .setEncoding('utf8')
    .on('data', onText)
    .on('error', () => undefined);
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      resolve(signal === null ? `QEMU ended with status ${code}` : `QEMU was ended by ${signal}`);
    });
  });
}
