import type { PhysicalCpus } from '../cpu/physical-cpus.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { HaltPolling } from './halt-polling.ts';
import type { SchedulingPolicy } from './policy.ts';
import { NONE as NO_ENTITY, type SchedulerState } from './scheduler-state.ts';

// In a constant of this module, which the engine puts into its code as a number (kernel/event-queue.ts).
const NONE = NO_ENTITY;

/** What waiting for a halted vCPU needs done with its CPU: the dispatcher. */
export interface Halter {
  /** The current entity of an executing CPU has nothing more to do. */
  block(entity: number): void;
  decide(cpu: number): void;
  /** A virtual CPU has exits to pay for. */
  owe(cpu: number, cost: Float64Array | null): void;
}

/**
 * Halted vCPUs that their hypervisor waits for on their CPU before they sleep: when that begins, and what ends it. For
 * how long it may last is HaltPolling's.
 */
export class PolledHalts {
  private readonly scheduling: SchedulerState;
  private readonly policyOfCpu: readonly SchedulingPolicy[];
  private readonly polling: HaltPolling;
  private readonly cpus: PhysicalCpus;
  private readonly exitCosts: EventExitCosts;
  private readonly halter: Halter;
  private readonly physicalCpus: number;
  private readonly vcpus: number;

  constructor(
    scheduling: SchedulerState,
    policyOfCpu: readonly SchedulingPolicy[],
    polling: HaltPolling,
    cpus: PhysicalCpus,
    exitCosts: EventExitCosts,
    halter: Halter,
  ) {
    this.scheduling = scheduling;
    this.policyOfCpu = policyOfCpu;
    this.polling = polling;
    this.cpus = cpus;
    this.exitCosts = exitCosts;
    this.halter = halter;
    this.physicalCpus = scheduling.topology.physicalCpus;
    this.vcpus = scheduling.topology.vcpus;
  }

  /** A virtual CPU has nothing to run: is it waited for, on the CPU it has? */
  begin(cpu: number): boolean {
    const { polling } = this;
    const vcpu = cpu - this.physicalCpus;
    if (polling.isPolling(vcpu)) {
      if (polling.isOver(vcpu)) {
        polling.end(vcpu);
        return false;
      }
    } else {
      const below = this.scheduling.cpuOf[vcpu]!;
      if (!polling.halted(vcpu) || this.policyOfCpu[below]!.runnable(below) > 1) return false;
      polling.begin(vcpu);
    }
    this.cpus.poll(this.scheduling.physicalOf(cpu), vcpu);
    return true;
  }

  /** Event: it has been waited for for long enough, and sleeps. */
  timeIsUp(vcpu: number): void {
    this.polling.fired(vcpu);
    this.end(vcpu);
  }

  /** Another wants the CPU that `current` has, on which it may be waited for. */
  giveWay(current: number): void {
    if (current < this.vcpus && this.polling.isPolling(current)) this.end(current);
  }

  /** A halted virtual CPU has work. @returns whether it was waited for, and so goes on without having slept. */
  wake(cpu: number, waker: number): boolean {
    const vcpu = cpu - this.physicalCpus;
    this.polling.woken(vcpu);
    if (!this.polling.isPolling(vcpu)) return false;
    this.polling.end(vcpu);
    // It left its guest and enters it again.
    this.halter.owe(cpu, this.exitCosts.bareExit(cpu));
    if (waker !== NONE && waker !== cpu) this.halter.owe(waker, this.exitCosts.ipi(waker));
    const physical = this.scheduling.physicalOf(cpu);
    if (physical !== NONE) {
      this.cpus.poll(physical, NONE);
      this.halter.decide(cpu);
    }
    return true;
  }

  private end(vcpu: number): void {
    const physical = this.scheduling.physicalOf(vcpu + this.physicalCpus);
    if (physical === NONE) {
      this.polling.endUnseen(vcpu);
      return;
    }
    this.polling.end(vcpu);
    this.cpus.poll(physical, NONE);
    this.halter.block(vcpu);
  }
}
