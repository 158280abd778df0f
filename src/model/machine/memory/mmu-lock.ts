import { EXIT_CLASSES, type ExitClass } from '../exit-class.ts';
import type { ExitCostParameters } from '../specification.ts';
import type { MmuLockCosts } from './memory-specification.ts';

/**
 * How long one exit from a depth holds the lock under which the outermost hypervisor changes page tables, in
 * nanoseconds; the same recursion as the exit's cost, of which it is a part:
 *
 *     held(page-fault, 1) = handle
 *     held(c, d) = (reflect, if c is a page fault) + sum over ops o of n(c, o) * held(o, d - 1)
 */
export function lockHeld(
  exits: ExitCostParameters,
  lock: MmuLockCosts,
  exitClass: ExitClass,
  depth: number,
): number {
  if (depth === 0) return 0;
  const isFault = exitClass === 'page-fault';
  if (depth === 1) return isFault ? lock.handle : 0;
  return EXIT_CLASSES.reduce(
    (sum, op) => {
      const count = exits.classes[exitClass]?.ops[op] ?? 0;
      return count === 0 ? sum : sum + count * lockHeld(exits, lock, op, depth - 1);
    },
    isFault ? lock.reflect : 0,
  );
}

/** The fixed point is found to this part of the number of CPUs. */
const TOLERANCE = 1e-10;
const MOST_STEPS = 60;

/**
 * How many others one finds at the lock on average, who tries to take it: executing tasks of which the first `length`
 * of `shares` say what part of their undisturbed time they hold it. A closed queueing network of one station, by
 * Schweitzer's approximation of mean value analysis; with `growth` each of the others lengthens the time it is held.
 *
 * @param executing how many tasks each share stands for, `count` in all; null: one each
 */
export function othersAtLock(
  shares: Float64Array,
  length: number,
  growth: number,
  executing: Float64Array | null = null,
  count = length,
): number {
  if (executing === null ? count < 2 : count <= 1) return 0;
  // Where what is found exceeds what was supposed changes sign, by false position with the Illinois correction: a few
  // steps where few contend, because it is nearly a straight line there.
  const rest = 1 - 1 / count;
  let low = 0;
  let high = count - 1;
  let above = queueAtLock(low, shares, length, growth, executing) * rest - low;
  let below = queueAtLock(high, shares, length, growth, executing) * rest - high;
  if (above <= 0) return low;
  if (below >= 0) return high;
  let others = low;
  for (let step = 0; step < MOST_STEPS; step++) {
    const before = others;
    others = (low * below - high * above) / (below - above);
    const value = queueAtLock(others, shares, length, growth, executing) * rest - others;
    if (value === 0 || Math.abs(others - before) <= TOLERANCE * count) break;
    if (value > 0) {
      if (before === low) below /= 2;
      low = others;
      above = value;
    } else {
      if (before === high) above /= 2;
      high = others;
      below = value;
    }
  }
  return others;
}

/** How many are at the lock on average, were everyone who tries to take it to find so many others there. */
export function queueAtLock(
  others: number,
  shares: Float64Array,
  length: number,
  growth: number,
  executing: Float64Array | null,
): number {
  const stretch = (1 + growth * others) * (1 + others);
  let queue = 0;
  for (let k = 0; k < length; k++) {
    const share = shares[k]!;
    const part = (share * stretch) / (1 + share * (stretch - 1));
    queue += executing === null ? part : executing[k]! * part;
  }
  return queue;
}

/** How fast a task goes on that holds the lock for a share of its undisturbed time: 1 is undisturbed. */
export function speedAtLock(share: number, others: number, growth: number): number {
  return 1 / (1 + share * ((1 + growth * others) * (1 + others) - 1));
}
