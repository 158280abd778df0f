import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Totals over all guests of this level's KVM (arch/x86/kvm/x86.c, kvm_vcpu_stats_desc and kvm_vm_stats_desc). */
const DIRECTORY = '/sys/kernel/debug/kvm';

export type Counts = Readonly<Record<string, number>>;

export const KVM_TOTALS_SOURCE = 'debugfs kvm';

/** All totals. Directories in there are single guests. */
export function readKvmTotals(directory = DIRECTORY): Counts {
  const counts: Record<string, number> = {};
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isFile()) counts[entry.name] = Number(readFileSync(join(directory, entry.name), 'latin1'));
  }
  return counts;
}

export function readKvmTotal(name: string, directory = DIRECTORY): number {
  return Number(readFileSync(join(directory, name), 'latin1'));
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
