import type { CountedExits } from '../../bench/record/counted-exits.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import { EXIT_PROBES, type ExitProbe } from '../measured/probes.ts';
import { findCounted } from '../measured/round-trip.ts';
import { INTEL_REFLECT_ACCESSES, publishedOps, type RelativeCost } from '../published/published-costs.ts';

/** n(c, o): traps of the guest hypervisor, by class, for each exit it handles. */
export type Ops = Readonly<Partial<Record<ExitClass, Figure>>>;

/** What is not surely more than one in ten exits is what taking the background off left, no part of handling one. */
const NEGLIGIBLE = 0.1;

/** Where there are no counters: one VM entry, and as many other traps as published for the processor's maker. */
export function opsFromLiterature(processor: string): Ops {
  const { entries, accesses } = publishedOps(processor);
  return { 'vmcs-access': published(accesses), 'vm-entry': published(entries) };
}

/**
 * m(o): traps of a guest hypervisor that hands one exit on to a hypervisor inside it. No record with two levels of
 * guests shows them: on AMD they are taken to be those of the simplest handler.
 */
export function reflectOps(processor: string, simplest: Ops): Ops {
  if (/intel/i.test(processor)) {
    return {
      'vmcs-access': published(INTEL_REFLECT_ACCESSES),
      'vm-entry': published(publishedOps(processor).entries),
    };
  }
  return mapExitClasses(simplest, (count): Figure => ({ ...count, basis: 'derived', source: AS_HANDLER }));
}

const AS_HANDLER = 'as the simplest handler: what traps is the way into a guest and out';

const published = (count: RelativeCost): Figure => ({
  value: count.ratio,
  low: count.low,
  high: count.high,
  basis: 'published',
  source: count.source,
});

/**
 * Counted by level 0 alone, in one pass while L2 ran the workload. Each VM entry that L1 traps for returns from one
 * exit of L2, so the entries say how many exits L1 handled. One an operation is the probe's own; the others come with
 * time (ticks, housekeeping), and what they and their traps add is taken off at the rate, per entry, of the workloads
 * that take no exit of their own. Not per time: counting slows a guest by as much as it exits, so no clock tells how
 * long the pass took.
 *
 * Counters that name no reason leave a rest, which is put under `vmcs-access`: on AMD VMLOAD and VMSAVE, on Intel
 * VMREAD and VMWRITE are most of it.
 *
 * @returns null when the record has no counters of level 0 for this workload in L2, or they show no VM entry.
 */
export function opsFromCounters(record: BenchRecord, workload: string): Ops | null {
  const probe = EXIT_PROBES.find((each) => each.workload === workload);
  const counted = findCounted(record, 0, 2, workload);
  const entries = counted?.byClass['vm-entry'] ?? 0;
  if (probe === undefined || counted === null || entries < 1 - ENTRY_TOLERANCE) return null;
  const control = backgroundRates(record, counted.detail);
  const { operations } = counted;
  const background = Math.max(0, entries - 1);
  // Fewer entries than operations: what an empty pass counted was more than this one's own share of it.
  const seen = Math.min(1, entries);
  const ownClass = ownClassOf(probe, counted);
  const traps = trapsOf(counted);
  const ops: Partial<Record<ExitClass, Figure>> = {};
  for (const exitClass of EXIT_CLASSES) {
    if (COMES_WITH_TIME.includes(exitClass)) continue;
    if (exitClass === COMES_ONCE && probe.exitClass !== COMES_ONCE) continue;
    const all = Math.max(0, (traps[exitClass] ?? 0) - (exitClass === ownClass ? 1 : 0));
    const rate = control.perEntry[exitClass] ?? 0;
    const taken = background * rate;
    const value = exitClass === 'vm-entry' ? 1 : (all - taken) / seen;
    const reach =
      exitClass === 'vm-entry' ? 0 : halfInterval(value, taken, rate * control.entries, operations);
    if (value - reach < NEGLIGIBLE) continue;
    ops[exitClass] = {
      value,
      low: value - reach,
      high: value + reach,
      basis: 'measured',
      source: `KVM's counters at level 0 while L2 ran ${workload}, one VM entry for each exit, what came with background exits taken off`,
    };
  }
  return ops;
}

/** Interrupts end whatever runs: no handler traps for them. */
const COMES_WITH_TIME: readonly ExitClass[] = ['external-interrupt'];

/**
 * A handler that runs again touches the pages it touched before: what it faults on was mapped for the first time in the
 * pass that was counted, and is in no operation after it. Only an exit that is itself a fault changes what is mapped.
 */
const COMES_ONCE: ExitClass = 'page-fault';

/** Exits that belong to a pass or not, as its two ends and the empty passes that are taken off happen to fall. */
const ENDS_OF_A_PASS = 10;

/** A pass may begin or end within an exit. */
const ENTRY_TOLERANCE = 0.2;

/**
 * Where level 0 sees the probe's own exit. By reason it sees all of them; totals count a class where it is handled,
 * and level 0 handles only nested faults itself before it finds that they are L1's: the others are in the rest.
 */
function ownClassOf({ exitClass, reason }: ExitProbe, { detail }: CountedExits): ExitClass {
  const seen = reason ?? exitClass;
  return detail === 'reasons' || seen === 'page-fault' ? seen : 'vmcs-access';
}

function trapsOf({
  byClass,
  unclassified,
  detail,
}: CountedExits): Readonly<Partial<Record<ExitClass, number>>> {
  return detail === 'reasons' ? byClass : { ...byClass, 'vmcs-access': unclassified };
}

interface BackgroundRates {
  /** Exits at level 0 by class for each VM entry, in the exit-free workloads taken together. */
  readonly perEntry: Readonly<Partial<Record<ExitClass, number>>>;
  /** Entries that this was seen on. */
  readonly entries: number;
}

function backgroundRates(record: BenchRecord, detail: CountedExits['detail']): BackgroundRates {
  const exits: Partial<Record<ExitClass, number>> = {};
  for (const { level, workload, class: kind } of record.samples) {
    if (level !== 2 || kind !== 'control') continue;
    const counted = findCounted(record, 0, 2, workload);
    if (counted === null || counted.detail !== detail) continue;
    const traps = trapsOf(counted);
    for (const exitClass of EXIT_CLASSES) {
      const count = (traps[exitClass] ?? 0) * counted.operations;
      if (count > 0) exits[exitClass] = (exits[exitClass] ?? 0) + count;
    }
  }
  const entries = exits['vm-entry'] ?? 0;
  return { perEntry: entries === 0 ? {} : mapExitClasses(exits, (count) => count / entries), entries };
}

/**
 * Half a 95 % interval of a count an operation. A handler traps a whole number of times; what is taken off, the rate
 * it is taken off at, and any fraction that is left are counts of rare events, whose variance is the count.
 */
function halfInterval(value: number, taken: number, takenFrom: number, operations: number): number {
  const fraction = Math.abs(value - Math.round(value));
  const variance = (taken + fraction) / operations + taken ** 2 / Math.max(1, takenFrom);
  return 1.96 * Math.sqrt(variance) + ENDS_OF_A_PASS / operations;
}
