import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { projectRoot, runNestmark } from '../../cli/run-nestmark.ts';

/** Two OpenSSH servers of this machine's; the second one is reached through the first. */
let directory: string;
let remote: string;
const servers: ChildProcess[] = [];
const ports: number[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-sshd-'));
  remote = join(directory, 'remote');
  mkdirSync(remote);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  for (const key of ['user', 'host'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(directory, key)]);
  const known: string[] = [];
  for (let i = 0; i < 2; i++) {
    const port = await freePort();
    ports.push(port);
    const config = join(directory, `sshd-${i}`);
    writeFileSync(
      config,
      `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(directory, 'host')}
AuthorizedKeysFile ${join(directory, 'user.pub')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
SetEnv TMPDIR=${remote}
`,
    );
    servers.push(spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: 'ignore' }));
    known.push(`[127.0.0.1]:${port} ${readFileSync(join(directory, 'host.pub'), 'utf8')}`);
    await until(() => listening(port));
  }
  writeFileSync(join(directory, 'known'), known.join(''));
  writeFileSync(join(directory, 'wrong'), '');
});

afterAll(() => {
  for (const server of servers) server.kill();
  rmSync(directory, { recursive: true, force: true });
});

function machines(knownHosts: string): string {
  const file = join(directory, `machines-${knownHosts}.yaml`);
  const common = `address: 127.0.0.1, user: ${userInfo().username}, identity: user`;
  writeFileSync(
    file,
    `known-hosts: ${knownHosts}
machines:
  - { name: outer, level: 1, ${common}, port: ${ports[0]} }
  - { name: inner, level: 2, parent: outer, ${common}, port: ${ports[1]} }
`,
  );
  return file;
}

const command = (file: string, out: string, blocks = 2): readonly string[] => [
  ...['bench', '--lab', 'ssh', '--machines', file, '--effort', 'small', '--blocks', String(blocks)],
  ...['--only', 'alu-loop', 'syscall', 'hash', 'cpuid', 'file-sync', '--out', out],
];

test('machines are measured through their parent, and nothing is left on them', async () => {
  const out = join(directory, 'ssh.jsonl');
  const ran = await runNestmark([...command(machines('known'), out)]);
  expect(ran.code, ran.stderr).toBe(0);
  const { header, levels, samples, missing, end } = await readRecordFile(out);
  expect(header.lab).toBe('ssh');
  expect(missing).toEqual([]);
  expect(end?.levelsReached).toEqual([1, 2]);
  expect(levels.map(({ name }) => name)).toEqual(['L1', 'L2']);
  expect(samples.filter(({ workload }) => workload === 'hash')).toHaveLength(4);
  expect(readdirSync(remote)).toEqual([]);
  expect(readFileSync(out, 'utf8')).not.toContain('identity');
});

test('a host key that is not known is not accepted', async () => {
  const out = join(directory, 'unknown.jsonl');
  const ran = await runNestmark([...command(machines('wrong'), out)]);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain('Host key verification failed');
  const { missing } = await readRecordFile(out);
  expect(missing.map(({ level }) => level)).toEqual([1, 2]);
});

test('after Ctrl-C no directory and no process is left on the machines', async () => {
  const out = join(directory, 'stopped.jsonl');
  // So many blocks that it is not over by the time it is stopped, however late that comes.
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'bin/nestmark.js'), ...command(machines('known'), out, 1000)],
    { stdio: 'ignore' },
  );
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await until(() => Promise.resolve(child.exitCode !== null || readdirSync(remote).length === 2));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  await until(() => Promise.resolve(readdirSync(remote).length === 0));
});

test('Ctrl-C while ssh still connects leaves no ssh behind', async () => {
  // Accepts, and never says a word.
  const silent = createServer(
    (socket) => void open.add(socket.resume().on('close', () => open.delete(socket))),
  );
  const open = new Set<Socket>();
  const port = await listen(silent);
  const file = join(directory, 'silent.yaml');
  writeFileSync(file, `machines: [{ name: silent, level: 1, address: 127.0.0.1, port: ${port} }]\n`);
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'bin/nestmark.js'), ...command(file, join(directory, 'silent.jsonl'))],
    { stdio: 'ignore' },
  );
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await until(() => Promise.resolve(child.exitCode !== null || open.size > 0));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  await until(() => Promise.resolve(open.size === 0));
  silent.close();
});

test('a connection that drops in the middle is made again, and its block is not one whole', async () => {
  const out = join(directory, 'dropped.jsonl');
  let over = false;
  // Long enough that it is not over by the time its fifth sample was noticed, which a busy machine puts off.
  const running = runNestmark([...command(machines('known'), out, DROPPED_BLOCKS)]).finally(() => {
    over = true;
  });
  await until(() => Promise.resolve(over || measured(`${out}.partial`) >= 5));
  // The inner machine's server forgets whom it served: its connection is gone, its listener is not.
  for (const pid of connections(servers[1]!.pid!)) killed(pid);
  const { code, stderr } = await running;
  expect(code, stderr).toBe(0);
  const { blocks, samples, missing } = await readRecordFile(out);
  expect(missing).toEqual([]);
  expect(blocks.flatMap(({ reasons }) => reasons)).toContain('L2 was lost and booted again');
  const cells = samples.map(({ block, level, workload }) => `${block}/${level}/${workload}`);
  expect(cells).toHaveLength(DROPPED_BLOCKS * 10);
  expect(new Set(cells).size).toBe(DROPPED_BLOCKS * 10);
  await until(() => Promise.resolve(readdirSync(remote).length === 0));
});

const DROPPED_BLOCKS = 12;

/** Samples that have been written. */
function measured(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('"kind":"samples"').length - 1 : 0;
}

/** The processes that hold a server's connections; the shells below them are told by their end. */
function connections(server: number): number[] {
  return read(`/proc/${server}/task/${server}/children`)
    .split(' ')
    .filter(Boolean)
    .map(Number)
    .flatMap((pid) => [...connections(pid), pid])
    .filter((pid) => read(`/proc/${pid}/comm`).startsWith('sshd'));
}

/** Of a process that may have ended since it was listed: nothing then. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function listening(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy(void resolve(true) as undefined));
    socket.once('error', () => resolve(false));
  });
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}
