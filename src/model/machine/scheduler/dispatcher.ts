import type { Simulation } from '../../kernel/simulation.ts';
import { schedulesCores } from '../core-scheduling.ts';
import type { ExitDebts } from '../cpu/exit-debts.ts';
import type { PhysicalCpus } from '../cpu/physical-cpus.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { BalancePasses } from './balance-passes.ts';
import { CoScheduling } from './co-scheduling.ts';
import { CpuLimits } from './cpu-limits.ts';
import { DirectedYields } from './directed-yield.ts';
import { HaltPolling } from './halt-polling.ts';
import { HoldBacks, type Stopper } from './hold-backs.ts';
import { LoadBalancing, type Mover } from './load-balancing.ts';
import type { Placement } from './placement.ts';
import { ENQUEUE_MIGRATED, ENQUEUE_WAKE, type SchedulingPolicy } from './policy.ts';
import { type Halter, PolledHalts } from './polled-halts.ts';
import { RunQueues } from './run-queues.ts';
import {
  BLOCKED as IS_BLOCKED,
  READY as IS_READY,
  RUNNING as IS_RUNNING,
  LIMITED,
  NONE as NO_ENTITY,
  type SchedulerState,
} from './scheduler-state.ts';
import type { TurnChecks } from './turn-checks.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;
const BLOCKED = IS_BLOCKED;
const READY = IS_READY;
const RUNNING = IS_RUNNING;

/**
 * Puts entities on CPUs at every layer alike. A virtual CPU is an entity of the layer below: it is woken when its
 * layer has something to run, blocks when nothing is left, and while a layer below has it off, its current entity
 * stays current: nobody on it notices, and its timers come due at the next instant it executes.
 *
 * Handlers only note which CPUs need a decision; `settle` then makes the decisions until none is left, so that no
 * decision is made in the middle of another.
 */
export class Dispatcher implements Mover, Stopper, Halter {
  /** Times a CPU of any layer decided what to run. */
  decisions = 0;
  /** Wake-ups, switches (to idle and from it too) and migrations at every layer: what a scheduler's trace would have. */
  schedulingEvents = 0;
  /** Who moves, and who is stopped for a while. */
  readonly balancing: LoadBalancing;
  readonly holdBacks: HoldBacks;
  private readonly scheduling: SchedulerState;
  private readonly policyOfCpu: readonly SchedulingPolicy[];
  private readonly placement: Placement;
  private readonly turnChecks: TurnChecks;
  private readonly balancePasses: BalancePasses;
  private readonly cpus: PhysicalCpus;
  private readonly debts: ExitDebts;
  private readonly exitCosts: EventExitCosts;
  /** Null when no guest has a limit, is co-scheduled, is polled, or yields when it spins. */
  private readonly limits: CpuLimits | null;
  private readonly coscheduling: CoScheduling | null;
  private readonly polledHalts: PolledHalts | null;
  private readonly yields: DirectedYields | null;
  /** Null when every CPU has a run queue of its own. */
  private readonly sharedQueues: RunQueues | null;
  /** Whether one of them has to hear of every change of a vCPU's state. */
  private readonly watchesStates: boolean;
  private readonly physicalCpus: number;
  private readonly vcpus: number;
  /** What one thread of a core may run depends on the other. */
  private readonly byCore: boolean;

  /** CPUs that need a decision, a circular buffer. */
  private readonly due: Int32Array;
  private readonly isDue: Uint8Array;
  private dueHead = 0;
  private dueCount = 0;

  constructor(
    scheduling: SchedulerState,
    policyOfCpu: readonly SchedulingPolicy[],
    placement: Placement,
    turnChecks: TurnChecks,
    balancePasses: BalancePasses,
    cpus: PhysicalCpus,
    debts: ExitDebts,
    exitCosts: EventExitCosts,
    simulation: Simulation,
  ) {
    const { topology } = scheduling;
    this.scheduling = scheduling;
    this.policyOfCpu = policyOfCpu;
    this.placement = placement;
    this.turnChecks = turnChecks;
    this.balancePasses = balancePasses;
    this.cpus = cpus;
    this.debts = debts;
    this.exitCosts = exitCosts;
    const limited = topology.guests.some(({ specification }) => specification.limit !== undefined);
    this.limits = limited ? new CpuLimits(simulation, topology) : null;
    const coscheduling = new CoScheduling(scheduling, simulation);
    this.coscheduling = coscheduling.isOff ? null : coscheduling;
    const polling = new HaltPolling(simulation, topology);
    this.polledHalts = polling.isOff
      ? null
      : new PolledHalts(scheduling, policyOfCpu, polling, cpus, exitCosts, this);
    const yielding = topology.layers.some(({ hypervisor }) => hypervisor?.spinExit?.directedYield === true);
    this.yields = yielding ? new DirectedYields(scheduling) : null;
    const runQueues = new RunQueues(topology);
    this.sharedQueues = runQueues.areShared ? runQueues : null;
    this.watchesStates = limited || this.coscheduling !== null || yielding;
    this.physicalCpus = topology.physicalCpus;
    this.vcpus = topology.vcpus;
    this.byCore = schedulesCores(topology);
    this.due = new Int32Array(topology.cpus);
    this.isDue = new Uint8Array(topology.cpus);
    this.balancing = new LoadBalancing(scheduling, policyOfCpu, placement, balancePasses, this);
    this.holdBacks = new HoldBacks(scheduling, policyOfCpu, placement, this.limits, this.coscheduling, this);
  }

