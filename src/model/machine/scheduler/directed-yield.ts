import type { Topology } from '../topology.ts';
import { NONE, READY, type SchedulerState } from './scheduler-state.ts';

/**
 * Whom a vCPU that spins offers its CPU to: the next of its siblings, in turn, that waits for one. After
 * kvm_vcpu_on_spin() (Linux virt/kvm/kvm_main.c): the search starts behind the one helped last, and a sibling that
 * itself gave way while spinning is considered every other time. Left out: what the sibling did when it was preempted
 * (user or kernel mode), and that three failures end the search, as one that waits never fails here.
 */
export class DirectedYields {
  private readonly scheduling: SchedulerState;
  /** By vCPU: first sibling and number of them. */
  private readonly first: Int32Array;
  private readonly siblings: Int32Array;
  /** By first sibling: the one helped last. */
  private readonly lastBoosted: Int32Array;
  /** By vCPU: gave way while spinning, and has not run since; whether it is passed over this time. */
  private readonly gaveWay: Uint8Array;
  private readonly passedOver: Uint8Array;

  constructor(scheduling: SchedulerState) {
    const { guests, vcpus }: Topology = scheduling.topology;
    this.scheduling = scheduling;
    this.first = new Int32Array(vcpus);
    this.siblings = new Int32Array(vcpus);
    this.lastBoosted = new Int32Array(vcpus);
    this.gaveWay = new Uint8Array(vcpus);
    this.passedOver = new Uint8Array(vcpus);
    for (const { firstVcpu, specification } of guests) {
      this.first.fill(firstVcpu, firstVcpu, firstVcpu + specification.vcpus);
      this.siblings.fill(specification.vcpus, firstVcpu, firstVcpu + specification.vcpus);
      this.lastBoosted[firstVcpu] = firstVcpu;
    }
  }

  /** The sibling that should run instead of a vCPU, or NONE. */
  target(vcpu: number): number {
    const first = this.first[vcpu]!;
    const count = this.siblings[vcpu]!;
    const start = this.lastBoosted[first]! - first;
    for (let step = 1; step <= count; step++) {
      const sibling = first + ((start + step) % count);
      if (sibling === vcpu || this.scheduling.state[sibling] !== READY) continue;
      if (this.gaveWay[sibling] === 1) {
        this.passedOver[sibling]! ^= 1;
        if (this.passedOver[sibling] === 1) continue;
      }
      this.lastBoosted[first] = sibling;
      return sibling;
    }
    return NONE;
  }

  noteGivingWay(vcpu: number): void {
    this.gaveWay[vcpu] = 1;
    this.passedOver[vcpu] = 0;
  }

  noteRunning(vcpu: number): void {
    this.gaveWay[vcpu] = 0;
  }
}
