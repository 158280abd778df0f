import { NO_EVENT as NO_HANDLE } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { BURST_DONE } from '../event-codes.ts';
import { MmuLocks } from '../memory/mmu-locks.ts';
import { NONE as NO_ENTITY, type SchedulerState } from '../scheduler/scheduler-state.ts';
import type { TurnChecks } from '../scheduler/turn-checks.ts';
import type { Topology } from '../topology.ts';
import type { Bursts } from './bursts.ts';
import {
  GUEST as GUEST_TIME,
  FIRST_HYPERVISOR as HYPERVISORS,
  POLLING,
  SPIN as SPINNING_TIME,
  SWITCH as SWITCH_TIME,
} from './cpu-time.ts';
import type { ExitDebts } from './exit-debts.ts';
import type { TaskWatch } from './task-watch.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;
const NO_EVENT = NO_HANDLE;
const GUEST = GUEST_TIME;
const SWITCH = SWITCH_TIME;
const SPIN = SPINNING_TIME;
const FIRST_HYPERVISOR = HYPERVISORS;

/**
 * What the physical CPUs execute, how fast, and where their time goes. Changes within one instant are only noted;
 * `commit` brings the pending completions in line once the instant has settled, one queue operation a changed CPU.
 */
export class PhysicalCpus {
  /** By physical CPU: the task it executes, or NONE. */
  readonly task: Int32Array;
  /** By physical CPU and category: whole time so far. */
  readonly busyTime: Float64Array;
  readonly idleTime: Float64Array;
  /** By task: work delivered so far, in nanoseconds of demand. */
  readonly delivered: Float64Array;
  /** By physical CPU: the halted vCPU it polls, or NONE. */
  private readonly polled: Int32Array;
  /** Null when no tasks wait for each other. */
  private readonly watch: TaskWatch | null;
  private readonly turnChecks: TurnChecks;

  private readonly scheduling: SchedulerState;
  private readonly simulation: Simulation;
  private readonly bursts: Bursts;
  private readonly debts: ExitDebts;
  private readonly count: number;
  private readonly vcpus: number;
  private readonly siblings: boolean;
  private readonly siblingSpeed: number;
  /** Null where no lock of page tables is modelled, or nothing takes it. */
  private readonly locks: MmuLocks | null;
  /** What a move to another core costs, by category; null when it is free. */
  private readonly refill: Float64Array | null;
  /** By task: the core that last executed it, or NONE. */
  private readonly lastCore: Int32Array;
  private readonly accountedUntil: Float64Array;
  private readonly speed: Float64Array;
  private readonly busy: Uint8Array;
  private readonly completion: Int32Array;
  private readonly completionAt: Float64Array;
  /** By physical CPU: 1 while the completion is known and not in the queue. */
  private readonly withheld: Uint8Array;
  private readonly changed: Int32Array;
  private readonly isChanged: Uint8Array;
  private changedCount = 0;
  private readonly lockChanged = (cpu: number): void => {
    this.account(cpu);
    this.touch(cpu);
  };

  constructor(
    scheduling: SchedulerState,
    simulation: Simulation,
    bursts: Bursts,
    debts: ExitDebts,
    turnChecks: TurnChecks,
    watch: TaskWatch | null,
  ) {
    const { specification, physicalCpus, vcpus, entities } = scheduling.topology;
    this.scheduling = scheduling;
    this.simulation = simulation;
    this.bursts = bursts;
    this.debts = debts;
    this.turnChecks = turnChecks;
    this.watch = watch;
    this.polled = new Int32Array(physicalCpus).fill(NONE);
    this.count = physicalCpus;
    this.vcpus = vcpus;
    this.siblings = specification.threadsPerCore === 2;
    this.siblingSpeed = specification.smtThroughput / 2;
    this.task = new Int32Array(physicalCpus).fill(NONE);
    this.busyTime = new Float64Array(physicalCpus * bursts.categories);
    this.idleTime = new Float64Array(physicalCpus);
    this.delivered = new Float64Array(entities - vcpus);
    this.locks = mmuLocksOf(scheduling.topology, bursts);
    const cacheRefill = specification.cacheRefill ?? 0;
    this.refill = cacheRefill > 0 ? new Float64Array(bursts.categories) : null;
    if (this.refill !== null) this.refill[GUEST] = cacheRefill;
    this.lastCore = new Int32Array(entities - vcpus).fill(NONE);
    this.accountedUntil = new Float64Array(physicalCpus);
    this.speed = new Float64Array(physicalCpus).fill(1);
    this.busy = new Uint8Array(physicalCpus);
    this.completion = new Int32Array(physicalCpus).fill(NO_EVENT);
    this.completionAt = new Float64Array(physicalCpus);
    this.withheld = new Uint8Array(physicalCpus);
    this.changed = new Int32Array(physicalCpus);
    this.isChanged = new Uint8Array(physicalCpus);
  }

