import { NS_PER_SECOND } from '../kernel/units.ts';
import type { EventExitCosts } from '../machine/event-exit-costs.ts';
import { hypervisorsAround, PAGE, SWAP_IOS, swappedShares } from '../machine/memory/swapping.ts';
import type { Dispatcher } from '../machine/scheduler/dispatcher.ts';
import { NONE, type SchedulerState } from '../machine/scheduler/scheduler-state.ts';
import type { Storage } from '../machine/storage/storage.ts';
import type { DiskWork } from '../machine/storage/storage-specification.ts';
import type { Guest, Topology } from '../machine/topology.ts';

/** Writes that a system may have behind it before who writes more must wait: a share of memory, in Linux; here I/Os. */
const MOST_BEHIND = 256;

/** The I/Os of one guest's jobs: how many each job has, and where its pages may have been swapped out. */
interface IoSource {
  readonly guest: number;
  readonly disk: DiskWork | null;
  /** Swap-ins for each nanosecond of demand, and the guest whose system reads them; NONE for the host's. */
  readonly swaps: readonly { readonly perWork: number; readonly by: number; readonly layer: number }[];
  /** Parts of an I/O left over from the jobs before, so that fractions come out right on average. */
  readonly carries: Float64Array;
}

/** What a task waits for next. */
const READ = 0;
const WRITE = 1;
const FIRST_SWAP = 2;

/**
 * The I/Os that jobs wait for, and those written behind them. A job computes in equal stretches between its waits; it
 * reads first, then writes. A page that a hypervisor swapped out is read by that hypervisor, which writes another
 * out for it; meanwhile other tasks of the guest may run, as with KVM's asynchronous page faults.
 */
export class JobIo {
  private readonly scheduling: SchedulerState;
  private readonly dispatcher: Dispatcher;
  private readonly exitCosts: EventExitCosts;
  private readonly storage: Storage;
  private readonly sources: readonly (IoSource | null)[];
  private readonly vcpus: number;
  private readonly width: number;
  /** By task and kind: I/Os that are left; of swap-ins, waits. */
  private readonly left: Float64Array;
  private readonly behind: Float64Array;

  constructor(
    scheduling: SchedulerState,
    dispatcher: Dispatcher,
    exitCosts: EventExitCosts,
    storage: Storage,
  ) {
    const { topology } = scheduling;
    this.scheduling = scheduling;
    this.dispatcher = dispatcher;
    this.exitCosts = exitCosts;
    this.storage = storage;
    this.sources = topology.guests.map((guest) => sourceOf(topology, guest));
    this.vcpus = topology.vcpus;
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

  /** A running task, the current entity of an executing CPU, issues what it waits for next. */
  issueNext(guest: number, task: number): void {
    const source = this.sources[guest]!;
    const first = task * this.width;
    const cpu = this.scheduling.cpuOf[task + this.vcpus]!;
    for (let kind = READ; kind <= WRITE; kind++) {
      if (this.left[first + kind]! <= 0) continue;
      const disk = source!.disk!;
      const ios = Math.min(disk.together, this.left[first + kind]!);
      this.left[first + kind]! -= ios;
      this.storage.issue(guest, task, cpu, ios, disk.size, kind === WRITE ? ios * disk.fresh : 0);
      return;
    }
    const { swaps } = source!;
    for (let i = 0; i < swaps.length; i++) {
      if (this.left[first + FIRST_SWAP + i]! <= 0) continue;
      this.left[first + FIRST_SWAP + i]! -= 1;
      this.swapIn(swaps[i]!, guest, task, cpu);
      return;
    }
  }

  /** The job has computed: its system writes behind it. @returns whether the task must wait for the last of that. */
  writeBehind(guest: number, task: number): boolean {
    const disk = this.sources[guest]?.disk ?? null;
    if (disk === null) return false;
    const cpu = this.scheduling.cpuOf[task + this.vcpus]!;
    while (this.behind[task]! > 0) {
      const ios = Math.min(disk.together, this.behind[task]!);
      this.behind[task]! -= ios;
      const waits = this.behind[task] === 0 && this.storage.writtenBehind[guest]! + ios > MOST_BEHIND;
      this.storage.issue(guest, waits ? task : NONE, cpu, ios, disk.size, ios * disk.fresh);
      if (waits) return true;
    }
    return false;
  }

  private swapIn({ by, layer }: IoSource['swaps'][number], guest: number, task: number, cpu: number): void {
    this.dispatcher.owe(cpu, this.exitCosts.pageFault(cpu));
    if (by === NONE) this.storage.issueOnHost(guest, task, SWAP_IOS, PAGE);
    else this.storage.issue(by, task, this.cpuBelow(cpu, layer), SWAP_IOS, PAGE, 0);
  }

  /** The CPU of a layer that a CPU further up runs on. */
  private cpuBelow(cpu: number, layer: number): number {
    const { topology, cpuOf } = this.scheduling;
    let below = cpu;
    while (topology.layerOfCpu[below] !== layer) below = cpuOf[this.scheduling.vcpuOf(below)]!;
    return below;
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
    guest: guest.index,
    disk: workload.disk ?? null,
    swaps: shares.map(({ depth, share }) => {
      const by = depth === 0 ? null : chain[depth - 1]!;
      return { perWork: touches * share, by: by?.index ?? NONE, layer: by?.layer ?? 0 };
    }),
    carries: new Float64Array(FIRST_SWAP + shares.length),
  };
}

/** The hypervisors a guest is in, the outermost first. */
function ancestors({ parent }: Guest): readonly Guest[] {
  return parent === null ? [] : [...ancestors(parent), parent];
}
