import type { RandomStream } from '../kernel/random-stream.ts';
import type { Bursts } from '../machine/cpu/bursts.ts';
import type { PhysicalCpus } from '../machine/cpu/physical-cpus.ts';
import type { TaskWatch } from '../machine/cpu/task-watch.ts';
import type { EventExitCosts } from '../machine/event-exit-costs.ts';
import type { Dispatcher } from '../machine/scheduler/dispatcher.ts';
import { EntityLists } from '../machine/scheduler/entity-lists.ts';
import { NONE, RUNNING, type SchedulerState } from '../machine/scheduler/scheduler-state.ts';
import type { JobSource } from './job-source.ts';
import { Sections } from './sections.ts';
import { SpinWindows } from './spin-windows.ts';
import { SynchronisationCounts } from './synchronisation-counts.ts';

/** What a task is at, between two pieces of its job. */
const WORKING = 0;
const IN_SECTION = 1;
/** Keeps its CPU and looks again and again. */
const SPINNING = 2;
/** Its hypervisor handles the exit that its spinning caused; what it waited for at a barrier may have come meanwhile. */
const TRAPPED = 3;
const RELEASED_IN_TRAP = 4;
const SLEEPING = 5;
/** Was woken, or has come to a lock, and looks as soon as it executes. */
const LOOKING = 6;
/** Its hypervisor has handled the exit, and perhaps given its CPU away; if not, it looks at once. */
const BACK_FROM_TRAP = 7;

/** What becomes of a task that goes on. */
export const HAS_BURST = 0;
export const SLEEPS = 1;
/** It has done the work up to where it was to stop. */
export const ARRIVED = 2;
export type Outcome = typeof HAS_BURST | typeof SLEEPS | typeof ARRIVED;

/** Gives a task a burst of so much work of its job. */
type StartWork = (source: JobSource, task: number, work: number) => void;

/**
 * Locks and barriers between the tasks of a guest. A job's work is cut into stretches: up to the next critical section,
 * the section, up to the next barrier. A task that may not go on spins, in a burst that delivers nothing, or sleeps.
 *
 * Nothing here knows of overcommitment: that the holder of a lock is off the CPU while others spin for it follows from
 * the levels below, of which a guest knows nothing.
 *
 * A lock that becomes free goes to the first spinner that executes, else to whoever looks first, and so possibly to one
 * that has only just come (a test-and-set lock). Of sleepers the first is woken, and looks when it executes.
 */
export class Synchronisation {
  readonly counts: SynchronisationCounts;
  private readonly scheduling: SchedulerState;
  private readonly dispatcher: Dispatcher;
  private readonly bursts: Bursts;
  private readonly cpus: PhysicalCpus;
  private readonly watch: TaskWatch;
  private readonly windows: SpinWindows;
  private readonly exitCosts: EventExitCosts;
  private readonly sourceOf: (task: number) => JobSource;
  private readonly startWork: StartWork;
  private readonly vcpus: number;

  private readonly sections: Sections;
  /** By task. */
  private readonly doing: Uint8Array;
  /** Work of its job that is done when the stretch at hand is, and where it is to stop. */
  private readonly position: Float64Array;
  private readonly stop: Float64Array;
  private readonly toBarrier: Float64Array;
  private readonly waitsSince: Float64Array;
  /** The lock it holds or waits for, or NONE: then it waits at its barrier. */
  private readonly lockOf: Int32Array;
  private readonly streams: (RandomStream | null)[];

  /** By lock: who has it, and who waits. */
  private readonly holder: Int32Array;
  private readonly waiting: EntityLists;
  /** By guest: its first lock, the list of those at its barrier, and how many are there. */
  private readonly firstLock: Int32Array;
  private readonly atBarrier: Int32Array;
  private readonly arrived: Int32Array;

