import { IoPlan, type Swaps } from '../../workload/io-plan.ts';
import { PAGE } from '../memory/swapping.ts';
import type { Topology } from '../topology.ts';
import type { Bursts } from './bursts.ts';
import type { FluidDisks } from './fluid-disks.ts';

const NOBODY = -1;

/** What a task that has computed a part of its job does next: it is through, or waits and computes on, or waits for writes. */
export const THROUGH = 0;
export const FOR_MORE = 1;
export const FOR_WRITES = 2;

/**
 * Jobs that wait for disks: a job computes in equal parts, each of which but the last ends in a wait, and pays with its next
 * part for the exits of the wait before. What it writes at its end it only waits for when too much is on its way.
 */
export class DiskWaits {
  private readonly disks: FluidDisks;
  private readonly plan: IoPlan;
  private readonly bursts: Bursts;
  /** By task: waits that are left, the parts its demand is in for them, nanoseconds of exits it owes. */
  private readonly left: Int32Array;
  private readonly parts: Int32Array;
  private readonly owed: Float64Array;

  constructor(topology: Topology, disks: FluidDisks, bursts: Bursts) {
    const tasks = topology.entities - topology.vcpus;
    this.disks = disks;
    this.plan = new IoPlan(topology);
    this.bursts = bursts;
    this.left = new Int32Array(tasks);
    this.parts = new Int32Array(tasks).fill(1);
    this.owed = new Float64Array(tasks);
  }

  begin(guest: number, task: number, demand: number): void {
    const waits = this.plan.begin(guest, task, demand);
    this.left[task] = waits;
    this.parts[task] = waits + 1;
  }

  /** Nanoseconds of the next part of a task's job, all of which take `burst`. */
  nextPart(task: number, burst: number): number {
    const owed = this.owed[task]!;
    this.owed[task] = 0;
    return burst / this.parts[task]! + owed;
  }

  partsOf(task: number): number {
    return this.parts[task]!;
  }

  /** Parts before the one that a task is at. */
  partsDone(task: number): number {
    return this.parts[task]! - 1 - this.left[task]!;
  }

  /** What a task waited for is there: it owes the interrupts. */
  done(task: number, interrupts: number): void {
    this.owed[task]! += interrupts;
  }

  /** A task of a source in a guest has computed a part. @returns what it does next. */
  afterPart(source: number, guest: number, task: number): number {
    const { plan, disks } = this;
    if (this.left[task]! > 0) {
      this.left[task]! -= 1;
      plan.next(guest, task);
      if (plan.swap !== null) this.swapIn(plan.swap, source, guest, task);
      else this.owed[task]! += disks.issue(guest, task, plan.ios, plan.size, plan.fresh);
      return FOR_MORE;
    }
    while (plan.nextBehind(guest, task)) {
      const waits = plan.mustWait(task, disks.writtenBehind[guest]!);
      this.owed[task]! += disks.issue(guest, waits ? task : NOBODY, plan.ios, plan.size, plan.fresh);
      if (waits) return FOR_WRITES;
    }
    return THROUGH;
  }

  private swapIn({ by }: Swaps, source: number, guest: number, task: number): void {
    this.owed[task]! += this.bursts.fault(source);
    const { ios } = this.plan;
    // The hypervisor that reads the page pays for its kicks as its own load.
    if (by === NOBODY) this.disks.issueOnHost(guest, task, ios, PAGE);
    else this.disks.issue(by, task, ios, PAGE, 0);
  }
}
