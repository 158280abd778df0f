import { NS_PER_SECOND } from '../kernel/units.ts';
import { hypervisorsAround, SWAP_IOS, swappedShares } from '../machine/memory/swapping.ts';
import type { DiskWork } from '../machine/storage/storage-specification.ts';
import type { Guest, Topology } from '../machine/topology.ts';

/** Writes that a system may have behind it before who writes more must wait: a share of memory, in Linux; here I/Os. */
const MOST_BEHIND = 256;

/** Swap-ins of a guest's pages: how many for each nanosecond of demand, and whose system reads them. */
export interface Swaps {
  readonly perWork: number;
  /** The guest whose hypervisor swapped; -1 for the host's. */
  readonly by: number;
  readonly layer: number;
}

/** The I/Os of one guest's jobs: how many each job has, and where its pages may have been swapped out. */
interface IoSource {
  readonly disk: DiskWork | null;
  readonly swaps: readonly Swaps[];
  /** Parts of an I/O left over from the jobs before, so that fractions come out right on average. */
  readonly carries: Float64Array;
}

const HOST = -1;

/** What a task waits for next. */
const READ = 0;
const WRITE = 1;
const FIRST_SWAP = 2;

/**
 * Which I/Os jobs wait for, and in which order. A job computes in equal stretches between its waits; it reads first,
 * then writes. A page that a hypervisor swapped out is read by that hypervisor, which writes another out for it.
 */
export class IoPlan {
  /** Of what `next` found: I/Os, bytes of each, those of them to fresh blocks; and the swap, or null for a job's own. */
  ios = 0;
  size = 0;
  fresh = 0;
  swap: Swaps | null = null;
  private readonly sources: readonly (IoSource | null)[];
  private readonly width: number;
  /** By task and kind: I/Os that are left; of swap-ins, waits. */
  private readonly left: Float64Array;
  private readonly behind: Float64Array;

  constructor(topology: Topology) {
    this.sources = topology.guests.map((guest) => sourceOf(topology, guest));
    this.width = FIRST_SWAP + Math.max(0, ...this.sources.map((source) => source?.swaps.length ?? 0));
    const tasks = topology.entities - topology.vcpus;
    this.left = new Float64Array(tasks * this.width);
    this.behind = new Float64Array(tasks);
  }

  /** A job begins. @returns how many times it will wait. */
  begin(guest: number, task: number, demand: number): number {
    const source = this.sources[guest]!;
    if (source === null) return 0;
    const { disk, swaps, carries } = source;
    const first = task * this.width;
    let waits = 0;
    if (disk !== null) {
      const reads = whole(carries, READ, disk.reads);
      const writes = whole(carries, WRITE, disk.writes);
      this.left[first + READ] = reads;
      this.left[first + WRITE] = disk.sync ? writes : 0;
      this.behind[task] = disk.sync ? 0 : writes;
      waits = Math.ceil(reads / disk.together) + Math.ceil(this.left[first + WRITE]! / disk.together);
    }
    for (let i = 0; i < swaps.length; i++) {
      const pages = whole(carries, FIRST_SWAP + i, swaps[i]!.perWork * demand);
      this.left[first + FIRST_SWAP + i] = pages;
      waits += pages;
    }
    return waits;
  }

  /** Takes what a task waits for next; false when nothing is left. */
  next(guest: number, task: number): boolean {
    const source = this.sources[guest]!;
    const first = task * this.width;
    for (let kind = READ; kind <= WRITE; kind++) {
      if (this.left[first + kind]! <= 0) continue;
      const disk = source!.disk!;
      this.ios = Math.min(disk.together, this.left[first + kind]!);
      this.left[first + kind]! -= this.ios;
      this.size = disk.size;
      this.fresh = kind === WRITE ? this.ios * disk.fresh : 0;
      this.swap = null;
      return true;
    }
    const { swaps } = source!;
    for (let i = 0; i < swaps.length; i++) {
      if (this.left[first + FIRST_SWAP + i]! <= 0) continue;
      this.left[first + FIRST_SWAP + i]! -= 1;
      this.ios = SWAP_IOS;
      this.swap = swaps[i]!;
      return true;
    }
    return false;
  }

  /** Takes the next writes that the system of a guest does behind a job; false when none are left. */
  nextBehind(guest: number, task: number): boolean {
    const disk = this.sources[guest]?.disk ?? null;
    if (disk === null || this.behind[task]! <= 0) return false;
    this.ios = Math.min(disk.together, this.behind[task]!);
    this.behind[task]! -= this.ios;
    this.size = disk.size;
    this.fresh = this.ios * disk.fresh;
    return true;
  }

  /** Whether they are the last, and the system has too many behind it already. */
  mustWait(task: number, behindAlready: number): boolean {
    return this.behind[task] === 0 && behindAlready + this.ios > MOST_BEHIND;
  }
}

/** The next whole number of a series whose mean is `mean`. */
function whole(carries: Float64Array, kind: number, mean: number): number {
  const due = carries[kind]! + mean;
  const now = Math.floor(due);
  carries[kind] = due - now;
  return now;
}

function sourceOf(topology: Topology, guest: Guest): IoSource | null {
  const { workload } = guest.specification;
  const touches = (workload?.memory?.touchesPerCpuSecond ?? 0) / NS_PER_SECOND;
  const shares = touches === 0 ? [] : swappedShares(hypervisorsAround(topology.specification, guest));
  if (workload === undefined || (workload.disk === undefined && shares.length === 0)) return null;
  const chain = ancestors(guest);
  return {
    disk: workload.disk ?? null,
    swaps: shares.map(({ depth, share }) => {
      const by = depth === 0 ? null : chain[depth - 1]!;
      return { perWork: touches * share, by: by?.index ?? HOST, layer: by?.layer ?? 0 };
    }),
    carries: new Float64Array(FIRST_SWAP + shares.length),
  };
}

/** The hypervisors a guest is in, the outermost first. */
function ancestors({ parent }: Guest): readonly Guest[] {
  return parent === null ? [] : [...ancestors(parent), parent];
}