  execute(cpu: number, entity: number): void {
    this.account(cpu);
    this.task[cpu] = entity - this.vcpus;
    if (this.refill !== null) this.refillCaches(cpu, entity - this.vcpus, this.refill);
    this.watch?.noteStart(entity - this.vcpus);
    this.touch(cpu);
  }

  /** A CPU waits for a halted vCPU from now on, or no longer: NONE. */
  poll(cpu: number, vcpu: number): void {
    if (this.polled[cpu] === vcpu) return;
    this.account(cpu);
    this.polled[cpu] = vcpu;
    this.touch(cpu);
  }

  /** What a task does on the CPU that executes it is about to be another burst. */
  change(cpu: number): void {
    this.account(cpu);
    this.touch(cpu);
  }

  /** A task that goes on on another core has its caches to fill again: more of the guest's time for the same work. */
  private refillCaches(cpu: number, task: number, cost: Float64Array): void {
    const core = this.siblings ? cpu >> 1 : cpu;
    const last = this.lastCore[task]!;
    this.lastCore[task] = core;
    if (last !== NONE && last !== core) this.bursts.extend(task, cost, 0);
  }

  stop(cpu: number): void {
    this.account(cpu);
    this.watch?.noteStop(this.task[cpu]!);
    this.task[cpu] = NONE;
    this.touch(cpu);
  }

  /** The task's burst is over: delivers what rounding left of it. */
  finish(cpu: number): number {
    this.account(cpu);
    const task = this.task[cpu]!;
    this.delivered[task]! += this.bursts.remaining[task]! * this.bursts.workPerNanosecond[task]!;
    this.bursts.remaining[task] = 0;
    this.completion[cpu] = NO_EVENT;
    this.touch(cpu);
    return task;
  }

  /** The completion of what a CPU executes has to be looked at again. */
  touch(cpu: number): void {
    if (this.isChanged[cpu] === 1) return;
    this.isChanged[cpu] = 1;
    this.changed[this.changedCount++] = cpu;
  }

  /** Ends an instant: speeds by what the siblings do now, exits owed, completions. */
  commit(): void {
    if (this.siblings) {
      for (let i = 0; i < this.changedCount; i++) this.noteSibling(this.changed[i]!);
    }
    if (this.locks !== null) this.settleLocks(this.locks);
    for (let i = 0; i < this.changedCount; i++) {
      const cpu = this.changed[i]!;
      this.isChanged[cpu] = 0;
      this.planCompletion(cpu);
    }
    this.changedCount = 0;
  }

  /** Brings every CPU's account up to now. */
  accountAll(): void {
    for (let cpu = 0; cpu < this.count; cpu++) this.account(cpu);
  }

  private account(cpu: number): void {
    const { now } = this.scheduling;
    const elapsed = now - this.accountedUntil[cpu]!;
    if (elapsed === 0) return;
    this.accountedUntil[cpu] = now;
    const task = this.task[cpu]!;
    if (task === NONE) {
      this.accountWithoutTask(cpu, elapsed);
      return;
    }
    const { remaining, workPerNanosecond, shares, categories } = this.bursts;
    const left = remaining[task]!;
    const done = Math.min(left, elapsed * this.speed[cpu]!);
    remaining[task] = left - done;
    this.delivered[task]! += done * workPerNanosecond[task]!;
    const { busyTime } = this;
    const to = cpu * categories;
    const from = task * categories;
    const spun = elapsed * shares[from + SPIN]!;
    if (spun > 0) this.accountSpinning(task, spun);
    if (this.locks !== null) {
      const useful = elapsed * this.locks.speed[cpu]!;
      for (let k = 0; k < categories; k++) busyTime[to + k]! += useful * shares[from + k]!;
      busyTime[to + SPIN]! += elapsed - useful;
      return;
    }
    busyTime[to + GUEST]! += elapsed * shares[from + GUEST]!;
    busyTime[to + SWITCH]! += elapsed * shares[from + SWITCH]!;
    if (spun > 0) busyTime[to + SPIN]! += spun;
    // A task does not poll.
    for (let k = FIRST_HYPERVISOR; k < categories; k++) busyTime[to + k]! += elapsed * shares[from + k]!;
  }

