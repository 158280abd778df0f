import type { BenchRecord } from '../bench/record/record.ts';
import { type Nanoseconds, ns } from '../model/kernel/units.ts';
import type { ExitCostParameters } from '../model/machine/specification.ts';
import type { Figure } from '../model/scenario/figure.ts';
import type { Platform, PlatformController, PlatformStorage } from '../model/scenario/platform.ts';
import { percentileInterval } from './estimate.ts';
import { costOfExits, moreInL1 } from './level-costs.ts';
import { findCounted } from './round-trip.ts';
import type { SeriesTable } from './series.ts';
import { LEAST, significant } from './significant.ts';

const READ = 'random-read';

/**
 * What a disk and a page walk cost, where the record tells: only then are they part of the profile, and what a record
 * does not hold is no disk of 0 ns.
 */
export function measuredDevices(
  record: BenchRecord,
  series: SeriesTable,
  parameters: ExitCostParameters,
): Pick<Platform, 'storage' | 'memory'> {
  const storage = storageOf(record, series, parameters);
  const walk = walkOf(record, series);
  return {
    ...(storage === null ? {} : { storage }),
    ...(walk === null ? {} : { memory: { overcommit: [], walk } }),
  };
}

/** Shares of what the controller's emulation takes, as in platforms/kvm-intel-shadowing.yaml: 5 us there, 3 us back. */
const SUBMIT_SHARE = 5 / 8;

/**
 * A read of 4 KiB past the page cache, in L1 less on the metal, less the exits that were counted for it: what is left is
 * the thread that emulates the controller, on its way there and back, and whatever it waits for.
 */
function storageOf(
  record: BenchRecord,
  series: SeriesTable,
  parameters: ExitCostParameters,
): PlatformStorage | null {
  const more = moreInL1(series, READ);
  const counted = findCounted(record, 0, 1, READ);
  if (more === null || counted === null) return null;
  const exits = costOfExits(counted, parameters, 1);
  const { value, low, high } = percentileInterval(more);
  const left = value - exits;
  if (left < LEAST) return null;
  const part = (share: number): Figure<Nanoseconds> => ({
    value: ns(significant(share * left)),
    // The other part may be all of it, and the exits none or twice as dear as they are thought to be.
    low: ns(significant(Math.max(0, share * (low - 2 * exits)))),
    high: ns(significant(high)),
    basis: 'derived',
    source: `${READ} in L1 less on the metal, less its exits; its part of that as in platforms/kvm-intel-shadowing.yaml, not told by the record`,
  });
  const assumed = (figure: readonly [value: number, low: number, high: number], source: string): Figure => ({
    ...{ value: figure[0], low: figure[1], high: figure[2] },
    basis: 'assumed',
    source: `not in the record. ${source}`,
  });
  const kicks = counted.byClass['page-fault'] ?? 0;
  const virtio: PlatformController = {
    queueDepth: assumed([128, 64, 256], "virtio-blk's ring in QEMU"),
    kick: {
      mmio: {
        value: 1,
        low: Math.min(1, significant(kicks)),
        high: Math.max(1, significant(kicks)),
        basis: 'derived',
        source: 'one notification a batch; bounds: nested faults counted for a read',
      },
    },
    kickBatch: assumed([16, 1, 64], 'requests queued at once are announced together'),
    coalescing: assumed([4, 1, 16], 'completions found together are announced together'),
    submit: part(SUBMIT_SHARE),
    complete: part(1 - SUBMIT_SHARE),
  };
  return {
    controllers: { virtio },
    default: 'virtio',
    thinWrites: assumed([1, 0.1, 2], 'one more write for the map of blocks'),
  };
}

/** Largest working set first: the more of its pages miss the TLB, the more of the difference is the walk. */
const CHASES = ['chase-512m', 'chase-32m'];
const NATIVE = 4;
const NESTED = 24;

/**
 * A load that misses the TLB walks 24 references in a guest and 4 on the metal (two-dimensional walk, four levels on
 * four), so that what it costs more is 20 of them. Counted instructions know no walks.
 */
function walkOf(
  { header }: BenchRecord,
  series: SeriesTable,
): NonNullable<NonNullable<Platform['memory']>['walk']> | null {
  if (header.clock === 'instructions') return null;
  for (const workload of CHASES) {
    const more = moreInL1(series, workload);
    if (more === null) continue;
    const { value, low, high } = percentileInterval(more);
    if (low <= 0) continue;
    const each = (time: number): Nanoseconds => ns(significant(time / (NESTED - NATIVE)));
    const levels = (count: number): Figure => ({
      ...{ value: count, low: count, high: count, basis: 'published' },
      source: 'four levels of page tables, and four on four',
    });
    return {
      native: levels(NATIVE),
      nested: { ...levels(NESTED), low: 19 },
      reference: {
        ...{ value: each(value), low: each(low), high: each(high), basis: 'derived' },
        source: `${workload} in L1 less on the metal: ${NESTED - NATIVE} references of a walk more, if every load misses the TLB`,
      },
    };
  }
  return null;
}