  /**
   * A blocked entity has something to do. `waker` is the CPU of its layer whose code says so, which pays for the
   * signal to a halted one, or NONE when a timer or a device does.
   */
  wake(entity: number, waker: number): void {
    const { scheduling } = this;
    if (scheduling.state[entity] !== BLOCKED) return;
    if (this.coscheduling !== null && entity < this.vcpus) {
      const group = this.coscheduling.groupOf[entity]!;
      if (group >= 0) this.coscheduling.excuse(entity, group);
    }
    if (this.isThrottled(entity)) {
      this.setState(entity, LIMITED);
      return;
    }
    this.queue(entity, ENQUEUE_WAKE, waker);
  }

  /** An entity in no run queue joins one, where the policy or placement want it. */
  queue(entity: number, reason: number, waker: number): void {
    const { scheduling } = this;
    const home = scheduling.cpuOf[entity]!;
    const cpu = this.policyOfCpu[home]!.wakesAtHome(entity) ? home : this.placement.choose(entity);
    this.schedulingEvents++;
    scheduling.cpuOf[entity] = cpu;
    this.setState(entity, READY);
    this.policyOfCpu[cpu]!.enqueue(entity, cpu, reason);
    this.joined(entity, cpu, waker);
  }

  /** The current entity of an executing CPU has nothing more to do. */
  block(entity: number): void {
    const { scheduling } = this;
    const cpu = scheduling.cpuOf[entity]!;
    const policy = this.policyOfCpu[cpu]!;
    policy.charge(cpu);
    policy.block(entity, cpu);
    this.suspend(scheduling.physicalOf(cpu));
    scheduling.current[cpu] = NONE;
    this.setState(entity, BLOCKED);
    this.placement.noteQueue(cpu);
    this.decide(cpu);
  }

  /**
   * The current entity of an executing CPU goes on with more of the same, unless it has kept the CPU from the others
   * for too long: then it queues up like them.
   */
  goOn(entity: number): void {
    const cpu = this.scheduling.cpuOf[entity]!;
    if (this.policyOfCpu[cpu]!.demote(entity, cpu)) this.leaveCpu(entity, cpu);
  }

  /** Its system may take the CPU of a task away again, and does so if that was due. */
  letPreempt(entity: number): void {
    const { scheduling } = this;
    scheduling.keepsCpu[entity] = 0;
    const cpu = scheduling.cpuOf[entity]!;
    if (scheduling.current[cpu] === entity && scheduling.reschedule[cpu] === 1) this.decide(cpu);
  }

  /** A vCPU whose guest spins on it has trapped: it offers its CPU to a sibling that waits for one, if there is one. */
  yieldTo(vcpu: number): void {
    const { scheduling, yields } = this;
    if (yields === null) return;
    const sibling = yields.target(vcpu);
    if (sibling === NONE) return;
    scheduling.directedYields[vcpu]! += 1;
    yields.noteGivingWay(vcpu);
    const own = scheduling.cpuOf[vcpu]!;
    const other = scheduling.cpuOf[sibling]!;
    this.policyOfCpu[other]!.favour(sibling, other);
    this.policyOfCpu[own]!.charge(own);
    this.policyOfCpu[own]!.yield(vcpu, own);
    scheduling.reschedule[other] = 1;
    this.decide(own);
    this.decide(other);
  }

  /** Event: a halted vCPU has been polled for long enough, and sleeps. */
  pollOver(vcpu: number): void {
    this.polledHalts!.timeIsUp(vcpu);
  }

  /** The current entity of an executing CPU is only ready from now on. */
  leaveCpu(entity: number, cpu: number): void {
    const { scheduling } = this;
    this.policyOfCpu[cpu]!.charge(cpu);
    this.suspend(scheduling.physicalOf(cpu));
    scheduling.current[cpu] = NONE;
    this.setState(entity, READY);
    this.placement.noteQueue(cpu);
    this.decide(cpu);
  }

  /** Makes every decision that is due at this instant. */
  settle(): void {
    while (this.dueCount > 0) {
      const cpu = this.due[this.dueHead]!;
      this.dueHead = this.dueHead + 1 === this.due.length ? 0 : this.dueHead + 1;
      this.dueCount--;
      this.isDue[cpu] = 0;
      const physical = this.scheduling.physicalOf(cpu);
      if (physical !== NONE) this.dispatch(cpu, physical);
    }
  }