  constructor(
    scheduling: SchedulerState,
    dispatcher: Dispatcher,
    bursts: Bursts,
    cpus: PhysicalCpus,
    watch: TaskWatch,
    exitCosts: EventExitCosts,
    sources: readonly JobSource[],
    sourceOf: (task: number) => JobSource,
    startWork: StartWork,
    stream: (name: string) => RandomStream,
  ) {
    const { topology } = scheduling;
    const tasks = topology.entities - topology.vcpus;
    const guests = topology.guests.length;
    this.scheduling = scheduling;
    this.dispatcher = dispatcher;
    this.bursts = bursts;
    this.cpus = cpus;
    this.watch = watch;
    this.exitCosts = exitCosts;
    this.sourceOf = sourceOf;
    this.startWork = startWork;
    this.vcpus = topology.vcpus;
    this.counts = new SynchronisationCounts(guests);
    this.windows = new SpinWindows(topology);
    this.sections = new Sections(tasks);
    this.doing = new Uint8Array(tasks);
    this.position = new Float64Array(tasks);
    this.stop = new Float64Array(tasks);
    this.toBarrier = new Float64Array(tasks).fill(Number.POSITIVE_INFINITY);
    this.waitsSince = new Float64Array(tasks);
    this.lockOf = new Int32Array(tasks).fill(NONE);
    this.streams = new Array<RandomStream | null>(tasks).fill(null);
    this.firstLock = new Int32Array(guests).fill(NONE);
    this.atBarrier = new Int32Array(guests).fill(NONE);
    this.arrived = new Int32Array(guests);
    let lists = 0;
    for (const { guest, workload, firstTask, taskCount } of sources) {
      const { locks, barriers } = workload;
      if (locks !== undefined) {
        this.firstLock[guest.index] = lists;
        lists += locks.count;
      }
      if (barriers !== undefined) this.atBarrier[guest.index] = lists++;
      for (let i = 0; i < taskCount; i++) {
        if (barriers !== undefined) this.toBarrier[firstTask + i] = barriers.every;
        this.streams[firstTask + i] = stream(`${guest.specification.entity}/task-${i}/locks`);
      }
    }
    this.holder = new Int32Array(lists).fill(NONE);
    this.waiting = new EntityLists(lists, tasks);
  }

  /** A job of so much work begins. */
  begin(source: JobSource, task: number, demand: number): void {
    this.position[task] = 0;
    this.sections.layOut(task, demand, source.workload.locks);
  }

  /** Work of a job of so much that comes after the stretch at hand. */
  workAfter(task: number, demand: number): number {
    return demand - this.position[task]!;
  }

  /** A task that does not wait goes on, up to `stop` nanoseconds of its job's work. */
  goOn(source: JobSource, task: number, stop: number): Outcome {
    this.stop[task] = stop;
    this.doing[task] = WORKING;
    for (;;) {
      const position = this.position[task]!;
      if (this.toBarrier[task]! <= 0) {
        this.toBarrier[task] = source.workload.barriers!.every;
        if (!this.isLastAtBarrier(source, task)) return this.waitAtBarrier(source, task);
        this.openBarrier(source, task);
        continue;
      }
      if (position >= this.sections.next[task]!) return this.comeToLock(source, task);
      if (position >= stop) return ARRIVED;
      this.work(source, task, Math.min(stop, this.sections.next[task]!));
      return HAS_BURST;
    }
  }

  /** The burst of a task is over; the task is the current entity of an executing CPU. */
  burstDone(source: JobSource, task: number): Outcome {
    switch (this.doing[task]) {
      case IN_SECTION:
        this.leaveSection(source, task);
        return this.goOn(source, task, this.stop[task]!);
      case SPINNING:
        return this.trap(source, task);
      case TRAPPED:
      case RELEASED_IN_TRAP:
        return this.leaveTrap(source, task);
      default:
        return this.goOn(source, task, this.stop[task]!);
    }
  }

  /** Lets every task look that waits and has come to execute. @returns whether there was one. */
  lookAround(): boolean {
    let any = false;
    for (let task = this.watch.next(); task !== NONE; task = this.watch.next()) {
      if (this.watch.looks[task] === 0) continue;
      const goesOn = this.doing[task] === BACK_FROM_TRAP;
      if (!this.executes(task)) {
        if (goesOn) this.doing[task] = SPINNING;
        continue;
      }
      any = true;
      this.change(task);
      const outcome = this.lookAgain(this.sourceOf(task), task, goesOn);
      if (outcome === SLEEPS) this.dispatcher.block(task + this.vcpus);
    }
    return any;
  }

