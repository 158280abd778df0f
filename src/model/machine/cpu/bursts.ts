import type { Topology } from '../topology.ts';
import { categories, GUEST, SPIN, total } from './cpu-time.ts';

/**
 * What each task has still to execute before it next decides anything. A burst is whole nanoseconds of CPU time at
 * full speed; its parts (guest work, exits by whose time they take) are mixed evenly over it, so that any stretch of
 * it is accounted by shares.
 */
export class Bursts {
  readonly categories: number;
  /** By task (entity less vCPUs): nanoseconds at full speed. */
  readonly remaining: Float64Array;
  /** Demanded work that one nanosecond of the burst delivers; 0 for a kernel's own work. */
  readonly workPerNanosecond: Float64Array;
  /** By task: part of the burst for which it holds the lock of the outermost hypervisor's page tables. */
  readonly lockShare: Float64Array;
  /** By task and category; sums to 1. */
  readonly shares: Float64Array;

  constructor(topology: Topology) {
    const tasks = topology.entities - topology.vcpus;
    this.categories = categories(topology.levels);
    this.remaining = new Float64Array(tasks);
    this.workPerNanosecond = new Float64Array(tasks);
    this.lockShare = new Float64Array(tasks);
    this.shares = new Float64Array(tasks * this.categories);
  }

  /**
   * A job's burst: its demand, with exits for each nanosecond of it (`perWork`, the work itself among them), a share
   * of the exits that come with the job, and exits that come with time (`busy`: shares of all running time, together below 1).
   */
  startJob(
    task: number,
    demand: number,
    perWork: Float64Array,
    perJob: Float64Array,
    jobShare: number,
    busy: Float64Array,
  ): void {
    const { categories: width, shares } = this;
    const first = task * width;
    let own = 0;
    let busyShare = 0;
    for (let k = 0; k < width; k++) {
      own += demand * perWork[k]! + jobShare * perJob[k]!;
      busyShare += busy[k]!;
    }
    const exact = own / (1 - busyShare);
    const duration = Math.ceil(exact);
    for (let k = 0; k < width; k++) {
      shares[first + k] =
        (demand * perWork[k]! + jobShare * perJob[k]!) / duration + (busy[k]! * exact) / duration;
    }
    // What rounding up adds, less than a nanosecond, counts as the guest's.
    shares[first + GUEST]! += (duration - exact) / duration;
    this.remaining[task] = duration;
    this.workPerNanosecond[task] = demand / duration;
  }

  /** Of a burst that was just started, nanoseconds for which it holds the lock of page tables. */
  holdLock(task: number, nanoseconds: number): void {
    this.lockShare[task] = Math.min(1, nanoseconds / this.remaining[task]!);
  }

  /** A kernel task's burst, given by category. */
  startKernelWork(task: number, parts: Float64Array): void {
    const first = task * this.categories;
    const exact = total(parts);
    const duration = Math.ceil(exact);
    let largest = 0;
    for (let k = 0; k < this.categories; k++) {
      this.shares[first + k] = parts[k]! / duration;
      if (parts[k]! > parts[largest]!) largest = k;
    }
    this.shares[first + largest]! += (duration - exact) / duration;
    this.remaining[task] = duration;
    this.workPerNanosecond[task] = 0;
  }

  /** Waiting for another task on the CPU. */
  startSpin(task: number, nanoseconds: number): void {
    const first = task * this.categories;
    this.shares.fill(0, first, first + this.categories);
    this.shares[first + SPIN] = 1;
    this.remaining[task] = nanoseconds;
    this.workPerNanosecond[task] = 0;
    this.lockShare[task] = 0;
  }

  /** Adds whole nanoseconds by category to a burst in progress. */
  extend(task: number, parts: Float64Array, from: number): void {
    const first = task * this.categories;
    const before = this.remaining[task]!;
    let added = 0;
    for (let k = 0; k < this.categories; k++) added += parts[from + k]!;
    const after = before + added;
    for (let k = 0; k < this.categories; k++) {
      this.shares[first + k] = (this.shares[first + k]! * before + parts[from + k]!) / after;
    }
    this.workPerNanosecond[task]! *= before / after;
    this.lockShare[task]! *= before / after;
    this.remaining[task] = after;
  }
}