  /** Event: a turn may be over. */
  checkTurn(cpu: number): void {
    this.turnChecks.fired(cpu);
    if (this.scheduling.physicalOf(cpu) === NONE) this.turnChecks.miss(cpu);
    else this.lookAtTurn(cpu);
  }

  /** Whether its guest has used up its limit. */
  isThrottled(entity: number): boolean {
    if (this.limits === null || entity >= this.vcpus) return false;
    const guest = this.limits.limitOf[entity]!;
    return guest >= 0 && this.limits.throttled[guest] === 1;
  }

  /** Every change of an entity's state goes through here. */
  setState(entity: number, next: number): void {
    if (this.watchesStates && entity < this.vcpus) this.noteState(entity, next);
    this.scheduling.setState(entity, next);
  }

  /** Limits, co-scheduling and directed yields hear of a change before it is made. */
  private noteState(vcpu: number, next: number): void {
    const { limits, coscheduling } = this;
    if (limits !== null) {
      const guest = limits.limitOf[vcpu]!;
      if (guest >= 0) {
        if (next === RUNNING) limits.started(guest);
        else if (this.scheduling.state[vcpu] === RUNNING) limits.stopped(guest);
      }
    }
    if (coscheduling !== null && next === READY) {
      const group = coscheduling.groupOf[vcpu]!;
      if (group >= 0) coscheduling.noteWaiting(group);
    }
    if (next === RUNNING) this.yields?.noteRunning(vcpu);
  }

  /** An entity joined a CPU's queue: who must know? */
  joined(entity: number, cpu: number, waker: number): void {
    const { scheduling } = this;
    this.noteWaiting(cpu);
    const current = scheduling.current[cpu]!;
    if (this.polledHalts !== null && current !== NONE) this.polledHalts.giveWay(current);
    if (scheduling.current[cpu] === NONE) {
      this.placement.setBusy(cpu);
      this.activate(cpu, waker);
      return;
    }
    if (this.policyOfCpu[cpu]!.preempts(entity, cpu)) scheduling.reschedule[cpu] = 1;
    if (scheduling.reschedule[cpu] === 1) this.decide(cpu);
    else this.planTurnCheck(cpu);
    if (this.sharedQueues !== null) this.noteSharers(cpu, this.sharedQueues);
  }

  /** What waits in a run queue may end the turn of every CPU that takes from it. */
  private noteSharers(cpu: number, { first, end }: RunQueues): void {
    for (let other = first[cpu]!; other < end[cpu]!; other++) {
      if (other === cpu || this.scheduling.current[other] === NONE) continue;
      if (this.scheduling.reschedule[other] === 1) this.decide(other);
      else this.planTurnCheck(other);
    }
  }

  /** A CPU without a current entity has work: a halted virtual CPU wakes as an entity of the layer below. */
  private activate(cpu: number, waker: number): void {
    if (this.polledHalts !== null && cpu >= this.physicalCpus && this.polledHalts.wake(cpu, waker)) return;
    if (this.scheduling.physicalOf(cpu) !== NONE) {
      this.decide(cpu);
      return;
    }
    const vcpu = cpu - this.physicalCpus;
    if (this.scheduling.state[vcpu] !== BLOCKED) return;
    this.owe(cpu, this.exitCosts.haltWake(cpu));
    if (waker !== NONE && waker !== cpu) this.owe(waker, this.exitCosts.ipi(waker));
    this.wake(vcpu, NONE);
  }

  /** A virtual CPU has exits to pay for; an executing one pays at once. */
  owe(cpu: number, cost: Float64Array | null): void {
    if (cost === null) return;
    this.debts.add(cpu, cost);
    const physical = this.scheduling.physicalOf(cpu);
    if (physical !== NONE) this.cpus.touch(physical);
  }

  /** A CPU has a decision to make before this instant is over. */
  decide(cpu: number): void {
    if (this.isDue[cpu] === 1) return;
    this.isDue[cpu] = 1;
    const end = this.dueHead + this.dueCount;
    this.due[end < this.due.length ? end : end - this.due.length] = cpu;
    this.dueCount++;
  }

