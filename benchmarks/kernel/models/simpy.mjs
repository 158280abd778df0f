import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('mm1_simpy.py', import.meta.url));

/** Debian's Python first: another one in front of it need not have Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** SimPy's version; null when this machine has none (Debian: python3-simpy3). */
export function simpyVersion() {
  return found?.version ?? null;
}

function findSimpy() {
  for (const python of PYTHONS) {
    try {
      const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
      const version = execFileSync(python, ['-c', 'import simpy; print(simpy.__version__)'], options).trim();
      return { python, version };
    } catch {
      // Not this one.
    }
  }
  return null;
}

const found = findSimpy();

/** Runs the program beside; its own processor time counts, without the interpreter's start. */
export function mm1Simpy(customers, utilization, seed) {
  const output = execFileSync(found.python, [program, customers, utilization, seed].map(String), { encoding: 'utf8' });
  const [seconds, mean] = output.trim().split(' ').map(Number);
  return { mean, overriddenDuration: 1_000 * seconds };
}
