import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { ConsoleTail } from './console-tail.ts';
import type { Machine } from './qemu-process.ts';
import type { VisitorBundle } from './visitor-bundle.ts';

/** The oldest Node the agent runs on. */
const OLDEST_NODE = 20;

/**
 * What the shell of a machine is to do: make a directory of its own, say what the machine is, unpack what it is sent
 * there, run the agent, and remove the directory, however that ends. When the connection drops the agent reads the end
 * of its input and ends, and the shell goes on to the removal. Needs sh, mktemp, head, tar and uname.
 */
export const remoteScript = (scratch: string | undefined): string => `umask 077
d=$(mktemp -d "\${TMPDIR:-/tmp}/nestmark.XXXXXXXX") || exit 97
trap 'rm -rf "$d"' EXIT
trap 'exit 129' HUP INT TERM PIPE
node=$(command -v node) && version=$("$node" --version)
echo "nestmark-ready $(uname -m) \${version:-none}"
read -r size || exit 98
head -c "$size" | tar -xf - -C "$d" || exit 98
[ -x "$d/node" ] && node=$d/node
mkdir "$d/scratch" && cd "$d" || exit 98
s=${scratch === undefined ? '$d/scratch' : quoted(scratch)}
"$node" "$d/dist/bench/agent/visitor.js" "$s" "$d/probe"
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** An agent on this machine. */
export function startLocalVisitor(command: readonly string[]): Machine {
  const [program, ...args] = command;
  const child = spawn(program!, args, { stdio: 'pipe' });
  const console = collectConsole(child);
  return machineOf(child, console, endOf(child, console, 'the agent'));
}

/**
 * An agent at the other end of a command that runs a shell there.
 * @param signal ends the command when it is aborted before the other end has answered; from then on `kill` does
 * @throws {Error} when the other machine is none for it
 */
export async function startRemoteVisitor(
  command: readonly string[],
  bundle: VisitorBundle,
  signal?: AbortSignal,
): Promise<Machine> {
  const [program, ...args] = command;
  const child = spawn(program!, args, { stdio: 'pipe', detached: true });
  const console = collectConsole(child);
  const ended = endOf(child, console, 'ssh');
  // Before the stream is anybody else's.
  const onAbort = (): void => void child.kill();
  signal?.addEventListener('abort', onAbort, { once: true });
  const line = await firstLine(child);
  signal?.removeEventListener('abort', onAbort);
  const machine = machineOf(child, console, ended);
  if (line === null) return machine;
  const [, architecture = '', version = ''] = /^nestmark-ready (\S+) v?(\S+)$/.exec(line) ?? [];
  if (architecture !== 'x86_64') {
    machine.kill();
    throw new Error(
      architecture === ''
        ? `it answered with something unexpected (a login message?): ${line.slice(0, 200)}`
        : `it is ${architecture}, expected x86_64: the native probe measures x86-64 instructions`,
    );
  }
  const usable = Number.parseInt(version, 10) >= OLDEST_NODE;
  const archive = usable ? bundle.archive : await bundle.withNode();
  child.stdin.write(`${archive.length}\n`);
  child.stdin.write(archive);
  return machine;
}

/** The first line of its output, taken out of it; null when it ended before. */
function firstLine(child: ChildProcessWithoutNullStreams): Promise<string | null> {
  return new Promise((resolve) => {
    let text = Buffer.alloc(0);
    const end = (): void => resolve(null);
    const take = (part: Buffer): void => {
      text = Buffer.concat([text, part]);
      const at = text.indexOf(10);
      if (at < 0) return;
      child.stdout.off('data', take).off('end', end).pause();
      child.stdout.unshift(text.subarray(at + 1));
      resolve(text.toString('utf8', 0, at));
    };
    child.stdout.on('data', take).once('end', end);
    child.once('error', end);
  });
}

function collectConsole(child: ChildProcessWithoutNullStreams): ConsoleTail {
  const console = new ConsoleTail();
  child.stderr.setEncoding('utf8').on('data', (text: string) => console.append(text));
  child.stdin.on('error', () => undefined);
  return console;
}

/** Ended gently: the end of its input is the other end's sign to clean up. */
const GENTLE_MS = 4000;

function endOf(child: ChildProcessWithoutNullStreams, console: ConsoleTail, what: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${what} could not be started: ${error.message}`));
    child.once('close', (code, signal) => {
      const said = console.last(3).join(' ');
      const how = signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
      resolve(`${what} ${how}${said === '' ? '' : `: ${said}`}`);
    });
  });
}

function machineOf(
  child: ChildProcessWithoutNullStreams,
  console: ConsoleTail,
  ended: Promise<string>,
): Machine {
  const channel = Duplex.from({ readable: child.stdout, writable: child.stdin }) as Duplex;
  channel.on('error', () => undefined);
  return {
    channel,
    console,
    pid: child.pid ?? null,
    qmp: null,
    ended,
    kill() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), GENTLE_MS);
      child.once('close', () => clearTimeout(timer));
    },
  };
}
