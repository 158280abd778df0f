import { schedulesCores } from '../core-scheduling.ts';
import type { Topology } from '../topology.ts';
import { Cores } from './cores.ts';
import { OwnedCores } from './owned-cores.ts';
import { NEVER } from './slot-queue.ts';

/** Who is told how fast the threads that a guest has are, 1 being alone on their cores. */
export interface Paced {
  setPace(guest: number, pace: number): void;
}

/** By guest, kept by `Sharing`: jobs in service, vCPUs that want to run, and how many there are. */
export interface Wanting {
  readonly jobs: Int32Array;
  readonly active: Int32Array;
  readonly vcpus: Int32Array;
}

/**
 * Which guests have the threads of cores of two, and how fast that leaves their jobs. A guest in a nested hypervisor has
 * the threads that its outermost guest's vCPUs took for its jobs; while more is wanted there than that guest has
 * vCPUs, threads go round among all in it, which then go on at the average of them.
 */
export class CoreThreads {
  /** When threads will be moved from shared cores to idle ones, if some still are idle then; NEVER while nobody asked. */
  nextSpread = Number.NaN;
  /** Of the busy physical CPUs, on average. */
  speed = Number.NaN;
  private readonly cores: Cores;
  /** What a thread of a shared core does of what it would do alone. */
  private readonly siblingSpeed: number;
  private readonly paced: Paced;
  private readonly wanting: Wanting;
  /** By guest: the guest of layer 0 that it is, or is in. */
  private readonly outermost: Int32Array;
  /** By guest: threads that its own jobs have. */
  private readonly threads: Int32Array;
  /** By guest of layer 0: guests with jobs in it, itself among them; vCPUs that these want to run. */
  private readonly workersOf: readonly Int32Array[];
  private readonly wanted: Int32Array;
  /** By guest of layer 0: more is wanted than its vCPUs, so that threads go round among its guests. */
  private readonly takesTurns: Uint8Array;
  /** CPUs of the kernel's work that are on threads. */
  private kernelThreads = 0;

  constructor(topology: Topology, outermost: Int32Array, wanting: Wanting, paced: Paced) {
    const { guests, specification } = topology;
    this.nextSpread = NEVER;
    this.speed = 1;
    this.cores = coresFor(topology, outermost);
    this.siblingSpeed = specification.smtThroughput / 2;
    this.paced = paced;
    this.wanting = wanting;
    this.outermost = outermost;
    this.threads = new Int32Array(guests.length);
    this.wanted = new Int32Array(guests.length);
    this.takesTurns = new Uint8Array(guests.length);
    const workers = guests.map((): number[] => []);
    for (const { index, specification: own } of guests) {
      if (own.workload !== undefined) workers[outermost[index]!]!.push(index);
    }
    this.workersOf = workers.map((inside) => Int32Array.from(inside));
  }

  /** A vCPU of the outermost guest of a guest whose job starts takes a thread for it. */
  take(guest: number): void {
    this.threads[guest]! += 1;
    this.cores.enter(guest);
  }

  /** A vCPU of a guest of layer 0 halts, for a job of `mover` has ended. */
  give(outermost: number, mover: number): void {
    this.giveOf(this.giverIn(outermost, mover));
  }

  /** A job of a guest has started or stopped, on one vCPU more or less: a thread it leaves to others in its outermost guest is theirs. */
  settle(guest: number, change: 1 | -1, now: number): void {
    const { threads } = this;
    const outermost = this.outermost[guest]!;
    this.wanted[outermost]! += change;
    if (threads[guest]! > this.wants(guest)) {
      const workers = this.workersOf[outermost]!;
      for (let i = 0; i < workers.length; i++) {
        const other = workers[i]!;
        if (threads[other]! >= this.wants(other)) continue;
        threads[guest]! -= 1;
        threads[other]! += 1;
        this.cores.pass(guest, other);
        break;
      }
    }
    const turns = this.wanted[outermost]! > this.wanting.active[outermost]! ? 1 : 0;
    if (this.takesTurns[outermost] !== turns) {
      this.takesTurns[outermost] = turns;
      this.paceTogether(outermost);
    }
    this.settleCores(now);
  }