  /** Work up to a position, or up to the next barrier if that is nearer. */
  private work(source: JobSource, task: number, end: number): void {
    const position = this.position[task]!;
    let length = end - position;
    if (this.toBarrier[task]! < length) {
      length = this.toBarrier[task]!;
      this.position[task] = position + length;
      this.toBarrier[task] = 0;
    } else {
      this.position[task] = end;
      this.toBarrier[task]! -= length;
    }
    this.startWork(source, task, length);
  }

  private comeToLock(source: JobSource, task: number): Outcome {
    const { locks } = source.workload;
    const first = this.firstLock[source.guest.index]!;
    const lock = first + (locks!.count === 1 ? 0 : this.streams[task]!.integer(locks!.count));
    this.lockOf[task] = lock;
    this.waitsSince[task] = this.scheduling.now;
    if (locks!.wait === 'spin') this.scheduling.keepsCpu[task + this.vcpus] = 1;
    if (this.holder[lock] === NONE && this.executes(task)) {
      this.counts.entered(source.guest.index, 0);
      this.enterSection(source, task, lock);
      return HAS_BURST;
    }
    this.waiting.append(task, lock);
    if (locks!.wait === 'spin') return this.spin(task);
    return this.executes(task) ? this.sleep(task) : this.look(task);
  }

  private enterSection(source: JobSource, task: number, lock: number): void {
    this.watch.looks[task] = 0;
    this.watch.holds[task] = 1;
    this.holder[lock] = task;
    this.doing[task] = IN_SECTION;
    const length = this.sections.length[task]!;
    this.position[task]! += length;
    // A barrier that falls into a section is come to behind it.
    this.toBarrier[task] = Math.max(0, this.toBarrier[task]! - length);
    this.startWork(source, task, length);
  }

  private leaveSection(source: JobSource, task: number): void {
    const lock = this.lockOf[task]!;
    this.watch.holds[task] = 0;
    this.counts.left(source.guest.index, this.watch.lostCpu[task]!);
    this.watch.lostCpu[task] = 0;
    this.holder[lock] = NONE;
    this.lockOf[task] = NONE;
    this.sections.passed(task);
    if (source.workload.locks!.wait === 'spin') {
      this.dispatcher.letPreempt(task + this.vcpus);
      this.handOver(source, lock);
    } else this.wakeFirst(lock, task);
  }

  /** The first spinner that sees it has the lock now. */
  private handOver(source: JobSource, lock: number): void {
    const { first, next } = this.waiting;
    for (let task = first[lock]!; task !== NONE; task = next[task]!) {
      if (this.doing[task] !== SPINNING || !this.executes(task)) continue;
      this.change(task);
      this.takeFromQueue(source, task, lock);
      return;
    }
  }

  /** The first sleeper is woken, unless one was already. */
  private wakeFirst(lock: number, waker: number): void {
    const first = this.waiting.first[lock]!;
    if (first === NONE || this.doing[first] !== SLEEPING) return;
    this.look(first);
    this.dispatcher.wake(first + this.vcpus, this.scheduling.cpuOf[waker + this.vcpus]!);
  }

  private takeFromQueue(source: JobSource, task: number, lock: number): void {
    this.waiting.remove(task, lock);
    this.counts.entered(source.guest.index, this.scheduling.now - this.waitsSince[task]!);
    this.enterSection(source, task, lock);
  }

  /** A task that waits and executes: does it still have to? */
  private lookAgain(source: JobSource, task: number, afterTrap: boolean): Outcome {
    const lock = this.lockOf[task]!;
    if (lock === NONE) return this.spin(task, afterTrap);
    if (this.holder[lock] === NONE) {
      this.takeFromQueue(source, task, lock);
      return HAS_BURST;
    }
    return source.workload.locks!.wait === 'spin' ? this.spin(task, afterTrap) : this.sleep(task);
  }

