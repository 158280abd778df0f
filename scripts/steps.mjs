// What `npm start` and `npm test` share. Plain JavaScript that needs nothing installed: it runs first.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** Exit code 3 of the design: the machine lacks something. */
const MACHINE_LACKS = 3;

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`nestmark needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(MACHINE_LACKS);
}

/** Installs the locked packages, unless exactly those are there already. */
export function installPackages() {
  const stamp = join(root, 'node_modules', '.nestmark-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing npm packages (once; about a minute) ...');
  // Not `npm ci`: it refuses a lock file without the optional packages of platforms that a mirror does not carry.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}

/** Compiles src/ to dist/; a second or two when little changed. */
export function build() {
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')]);
  run(process.execPath, [join(root, 'scripts/bundle-workers.mjs')]);
  run(process.execPath, [join(root, 'scripts/parse-shipped.mjs')]);
}

/** Runs a command with this terminal; ends this process with its exit code when that is not 0. */
export function run(command, args, options = {}) {
  const code = attempt(command, args, options);
  if (code !== 0) process.exit(code);
}

/** Runs a command with this terminal and returns its exit code. */
export function attempt(command, args, { env = process.env } = {}) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error !== undefined) {
    console.error(`${command}: ${error.message}`);
    return 1;
  }
  return signal === null ? (status ?? 1) : 130;
}

/** What a command prints, or null when it cannot be had. */
export function ask(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
