import { NO_EVENT } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { COSCHEDULE } from '../event-codes.ts';
import type { Topology } from '../topology.ts';
import { BLOCKED, CO_STOPPED, READY, type SchedulerState } from './scheduler-state.ts';

/**
 * ESXi's relaxed co-scheduling: which vCPUs of a VM are too far ahead of their slowest sibling. A vCPU makes progress
 * while it runs and while it is halted; one that is halted holds nobody back, and starts level with the most advanced
 * when it wakes. The skew is looked at every so often while a vCPU of the VM waits, and not at all otherwise.
 */
export class CoScheduling {
  private readonly scheduling: SchedulerState;
  private readonly simulation: Simulation;
  private readonly topology: Topology;
  /** By vCPU: its guest when that is co-scheduled, else -1. */
  readonly groupOf: Int32Array;
  /** By vCPU: waiting time that does not count against it. */
  private readonly excused: Float64Array;
  /** By guest. */
  private readonly pending: Int32Array;
  private readonly costop: Float64Array;
  private readonly costart: Float64Array;
  private readonly poll: Float64Array;

  constructor(scheduling: SchedulerState, simulation: Simulation) {
    const { topology } = scheduling;
    const { guests, layers, vcpus } = topology;
    this.scheduling = scheduling;
    this.simulation = simulation;
    this.topology = topology;
    this.groupOf = new Int32Array(vcpus).fill(-1);
    this.excused = new Float64Array(vcpus);
    this.pending = new Int32Array(guests.length).fill(NO_EVENT);
    this.costop = new Float64Array(guests.length);
    this.costart = new Float64Array(guests.length);
    this.poll = new Float64Array(guests.length);
    for (const { index, parentLayer, firstVcpu, specification } of guests) {
      const { scheduler } = layers[parentLayer]!;
      if (scheduler.policy !== 'esxi' || scheduler.coscheduling === null || specification.vcpus < 2) continue;
      this.groupOf.fill(index, firstVcpu, firstVcpu + specification.vcpus);
      this.costop[index] = scheduler.coscheduling.costop;
      this.costart[index] = scheduler.coscheduling.costart;
      this.poll[index] = scheduler.coscheduling.poll;
    }
  }

  get isOff(): boolean {
    return this.groupOf.every((group) => group < 0);
  }

  /** A vCPU of a co-scheduled guest waits from now on. */
  noteWaiting(group: number): void {
    if (this.pending[group] !== NO_EVENT) return;
    this.pending[group] = this.simulation.at(this.simulation.now + this.poll[group]!, COSCHEDULE, group, 0);
  }

  /** A vCPU is about to wake: it is level with the most advanced of those that have something to do. */
  excuse(vcpu: number, group: number): void {
    const { firstVcpu, specification } = this.topology.guests[group]!;
    let least = Number.POSITIVE_INFINITY;
    for (let sibling = firstVcpu; sibling < firstVcpu + specification.vcpus; sibling++) {
      if (sibling === vcpu || this.scheduling.state[sibling] === BLOCKED) continue;
      least = Math.min(least, this.behind(sibling));
    }
    this.excused[vcpu] = this.scheduling.waitedBy(vcpu) - (least === Number.POSITIVE_INFINITY ? 0 : least);
  }

  /** The vCPU of a guest that has made the least progress, of those that have something to do; -1 without one. */
  slowest(group: number): number {
    const { firstVcpu, specification } = this.topology.guests[group]!;
    let slowest = -1;
    for (let vcpu = firstVcpu; vcpu < firstVcpu + specification.vcpus; vcpu++) {
      if (this.scheduling.state[vcpu] === BLOCKED) continue;
      if (slowest < 0 || this.behind(vcpu) > this.behind(slowest)) slowest = vcpu;
    }
    return slowest;
  }

  isTooFarAhead(vcpu: number, slowest: number, group: number): boolean {
    return this.behind(slowest) - this.behind(vcpu) > this.costop[group]!;
  }

  mayGoOn(vcpu: number, slowest: number, group: number): boolean {
    return this.behind(slowest) - this.behind(vcpu) < this.costart[group]!;
  }

  /** Event: a look is being taken. The next is planned while somebody waits. */
  looked(group: number): void {
    this.pending[group] = NO_EVENT;
  }

  planNext(group: number): void {
    const { firstVcpu, specification } = this.topology.guests[group]!;
    for (let vcpu = firstVcpu; vcpu < firstVcpu + specification.vcpus; vcpu++) {
      const state = this.scheduling.state[vcpu];
      if (state === READY || state === CO_STOPPED) {
        this.noteWaiting(group);
        return;
      }
    }
  }

  /** How much a vCPU has fallen behind real time. */
  private behind(vcpu: number): number {
    return this.scheduling.waitedBy(vcpu) - this.excused[vcpu]!;
  }
}
