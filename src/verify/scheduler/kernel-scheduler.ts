import { ns } from '../../model/kernel/units.ts';
import type { SchedulerSpecification } from '../../model/machine/scheduler-specification.ts';

/** What is known of this machine's kernel; null where it does not say. */
export interface KernelFacts {
  /** /proc/sys/kernel/osrelease */
  readonly release: string;
  readonly cpus: number;
  /** CONFIG_HZ from the kernel's configuration, or counted. */
  readonly hz: number;
  /** /sys/kernel/debug/sched/base_slice_ns, which wins over the version's default. */
  readonly baseSlice: number | null;
}

/** How this kernel shares a CPU, with where each number is from. */
export interface KernelScheduler {
  readonly scheduler: SchedulerSpecification;
  readonly description: string;
}

const MS = 1e6;

/** The first release whose threads are scheduled by eligible virtual deadlines. */
const EEVDF_SINCE: Version = [6, 6, 0];
const DELAY_DEQUEUE_SINCE: Version = [6, 12, 0];
/** The first releases with a base slice of 0.70 ms, and a next buddy that is heeded, in place of 0.75 and none. */
const PICK_BUDDY_SINCE: Version = [6, 12, 33];

/**
 * The policy and parameters of a kernel by its version, after kernel/sched/fair.c of 5.15, 6.6, 6.12, 6.12.33 and 6.18:
 * slices grow with the number of CPUs up to 8.
 */
export function schedulerOf({ release, cpus, hz, baseSlice }: KernelFacts): KernelScheduler {
  const version = versionOf(release);
  const factor = 1 + Math.floor(Math.log2(Math.min(cpus, 8)));
  const tick = ns(Math.round(1e9 / hz));
  const where = `Linux ${release}, ${cpus} CPUs, ${hz} Hz`;
  if (isBefore(version, EEVDF_SINCE)) {
    return {
      scheduler: {
        policy: 'cfs',
        tick,
        latency: ns(6 * MS * factor),
        minimumGranularity: ns(0.75 * MS * factor),
        wakeupGranularity: ns(MS * factor),
      },
      description: `CFS (${where}): latency ${6 * factor} ms, minimum granularity ${0.75 * factor} ms`,
    };
  }
  const heedsBuddy = !isBefore(version, PICK_BUDDY_SINCE);
  const slice = baseSlice ?? (heedsBuddy ? 0.7 : 0.75) * MS * factor;
  return {
    scheduler: {
      policy: 'eevdf',
      tick,
      slice: ns(slice),
      delayDequeue: !isBefore(version, DELAY_DEQUEUE_SINCE),
      pickBuddy: heedsBuddy,
    },
    description: `EEVDF (${where}): slice ${(slice / MS).toFixed(2)} ms${baseSlice === null ? ' by its version' : ''}`,
  };
}

type Version = readonly [number, number, number];

function versionOf(release: string): Version {
  const [, major = '0', minor = '0', patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release) ?? [];
  return [Number(major), Number(minor), Number(patch)];
}

function isBefore(version: Version, other: Version): boolean {
  for (let i = 0; i < 3; i++) if (version[i] !== other[i]) return version[i]! < other[i]!;
  return false;
}
