import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** Totals over all guests of this level's KVM (arch/x86/kvm/x86.c, kvm_vcpu_stats_desc and kvm_vm_stats_desc). */
const DIRECTORY = '/sys/kernel/debug/kvm';

export type Counts = Readonly<Record<string, number>>;

export const KVM_TOTALS_SOURCE = 'debugfs kvm';

/**
 * All totals, time and again. There are some fifty files, which are there once KVM is loaded (directories beside them are single
 * guests), and a turn in L2 reads them four times at each level below: listed once and read with three system
 * calls each, since all that `readFileSync` does took L1 60 ms each time on the time clock, most of a turn.
 */
export class KvmTotals {
  readonly #directory: string;
  readonly #names: readonly string[];

  constructor(directory = DIRECTORY) {
    this.#directory = directory;
    this.#names = readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? entry.name : [],
    );
  }

  read(): Counts {
    const counts: Record<string, number> = {};
    for (const name of this.#names) counts[name] = readKvmTotal(name, this.#directory);
    return counts;
  }
}

const digits = Buffer.alloc(32);

/** @throws {Error} when there is no such total */
export function readKvmTotal(name: string, directory = DIRECTORY): number {
  const file = openSync(`${directory}/${name}`, 'r');
  try {
    return Number(digits.toString('latin1', 0, readSync(file, digits)));
  } finally {
    closeSync(file);
  }
}

/**
 * The totals that grow when a guest does something, and not when only its host is interrupted: a guest that spins with
 * its interrupts off has none of them grow.
 */
const SIGNS_OF_LIFE = [
  'insn_emulation',
  'io_exits',
  'mmio_exits',
  'halt_exits',
  'nested_run',
  'pf_taken',
] as const;

/**
 * Whether any of them grows. Each file is opened anew, since these cannot be sought in and a second read finds their end;
 * and reading all of them took an agent 700,000 instructions, five times a second, so that as a rule only the one is
 * read that grew last. One that grew unread counts when it is found, one beat late.
 */
export class Pulse {
  readonly #directory: string;
  readonly #seen: Map<string, number>;
  #liveliest: string = SIGNS_OF_LIFE[0];
  #beats = 0;

  constructor(directory = DIRECTORY) {
    this.#directory = directory;
    this.#seen = new Map(SIGNS_OF_LIFE.map((name) => [name, readKvmTotal(name, directory)]));
  }

  /** A number that is greater than before when anything has grown. */
  take(): number {
    if (this.#hasGrown(this.#liveliest)) return ++this.#beats;
    const grown = SIGNS_OF_LIFE.filter((name) => this.#hasGrown(name));
    if (grown.length === 0) return this.#beats;
    this.#liveliest = grown[0]!;
    return ++this.#beats;
  }

  #hasGrown(name: string): boolean {
    const now = readKvmTotal(name, this.#directory);
    const before = this.#seen.get(name);
    this.#seen.set(name, now);
    return now !== before;
  }
}

/** What grew: counters that did not are left out. A counter that the first reading lacks began at zero. */
export function growth(before: Counts, after: Counts): Counts {
  const grown: Record<string, number> = {};
  for (const [name, value] of Object.entries(after)) {
    const difference = value - (before[name] ?? 0);
    if (difference !== 0) grown[name] = difference;
  }
  return grown;
}

/** `counts` less what the same would have counted without the operations; nothing gets below zero. */
export function lessOverhead(counts: Counts, overhead: Counts): Counts {
  return Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [name, Math.max(0, value - (overhead[name] ?? 0))]),
  );
}

/**
 * Name by name the least of several readings: what taking a phase counts at least. Ticks that fall into one, and what is
 * only touched the first time, are in some of them and not in all.
 */
export function leastCounts(readings: readonly Counts[]): Counts {
  const names = Object.keys(readings[0] ?? {}).sort();
  const least = (name: string): number => Math.min(...readings.map((reading) => reading[name] ?? 0));
  return Object.fromEntries(
    names.map((name) => [name, least(name)] as const).filter(([, value]) => value !== 0),
  );
}
