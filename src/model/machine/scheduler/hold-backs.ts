import type { CoScheduling } from './co-scheduling.ts';
import type { CpuLimits } from './cpu-limits.ts';
import type { Placement } from './placement.ts';
import { ENQUEUE_RELEASED, type SchedulingPolicy } from './policy.ts';
import { CO_STOPPED, LIMITED, NONE, READY, RUNNING, type SchedulerState } from './scheduler-state.ts';

/** What stopping and letting go needs done with entities: the dispatcher. */
export interface Stopper {
  isThrottled(entity: number): boolean;
  setState(entity: number, next: number): void;
  /** The current entity of an executing CPU is only ready from now on. */
  leaveCpu(entity: number, cpu: number): void;
  /** An entity in no run queue joins one. */
  queue(entity: number, reason: number, waker: number): void;
  migrate(entity: number, from: number, to: number): void;
  decide(cpu: number): void;
}

/** vCPUs that may not run for a while, though they have something to do: over their limit, or ahead of their siblings. */
export class HoldBacks {
  private readonly scheduling: SchedulerState;
  private readonly policyOfCpu: readonly SchedulingPolicy[];
  private readonly placement: Placement;
  /** Null when no guest has a limit, or is co-scheduled. */
  private readonly limits: CpuLimits | null;
  private readonly coscheduling: CoScheduling | null;
  private readonly stopper: Stopper;

  constructor(
    scheduling: SchedulerState,
    policyOfCpu: readonly SchedulingPolicy[],
    placement: Placement,
    limits: CpuLimits | null,
    coscheduling: CoScheduling | null,
    stopper: Stopper,
  ) {
    this.scheduling = scheduling;
    this.policyOfCpu = policyOfCpu;
    this.placement = placement;
    this.limits = limits;
    this.coscheduling = coscheduling;
    this.stopper = stopper;
  }

  /** Event: a guest may have used up its limit, or may go on. */
  lookAtLimit(guest: number): void {
    const limits = this.limits!;
    if (!limits.look(guest)) return;
    const { firstVcpu, specification } = this.scheduling.topology.guests[guest]!;
    for (let vcpu = firstVcpu; vcpu < firstVcpu + specification.vcpus; vcpu++) {
      const state = this.scheduling.state[vcpu];
      if (limits.throttled[guest] === 1) {
        if (state === READY || state === RUNNING) this.stop(vcpu, LIMITED);
      } else if (state === LIMITED) this.release(vcpu);
    }
  }

  /** Event: vCPUs of a guest that lead their slowest sibling by too much are stopped, and stopped ones let go on. */
  coschedule(group: number): void {
    const coscheduling = this.coscheduling!;
    coscheduling.looked(group);
    const slowest = coscheduling.slowest(group);
    const { firstVcpu, specification } = this.scheduling.topology.guests[group]!;
    for (let vcpu = firstVcpu; vcpu < firstVcpu + specification.vcpus; vcpu++) {
      const state = this.scheduling.state[vcpu];
      if (state === CO_STOPPED) {
        if (coscheduling.mayGoOn(vcpu, slowest, group)) this.release(vcpu);
      } else if (state === READY || state === RUNNING) {
        if (!coscheduling.isTooFarAhead(vcpu, slowest, group)) continue;
        const cpu = this.scheduling.cpuOf[vcpu]!;
        this.stop(vcpu, CO_STOPPED);
        if (state === RUNNING) this.handOff(cpu, slowest);
      }
    }
    coscheduling.planNext(group);
  }

  /** A vCPU that was stopped gives its CPU to the sibling that was too slow (Cpu.CoschedHandoff). */
  private handOff(cpu: number, sibling: number): void {
    if (this.scheduling.state[sibling] !== READY || !this.scheduling.mayRun(sibling, cpu)) return;
    const from = this.scheduling.cpuOf[sibling]!;
    if (from !== cpu) this.stopper.migrate(sibling, from, cpu);
    this.policyOfCpu[cpu]!.favour(sibling, cpu);
    this.placement.noteQueue(cpu);
    this.stopper.decide(cpu);
  }

  /**
   * A vCPU that runs or waits may not for a while. A hypervisor whose CPU is taken away by a level below does so when
   * it executes again.
   */
  stop(vcpu: number, state: number): void {
    const { scheduling } = this;
    const cpu = scheduling.cpuOf[vcpu]!;
    if (scheduling.state[vcpu] === RUNNING) {
      if (scheduling.physicalOf(cpu) === NONE) {
        scheduling.reschedule[cpu] = 1;
        return;
      }
      this.stopper.leaveCpu(vcpu, cpu);
      this.policyOfCpu[cpu]!.putBack(vcpu, cpu);
    }
    this.policyOfCpu[cpu]!.withdraw(vcpu, cpu);
    this.stopper.setState(vcpu, state);
    this.placement.noteQueue(cpu);
    if (scheduling.reschedule[cpu] === 1) this.stopper.decide(cpu);
  }

  /** It may go on. */
  private release(vcpu: number): void {
    if (this.stopper.isThrottled(vcpu)) {
      this.stopper.setState(vcpu, LIMITED);
      return;
    }
    this.stopper.queue(vcpu, ENQUEUE_RELEASED, NONE);
  }
}