  /** A guest of layer 0 is stopped by its limit, or goes on. */
  placeAll(outermost: number, held: boolean, now: number): void {
    const workers = this.workersOf[outermost]!;
    let left = this.wanting.active[outermost]!;
    for (let i = 0; i < workers.length; i++) {
      const guest = workers[i]!;
      if (held) while (this.threads[guest]! > 0) this.giveOf(guest);
      else for (; left > 0 && this.threads[guest]! < this.wants(guest); left--) this.take(guest);
    }
    this.settleCores(now);
  }

  /** On how many threads the kernel's work is. */
  setKernelThreads(threads: number, now: number): void {
    if (threads === this.kernelThreads) return;
    const kernel = this.threads.length;
    for (; this.kernelThreads < threads; this.kernelThreads++) this.cores.enter(kernel);
    for (; this.kernelThreads > threads; this.kernelThreads--) this.cores.leave(kernel);
    this.settleCores(now);
  }

  /** It is time for what `nextSpread` announced. */
  spread(now: number): void {
    this.nextSpread = NEVER;
    this.cores.spread();
    this.settleCores(now);
  }

  /** vCPUs that a guest's own jobs want. */
  private wants(guest: number): number {
    return Math.min(this.wanting.jobs[guest]!, this.wanting.vcpus[guest]!);
  }

  private giveOf(guest: number): void {
    this.threads[guest]! -= 1;
    this.cores.leave(guest);
  }

  /** Whose thread a vCPU of a guest of layer 0 leaves: the job's that stops, or that of another with one to spare. */
  private giverIn(outermost: number, mover: number): number {
    const { threads } = this;
    if (threads[mover]! > this.wants(mover)) return mover;
    const workers = this.workersOf[outermost]!;
    let giver = mover;
    for (let i = 0; i < workers.length; i++) {
      const guest = workers[i]!;
      if (threads[guest]! > this.wants(guest)) return guest;
      if (threads[guest]! > threads[giver]!) giver = guest;
    }
    return giver;
  }

  private settleCores(now: number): void {
    const { cores } = this;
    const { changed } = cores;
    for (let i = 0; i < cores.changedCount; i++) {
      const guest = changed[i]!;
      // The kernel's work has the average speed.
      if (guest === this.threads.length) continue;
      const outermost = this.outermost[guest]!;
      if (this.takesTurns[outermost] === 1) this.paceTogether(outermost);
      else this.paceAnew(guest, cores.sharedBy(guest), this.threads[guest]!);
    }
    cores.forgetChanges();
    this.speed = 1 - cores.sharedPart * (1 - this.siblingSpeed);
    if (this.nextSpread === NEVER && cores.isCrowded) this.nextSpread = now + cores.patience;
  }

  /** All guests in one of layer 0: at the average of its threads while they take turns, else each at that of its own. */
  private paceTogether(outermost: number): void {
    const { cores } = this;
    const workers = this.workersOf[outermost]!;
    const turns = this.takesTurns[outermost] === 1;
    let shared = 0;
    let threads = 0;
    for (let i = 0; turns && i < workers.length; i++) {
      shared += cores.sharedBy(workers[i]!);
      threads += this.threads[workers[i]!]!;
    }
    for (let i = 0; i < workers.length; i++) {
      const guest = workers[i]!;
      if (turns) this.paceAnew(guest, shared, threads);
      else this.paceAnew(guest, cores.sharedBy(guest), this.threads[guest]!);
    }
  }

  private paceAnew(guest: number, shared: number, threads: number): void {
    this.paced.setPace(guest, threads === 0 ? 1 : (threads - shared * (1 - this.siblingSpeed)) / threads);
  }
}

/** The kernel is one more occupant, and a VM of its own. */
function coresFor(topology: Topology, outermost: Int32Array): Cores {
  const { physicalCpus, guests } = topology;
  if (!schedulesCores(topology)) return new Cores(physicalCpus / 2, guests.length + 1);
  return new OwnedCores(physicalCpus / 2, Int32Array.of(...outermost, guests.length));
}
