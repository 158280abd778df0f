import type { BenchRecord } from '../bench/record/record.ts';
import { EXIT_CLASSES, type ExitClass } from '../model/machine/exit-class.ts';
import type { Figure } from '../model/scenario/figure.ts';
import type { CountedExits } from './counted-exits.ts';
import { BACKGROUND_CONTROL } from './probes.ts';
import { publishedOps, type RelativeCost } from './published-costs.ts';
import { findCounted } from './round-trip.ts';
import { type SeriesTable, seriesKey } from './series.ts';

/** n(c, o): traps of the guest hypervisor, by class, for each exit it handles. */
export type Ops = Readonly<Partial<Record<ExitClass, Figure>>>;

/** Rarer than once in fifty exits is background, not part of handling one. */
const NEGLIGIBLE = 0.02;

/** Where there are no counters: one VM entry, and as many other traps as published for the processor's maker. */
export function opsFromLiterature(processor: string): Ops {
  const { entries, accesses } = publishedOps(processor);
  const figure = (count: RelativeCost): Figure => ({
    value: count.ratio,
    low: count.low,
    high: count.high,
    basis: 'published',
    source: count.source,
  });
  return { 'vmcs-access': figure(accesses), 'vm-entry': figure(entries) };
}

/**
 * Counted: exits at level 0 while L2 ran the workload, less those that were L2's own (level 1 counted them), for
 * each of L2's own. What comes with time alone is taken off first: the rates of the exit-free control, times the
 * time this workload took. Counters that name no reason leave a rest, which is put under `vmcs-access`: on AMD
 * VMLOAD and VMSAVE, on Intel VMREAD and VMWRITE are most of it.
 *
 * @returns null when the record has no counters of level 0 for this workload in L2.
 */
export function opsFromCounters(
  record: BenchRecord,
  series: SeriesTable,
  { workload, exitClass: ownClass }: { readonly workload: string; readonly exitClass: ExitClass },
): Ops | null {
  const own = trapsOf(record, workload, ownClass);
  if (own === null) return null;
  const control = trapsOf(record, BACKGROUND_CONTROL, null);
  const share = timeOf(series, workload) / timeOf(series, BACKGROUND_CONTROL);
  const background = control !== null && Number.isFinite(share) ? share : 0;

  const ownExits = Math.max(own.exits - background * (control?.exits ?? 0), own.exits / 2);
  const ops: Partial<Record<ExitClass, Figure>> = {};
  for (const exitClass of EXIT_CLASSES) {
    const raw = own.traps[exitClass] ?? 0;
    const net = Math.max(0, raw - background * (control?.traps[exitClass] ?? 0));
    const withBackground = raw / own.exits;
    const value = net / ownExits;
    if (value < NEGLIGIBLE) continue;
    ops[exitClass] = {
      value,
      low: Math.min(value, withBackground),
      high: Math.max(value, withBackground),
      basis: 'measured',
      source: `KVM's counters at level 0 while L2 ran ${workload}, per exit of L2${background > 0 ? `, background of ${BACKGROUND_CONTROL} taken off` : ''}`,
    };
  }
  return ops;
}

interface Traps {
  /** Exits of L2 that reached level 1, per operation. */
  readonly exits: number;
  /** Exits of L1 itself, per operation. */
  readonly traps: Readonly<Partial<Record<ExitClass, number>>>;
}

/** @param ownClass the class of the one exit an operation takes, for counters that lack level 1; null: none does. */
function trapsOf(record: BenchRecord, workload: string, ownClass: ExitClass | null): Traps | null {
  const outer = findCounted(record, 0, 2, workload);
  const inner = findCounted(record, 1, 2, workload);
  if (outer === null || (inner === null && ownClass === null)) return null;
  const exits = inner?.total ?? 1;
  if (ownClass !== null && exits === 0) return null;
  if (outer.detail === 'totals') return { exits, traps: trapsOfTotals(outer, inner, exits) };
  const traps: Partial<Record<ExitClass, number>> = {};
  for (const exitClass of EXIT_CLASSES) {
    const reflected =
      inner?.detail === 'reasons' ? (inner.byClass[exitClass] ?? 0) : exitClass === ownClass ? exits : 0;
    const count = (outer.byClass[exitClass] ?? 0) - reflected;
    if (count > 0) traps[exitClass] = count;
  }
  return { exits, traps };
}

/**
 * KVM counts a class where it handles an exit of it: level 0 handles L1's, and of L2's those it does not reflect. A
 * nested fault is the exception: level 0 walks L1's tables before it finds that the fault is L1's, or its device's.
 */
function trapsOfTotals(outer: CountedExits, inner: CountedExits | null, exits: number): Traps['traps'] {
  const ownFaults = (inner?.byClass['page-fault'] ?? 0) + (inner?.byClass.mmio ?? 0);
  const faults = outer.byClass['page-fault'] ?? 0;
  const reflectedFaults = Math.min(faults, ownFaults);
  return {
    ...outer.byClass,
    'page-fault': faults - reflectedFaults,
    'vmcs-access': Math.max(0, outer.unclassified - (exits - reflectedFaults)),
  };
}

const timeOf = (series: SeriesTable, workload: string): number =>
  series.get(seriesKey(2, workload))?.median.value ?? Number.NaN;