  private spin(task: number, goesOn = false): Outcome {
    this.doing[task] = SPINNING;
    this.watch.looks[task] = 1;
    this.bursts.startSpin(task, this.windows.next(task, goesOn));
    return HAS_BURST;
  }

  private sleep(task: number): Outcome {
    this.doing[task] = SLEEPING;
    this.watch.looks[task] = 0;
    return SLEEPS;
  }

  private look(task: number): Outcome {
    this.doing[task] = LOOKING;
    this.watch.looks[task] = 1;
    this.bursts.startSpin(task, 1);
    return HAS_BURST;
  }

  /** It has spun for as long as its hypervisor lets it. */
  private trap(source: JobSource, task: number): Outcome {
    const cpu = this.scheduling.cpuOf[task + this.vcpus]!;
    this.scheduling.spinExits[this.vcpuOf(task)]! += 1;
    const cost = this.exitCosts.bareExit(cpu);
    this.doing[task] = TRAPPED;
    this.watch.looks[task] = 0;
    if (cost === null) return this.leaveTrap(source, task);
    this.bursts.startKernelWork(task, cost);
    return HAS_BURST;
  }

  private leaveTrap(source: JobSource, task: number): Outcome {
    this.dispatcher.yieldTo(this.vcpuOf(task));
    if (this.doing[task] === RELEASED_IN_TRAP) return this.goOn(source, task, this.stop[task]!);
    this.doing[task] = BACK_FROM_TRAP;
    this.watch.looks[task] = 1;
    this.bursts.startSpin(task, 1);
    this.watch.noteStart(task);
    return HAS_BURST;
  }

  private isLastAtBarrier({ guest, taskCount }: JobSource, task: number): boolean {
    this.waitsSince[task] = this.scheduling.now;
    this.arrived[guest.index]! += 1;
    return this.arrived[guest.index] === taskCount;
  }

  private waitAtBarrier(source: JobSource, task: number): Outcome {
    this.waiting.append(task, this.atBarrier[source.guest.index]!);
    return source.workload.barriers!.wait === 'spin' ? this.spin(task) : this.sleep(task);
  }

  /** The last has come: all go on. */
  private openBarrier(source: JobSource, last: number): void {
    const guest = source.guest.index;
    const list = this.atBarrier[guest]!;
    this.arrived[guest] = 0;
    this.counts.passedBarrier(guest, 0);
    for (let task = this.waiting.first[list]!; task !== NONE; task = this.waiting.first[list]!) {
      this.waiting.remove(task, list);
      this.counts.passedBarrier(guest, this.scheduling.now - this.waitsSince[task]!);
      this.leaveBarrier(source, task, last);
    }
  }

  private leaveBarrier(source: JobSource, task: number, waker: number): void {
    if (this.doing[task] === TRAPPED) {
      this.doing[task] = RELEASED_IN_TRAP;
      return;
    }
    const slept = this.doing[task] === SLEEPING;
    this.watch.looks[task] = 0;
    if (!slept && this.executes(task)) this.change(task);
    // Its job may be over here, which is for the task itself to find out, at the next instant at which it executes.
    this.doing[task] = WORKING;
    if (this.position[task]! < Math.min(this.stop[task]!, this.sections.next[task]!)) {
      this.work(source, task, Math.min(this.stop[task]!, this.sections.next[task]!));
    } else this.bursts.startSpin(task, 1);
    if (slept) {
      this.dispatcher.wake(task + this.vcpus, this.scheduling.cpuOf[waker + this.vcpus]!);
    }
  }

  private change(task: number): void {
    this.cpus.change(this.scheduling.physicalOf(this.scheduling.cpuOf[task + this.vcpus]!));
  }

  private executes(task: number): boolean {
    const { scheduling } = this;
    const entity = task + this.vcpus;
    return scheduling.state[entity] === RUNNING && scheduling.physicalOf(scheduling.cpuOf[entity]!) !== NONE;
  }

  private vcpuOf(task: number): number {
    return this.scheduling.vcpuOf(this.scheduling.cpuOf[task + this.vcpus]!);
  }
}
