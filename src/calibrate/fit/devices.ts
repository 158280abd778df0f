import type { BenchRecord } from '../../bench/record/record.ts';
import { type Nanoseconds, ns } from '../../model/kernel/units.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { Platform, PlatformController, PlatformStorage } from '../../model/scenario/platform.ts';
import { moreInL1 } from '../measured/level-costs.ts';
import type { SeriesTable } from '../measured/series.ts';
import { percentileInterval } from '../statistics/estimate.ts';
import { significant } from '../statistics/significant.ts';
import type { DeviceFamily, DeviceFit } from './device-fit.ts';
import { UNMEASURED } from './unmeasured.ts';

/**
 * What a disk and a page walk cost, where the record tells: only then are they part of the profile, and what a record
 * does not hold is no disk of 0 ns.
 */
export function measuredDevices(
  record: BenchRecord,
  series: SeriesTable,
  fits: readonly DeviceFit[],
): Pick<Platform, 'storage' | 'memory'> & { readonly network?: Platform['network'] } {
  const inL1 = (family: DeviceFamily): DeviceFit | undefined =>
    fits.find((fit) => fit.level === 1 && fit.family === family);
  const [disk, network] = [inL1('disk'), inL1('network')];
  const walk = walkOf(record, series);
  return {
    ...(disk === undefined ? {} : { storage: storageOf(disk) }),
    ...(network === undefined ? {} : { network: networkOf(network) }),
    ...(walk === null ? {} : { memory: { overcommit: [], walk } }),
  };
}

/** Shares of what the controller's emulation takes, as in platforms/kvm-intel-shadowing.yaml: 5 us there, 3 us back. */
const SUBMIT_SHARE = 5 / 8;

/**
 * What the thread that emulates the controller takes for an I/O, on its way there and back, and whatever it waits for:
 * each of the two may be all of it.
 */
function storageOf(fit: DeviceFit): PlatformStorage {
  const part = (share: number): Figure<Nanoseconds> => ({
    value: ns(significant(share * fit.perNotification)),
    low: ns(0),
    high: ns(significant(fit.interval?.high ?? 2 * fit.perNotification)),
    basis: 'derived',
    source: `${fittedOn(fit)}; its part of that as in platforms/kvm-intel-shadowing.yaml, not told by the record`,
  });
  const assumed = (figure: readonly [value: number, low: number, high: number], source: string): Figure => ({
    ...{ value: figure[0], low: figure[1], high: figure[2] },
    basis: 'assumed',
    source: `not in the record. ${source}`,
  });
  const notified = fit.rows.map(({ notifications }) => significant(notifications));
  const virtio: PlatformController = {
    queueDepth: assumed([128, 64, 256], "virtio-blk's ring in QEMU"),
    kick: {
      mmio: {
        value: 1,
        low: Math.min(1, ...notified),
        high: Math.max(1, ...notified),
        basis: 'derived',
        source: 'one notification a batch; bounds: those counted for an operation of the agent',
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

/** In the proportions of what stands for them where nothing was measured: what forwards and what receives a packet. */
const PER_PACKET = ['forward', 'receive'] as const;

/**
 * What a notification of the network card takes beyond its exits, switching and receiving included: from outside these
 * are one, so that each may be all of it. Copying and dropping, which no workload of the agent does, keep their
 * published proportion to them.
 */
function networkOf(fit: DeviceFit): Platform['network'] {
  const { network } = UNMEASURED;
  const published = PER_PACKET.reduce((sum, part) => sum + network[part].value, 0);
  const scale = fit.perNotification / published;
  const most = fit.interval?.high ?? 2 * fit.perNotification;
  const scaled = (part: 'forward' | 'copy' | 'drop' | 'receive', shared: boolean): Figure<Nanoseconds> => ({
    value: ns(significant(scale * network[part].value)),
    low: ns(shared ? 0 : significant(scale * network[part].low)),
    high: ns(significant(shared ? most : (most / published) * network[part].high)),
    basis: 'derived',
    source: shared
      ? `${fittedOn(fit)}; forward and receive share it as in platforms/kvm-intel-shadowing.yaml, not told by the record`
      : `not in the record: its proportion to forward and receive in platforms/kvm-intel-shadowing.yaml, which are fitted`,
  });
  return {
    ...network,
    forward: scaled('forward', true),
    receive: scaled('receive', true),
    copy: scaled('copy', false),
    drop: scaled('drop', false),
  };
}

/** What the figure is, and on what it was fitted. */
const fittedOn = ({ rows }: DeviceFit): string =>
  `${rows.map(({ workload }) => workload).join(', ')} in L1, exits taken off, for each notification`;

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