  /** Decides what a CPU runs that a physical one executes. */
  private dispatch(cpu: number, physical: number): void {
    const { scheduling } = this;
    const policy = this.policyOfCpu[cpu]!;
    let before = scheduling.current[cpu]!;
    if (before !== NONE && scheduling.reschedule[cpu] === 0) return;
    if (before !== NONE && scheduling.keepsCpu[before] === 1) return;
    if (before !== NONE && this.isThrottled(before)) {
      // It used up its limit while a level below had this CPU.
      this.holdBacks.stop(before, LIMITED);
      return;
    }
    this.decisions++;
    policy.charge(cpu);
    scheduling.reschedule[cpu] = 0;
    let next = policy.pick(cpu);
    if (next === NONE) {
      // Beside what the other thread of its core runs, what it ran may not go on.
      if (before !== NONE) this.vacate(before, cpu, physical);
      before = NONE;
      if (this.balancing.pullTo(cpu)) next = policy.pick(cpu);
    } else if (scheduling.cpuOf[next] !== cpu) this.migrate(next, scheduling.cpuOf[next]!, cpu);
    if (next !== before || next === NONE) this.schedulingEvents++;
    if (next === NONE) {
      this.goIdle(cpu);
      if (this.byCore && cpu < this.physicalCpus) this.noteOtherThread(cpu);
      return;
    }
    if (next !== before) {
      if (before !== NONE) {
        this.suspend(physical);
        policy.putBack(before, cpu);
        this.setState(before, READY);
      }
      policy.start(next, cpu);
      scheduling.current[cpu] = next;
      this.setState(next, RUNNING);
      this.resume(next, physical);
    }
    this.planTurnCheck(cpu);
    if (this.sharedQueues !== null) {
      this.noteWaiting(cpu);
      // Who may not run everywhere may have waited alone until now.
      if (before !== NONE && scheduling.anyPinned) this.noteSharers(cpu, this.sharedQueues);
    }
    if (this.byCore && cpu < this.physicalCpus) this.noteOtherThread(cpu);
  }

  /** Who waits behind what a CPU runs may have come to it from another CPU of its run queue. */
  private noteWaiting(cpu: number): void {
    this.placement.noteQueue(cpu);
    if (this.placement.overloaded.has(cpu)) {
      this.balancePasses.noteOverload(this.scheduling.topology.layerOfCpu[cpu]!);
    }
  }

  private vacate(entity: number, cpu: number, physical: number): void {
    this.suspend(physical);
    this.policyOfCpu[cpu]!.putBack(entity, cpu);
    this.scheduling.current[cpu] = NONE;
    this.setState(entity, READY);
    this.placement.noteQueue(cpu);
  }

  /** What a thread does now may end the other's turn, or let it begin one. */
  private noteOtherThread(cpu: number): void {
    const other = cpu ^ 1;
    this.placement.noteQueue(cpu);
    if (this.placement.overloaded.has(cpu)) this.balancePasses.noteOverload(0);
    if (this.scheduling.current[other] !== NONE) {
      if (this.scheduling.reschedule[other] === 1) this.decide(other);
      else this.planTurnCheck(other);
    } else if (this.policyOfCpu[other]!.runnable(other) > 0 || this.placement.overloaded.has(cpu)) {
      this.placement.setBusy(other);
      this.decide(other);
    }
  }

  private goIdle(cpu: number): void {
    this.placement.setIdle(cpu);
    if (cpu < this.physicalCpus) this.balancePasses.noteIdle();
    else if (this.polledHalts === null || !this.polledHalts.begin(cpu)) this.block(cpu - this.physicalCpus);
  }

  /** A queued entity goes to another CPU's queue. */
  migrate(entity: number, from: number, to: number): void {
    this.schedulingEvents++;
    this.policyOfCpu[from]!.remove(entity, from);
    if (this.scheduling.reschedule[from] === 1) this.decide(from);
    this.placement.noteQueue(from);
    this.scheduling.cpuOf[entity] = to;
    this.policyOfCpu[to]!.enqueue(entity, to, ENQUEUE_MIGRATED);
  }

  /** What is above the current entity that a physical CPU executes stops; within its own layers nothing changes. */
  private suspend(physical: number): void {
    if (this.cpus.task[physical] !== NONE) this.cpus.stop(physical);
    else if (this.polledHalts !== null) this.cpus.poll(physical, NONE);
  }

  /** What is above an entity executes again, and decisions that waited for that become due. */
  private resume(entity: number, physical: number): void {
    let above = entity;
    while (above < this.vcpus) {
      const cpu = above + this.physicalCpus;
      if (this.turnChecks.takeMissed(cpu)) this.lookAtTurn(cpu);
      above = this.scheduling.current[cpu]!;
      if (above === NONE || this.scheduling.reschedule[cpu] === 1) this.decide(cpu);
      if (above === NONE) return;
    }
    this.cpus.execute(physical, above);
  }

  private lookAtTurn(cpu: number): void {
    this.policyOfCpu[cpu]!.charge(cpu);
    if (this.scheduling.reschedule[cpu] === 1) this.decide(cpu);
    else this.planTurnCheck(cpu);
  }

  private planTurnCheck(cpu: number): void {
    this.turnChecks.plan(cpu, this.policyOfCpu[cpu]!.turnEnds(cpu));
  }
}