  private accountWithoutTask(cpu: number, elapsed: number): void {
    const vcpu = this.polled[cpu]!;
    if (vcpu === NONE) {
      this.idleTime[cpu]! += elapsed;
      return;
    }
    this.busyTime[cpu * this.bursts.categories + POLLING]! += elapsed;
    this.scheduling.pollingTime[vcpu]! += elapsed;
  }

  /** Only guests' tasks spin. */
  private accountSpinning(task: number, spun: number): void {
    const vcpu = this.scheduling.vcpuOf(this.scheduling.cpuOf[task + this.vcpus]!);
    if (vcpu >= 0) this.scheduling.spinningTime[vcpu]! += spun;
  }

  /** Whoever waits for a lock of page tables while holding a CPU goes on more slowly. Appends to the list being walked. */
  private settleLocks(locks: MmuLocks): void {
    for (let i = 0; i < this.changedCount; i++) {
      const cpu = this.changed[i]!;
      this.account(cpu);
      locks.note(cpu, this.task[cpu]!);
    }
    locks.settle(this.lockChanged);
  }

  /** A CPU that went busy or idle changes its sibling's speed. Appends to the list being walked. */
  private noteSibling(cpu: number): void {
    const busy = this.task[cpu] === NONE && this.polled[cpu] === NONE ? 0 : 1;
    if (busy === this.busy[cpu]) return;
    this.busy[cpu] = busy;
    const sibling = cpu ^ 1;
    if (this.task[sibling] !== NONE) this.touch(sibling);
  }

  private planCompletion(cpu: number): void {
    const task = this.task[cpu]!;
    if (task === NONE) {
      this.cancelCompletion(cpu);
      return;
    }
    if (this.debts.outstanding > 0 && !this.waits(task)) this.collectDebts(task);
    this.account(cpu);
    this.speed[cpu] = this.siblings && this.busy[cpu ^ 1] === 1 ? this.siblingSpeed : 1;
    if (this.locks !== null) this.speed[cpu]! *= this.locks.speed[cpu]!;
    const at = this.scheduling.now + Math.ceil(this.bursts.remaining[task]! / this.speed[cpu]!);
    if (this.completion[cpu] !== NO_EVENT) {
      if (this.completionAt[cpu] === at) return;
      this.cancelCompletion(cpu);
    }
    this.completionAt[cpu] = at;
    this.withheld[cpu] = 1;
    this.planWithheld(cpu);
  }

  /**
   * A completion waits for its place in the queue until the turn has been looked at, if that comes first: most turns
   * end before what they execute. To be called after every look.
   */
  planWithheld(cpu: number): void {
    if (this.withheld[cpu] === 0 || this.turnChecks.next(cpu) <= this.completionAt[cpu]!) return;
    this.withheld[cpu] = 0;
    this.completion[cpu] = this.simulation.at(this.completionAt[cpu]!, BURST_DONE, cpu, 0);
  }

  private waits(task: number): boolean {
    return this.watch !== null && this.watch.looks[task] === 1;
  }

  private cancelCompletion(cpu: number): void {
    this.withheld[cpu] = 0;
    if (this.completion[cpu] === NO_EVENT) return;
    this.simulation.cancel(this.completion[cpu]!);
    this.completion[cpu] = NO_EVENT;
  }

  /** Every virtual CPU under a task pays with it. */
  private collectDebts(task: number): void {
    const { cpuOf } = this.scheduling;
    for (let cpu = cpuOf[task + this.vcpus]!; cpu >= this.count; cpu = cpuOf[cpu - this.count]!) {
      if (!this.debts.has(cpu)) continue;
      this.bursts.extend(task, this.debts.owed, cpu * this.debts.width);
      this.debts.clear(cpu);
    }
  }
}

function mmuLocksOf(topology: Topology, bursts: Bursts): MmuLocks | null {
  const lock = topology.specification.memory?.lock;
  return lock === undefined ? null : new MmuLocks(topology, bursts, lock);
}
