import { RandomStream } from '../kernel/random-stream.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { NS_PER_SECOND } from '../kernel/units.ts';
import type { Bursts } from '../machine/cpu/bursts.ts';
import type { PhysicalCpus } from '../machine/cpu/physical-cpus.ts';
import type { TaskWatch } from '../machine/cpu/task-watch.ts';
import { ARRIVAL, THINK_DONE } from '../machine/event-codes.ts';
import type { EventExitCosts } from '../machine/event-exit-costs.ts';
import { MachineError } from '../machine/machine-error.ts';
import type { Dispatcher } from '../machine/scheduler/dispatcher.ts';
import {
  RUNNING as IS_RUNNING,
  NONE as NO_ENTITY,
  type SchedulerState,
} from '../machine/scheduler/scheduler-state.ts';
import type { Storage } from '../machine/storage/storage.ts';
import type { Guest } from '../machine/topology.ts';
import { ComingUp } from './coming-up.ts';
import { JobIo } from './job-io.ts';
import { type JobSource, jobSource, sharedSamplers, sharedTaxes } from './job-source.ts';
import type { JobStatistics } from './job-statistics.ts';
import { ARRIVED, HAS_BURST, SLEEPS, Synchronisation } from './synchronisation.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;
const RUNNING = IS_RUNNING;

/** Whose job failed tries again no sooner than after this: the first retransmission timeout of RFC 6298. */
const RETRY_AFTER = NS_PER_SECOND;

/** What a task's job is at. */
const WITHOUT_JOB = 0;
const RECEIVING = 1;
const COMPUTING = 2;
const SENDING = 3;
const WAITING_FOR_DISK = 4;
/** Has computed, and waits for writes before it goes on. */
const WRITING = 5;
/** Came to a lock that another has, and sleeps; it goes on computing without further notice. */
const WAITING_FOR_TASK = 6;

/** Where a job's frames come from and go to; answers by `received` and `sent`, at once or later. */
export interface FrameTransport {
  /** Asks for the frames that start the job of a task. */
  request(task: number): void;
  /** Sends the frames that end it. */
  send(task: number): void;
}

/**
 * The jobs of every guest. A task serves one job at a time: it receives the job's frames, computes, sends. Open jobs
 * are taken by whichever task is free, each closed user and each saturated task has a task of its own. Demands
 * belong to the job, not to who serves it when, so two variants of a machine see the same work.
 */
export class Jobs {
  private readonly scheduling: SchedulerState;
  private readonly simulation: Simulation;
  private readonly dispatcher: Dispatcher;
  private readonly bursts: Bursts;
  private readonly statistics: JobStatistics;
  private readonly exitCosts: EventExitCosts;
  private readonly vcpus: number;
  /** Guests that come up. */
  readonly comingUp: ComingUp;
  private transport: FrameTransport | null = null;
  private io: JobIo | null = null;
  /** Null when no tasks wait for each other. */
  readonly synchronisation: Synchronisation | null;

  private readonly sources: readonly JobSource[];
  /** By guest: index of its source, or NONE. */
  private readonly sourceOfGuest: Int32Array;
  /** By task. */
  private readonly sourceOfTask: Int32Array;
  private readonly phase: Uint8Array;
  private readonly arrivedAt: Float64Array;
  private readonly demandOf: Float64Array;
  /** Times its job will still wait for the disk, and what it computes in between. */
  private readonly waitsLeft: Int32Array;
  private readonly pieceOf: Float64Array;
  private readonly demandStreams: (RandomStream | null)[];
  private readonly thinkStreams: (RandomStream | null)[];

  constructor(
    scheduling: SchedulerState,
    simulation: Simulation,
    dispatcher: Dispatcher,
    bursts: Bursts,
    cpus: PhysicalCpus,
    watch: TaskWatch | null,
    exitCosts: EventExitCosts,
    statistics: JobStatistics,
    randomness: { readonly seed: number; readonly replication: number },
  ) {
    const { topology } = scheduling;
    this.scheduling = scheduling;
    this.simulation = simulation;
    this.dispatcher = dispatcher;
    this.bursts = bursts;
    this.statistics = statistics;
    this.exitCosts = exitCosts;
    this.comingUp = new ComingUp(topology);
    this.vcpus = topology.vcpus;
    const tasks = topology.entities - topology.vcpus;
    this.sourceOfGuest = new Int32Array(topology.guests.length).fill(NONE);
    this.sourceOfTask = new Int32Array(tasks).fill(NONE);
    this.phase = new Uint8Array(tasks);
    this.arrivedAt = new Float64Array(tasks);
    this.demandOf = new Float64Array(tasks);
    this.waitsLeft = new Int32Array(tasks);
    this.pieceOf = new Float64Array(tasks);
    this.demandStreams = new Array<RandomStream | null>(tasks).fill(null);
    this.thinkStreams = new Array<RandomStream | null>(tasks).fill(null);
    const stream = (name: string): RandomStream =>
      RandomStream.named(randomness.seed, randomness.replication, name);
    const groups = topology.tasks.filter((group) => group.kind === 'job');
    const taxOf = sharedTaxes(topology, exitCosts);
    const samplerOf = sharedSamplers();
    this.sources = groups.map((group, index) => {
      const source = jobSource(topology, group, exitCosts, stream, taxOf, samplerOf);
      this.sourceOfGuest[source.guest.index] = index;
      this.sourceOfTask.fill(index, source.firstTask, source.firstTask + group.count);
      // Jobs that come by themselves have a stream of the guest's, whichever task serves them.
      if (source.workload.arrivals.kind === 'open') return source;
      for (let i = 0; i < group.count; i++) {
        const name = `${source.guest.specification.entity}/task-${i}`;
        this.demandStreams[source.firstTask + i] = stream(`${name}/demand`);
        this.thinkStreams[source.firstTask + i] = stream(`${name}/think`);
      }
      return source;
    });
    this.synchronisation =
      watch === null
        ? null
        : new Synchronisation(
            scheduling,
            dispatcher,
            bursts,
            cpus,
            watch,
            exitCosts,
            this.sources.filter(({ synchronised }) => synchronised),
            (task) => this.sources[this.sourceOfTask[task]!]!,
            (source, task, work) => {
              this.startWork(source, task, work);
            },
            stream,
          );
  }

  /** Guests whose jobs need frames get them from here. */
  connect(transport: FrameTransport): void {
    this.transport = transport;
  }

  /** Schedules what happens first: the first arrival, every user's first thought, every saturated task's first job. */
  start(): void {
    for (const source of this.sources) {
      const { arrivals } = source.workload;
      const { firstTask } = source;
      if (arrivals.kind === 'open') this.planArrival(source);
      else if (arrivals.kind === 'closed') {
        for (let i = 0; i < arrivals.users; i++) this.think(source, firstTask + i, 0);
      } else if (arrivals.kind === 'saturated') {
        for (let i = 0; i < arrivals.tasks; i++) this.beginOwn(source, firstTask + i);
      }
    }
    for (const guest of this.comingUp.first) this.comeUp(guest);
  }

  /** The disk is asked by jobs from now on. */
  connectDisks(storage: Storage): void {
    this.io = new JobIo(this.scheduling, this.dispatcher, this.exitCosts, storage);
  }

  /** Event: a job arrives at an open guest. */
  arrive(guest: number): void {
    const source = this.sources[this.sourceOfGuest[guest]!]!;
    const { now } = this.scheduling;
    const demand = Math.max(1, source.demand.draw(source.demandStream));
    this.planArrival(source);
    this.statistics.arrived(guest, demand);
    const task = source.idleTasks.pop();
    if (task === undefined) source.backlog.push(now, demand);
    else this.begin(source, task, now, demand);
  }

  /** Event: a user stops thinking, or a saturated task tries again. */
  thinkDone(task: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    if (source.workload.arrivals.kind === 'once') {
      this.comingUp.startedAt[source.guest.index] = this.scheduling.now;
    }
    this.beginOwn(source, task);
  }

  /** The burst of a task that serves jobs is over; the task is the current entity of an executing CPU. */
  burstDone(task: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    if (source.synchronised && this.waitsForTasks(source, task)) return;
    if (this.io === null) this.conclude(source, task);
    else if (this.waitsLeft[task]! > 0) {
      this.waitsLeft[task]! -= 1;
      this.phase[task] = WAITING_FOR_DISK;
      this.io.issueNext(source.guest.index, task);
    } else if (this.io.writeBehind(source.guest.index, task)) this.phase[task] = WRITING;
    else this.conclude(source, task);
    // Whatever follows at once was given to the task above; without it the task sleeps.
    if (this.phase[task] !== COMPUTING) this.dispatcher.block(task + this.vcpus);
  }

  /** @returns whether a task has more to do, or to wait for, before its piece of work is done. */
  private waitsForTasks(source: JobSource, task: number): boolean {
    this.phase[task] = COMPUTING;
    const outcome = this.synchronisation!.burstDone(source, task);
    if (outcome === SLEEPS) this.dispatcher.block(task + this.vcpus);
    return outcome !== ARRIVED;
  }

  /** What a job waited for on the disk is done. */
  ioDone(task: number, waker: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    if (this.phase[task] === WRITING) this.conclude(source, task);
    else this.computePiece(source, task, waker);
  }

  /** The frames a job waited for are all accounted for. */
  received(task: number, complete: boolean, waker: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    if (complete) this.compute(source, task, waker);
    else {
      this.statistics.abandoned(source.guest.index, this.demandOf[task]!);
      this.complete(source, task, false);
    }
  }

  /** The frames a job sent are all accounted for. */
  sent(task: number, complete: boolean): void {
    this.complete(this.sources[this.sourceOfTask[task]!]!, task, complete);
  }

  guestOf(task: number): Guest {
    return this.sources[this.sourceOfTask[task]!]!.guest;
  }

  /** Calls `visit` with the guest and arrival of every job in the system. */
  forEachInSystem(visit: (guest: number, arrivedAt: number) => void): void {
    for (const source of this.sources) {
      source.backlog.forEach((arrivedAt) => {
        visit(source.guest.index, arrivedAt);
      });
    }
    for (let task = 0; task < this.phase.length; task++) {
      if (this.phase[task] === WITHOUT_JOB) continue;
      visit(this.guestOf(task).index, this.arrivedAt[task]!);
    }
  }

  /** Work of a guest's jobs not delivered yet, in nanoseconds of demand. */
  queuedWork(guest: number): number {
    const index = this.sourceOfGuest[guest]!;
    if (index === NONE) return 0;
    const { backlog, firstTask, taskCount } = this.sources[index]!;
    let work = 0;
    backlog.forEach((_, demand) => {
      work += demand;
    });
    for (let task = firstTask; task < firstTask + taskCount; task++) {
      if (this.phase[task] === RECEIVING) work += this.demandOf[task]!;
      else if (this.sources[index]!.synchronised) work += this.queuedInStretches(task);
      else if (this.phase[task] === COMPUTING) {
        work += this.bursts.remaining[task]! * this.bursts.workPerNanosecond[task]!;
        work += this.waitsLeft[task]! * this.pieceOf[task]!;
      } else if (this.phase[task] === WAITING_FOR_DISK) {
        work += (this.waitsLeft[task]! + 1) * this.pieceOf[task]!;
      }
    }
    return work;
  }

  private queuedInStretches(task: number): number {
    const phase = this.phase[task];
    if (phase !== COMPUTING && phase !== WAITING_FOR_TASK && phase !== WAITING_FOR_DISK) return 0;
    const stretch = this.bursts.remaining[task]! * this.bursts.workPerNanosecond[task]!;
    return stretch + this.synchronisation!.workAfter(task, this.demandOf[task]!);
  }

  backlogOf(guest: number): number {
    const index = this.sourceOfGuest[guest]!;
    return index === NONE ? 0 : this.sources[index]!.backlog.length;
  }

  private begin(source: JobSource, task: number, arrivedAt: number, demand: number): void {
    this.arrivedAt[task] = arrivedAt;
    this.demandOf[task] = demand;
    if (source.receives) {
      this.phase[task] = RECEIVING;
      this.transportFor(source).request(task);
    } else {
      this.compute(source, task, NONE);
    }
  }

  private beginOwn(source: JobSource, task: number): void {
    const demand = Math.max(1, source.demand.draw(this.demandStreams[task]!));
    this.statistics.arrived(source.guest.index, demand);
    this.begin(source, task, this.scheduling.now, demand);
  }

  private compute(source: JobSource, task: number, waker: number): void {
    const demand = this.demandOf[task]!;
    const waits = this.io === null ? 0 : this.io.begin(source.guest.index, task, demand);
    this.waitsLeft[task] = waits;
    this.pieceOf[task] = demand / (waits + 1);
    if (source.synchronised) this.synchronisation!.begin(source, task, demand);
    this.computePiece(source, task, waker);
  }

  /** What a job computes until it next waits, or to its end. */
  private computePiece(source: JobSource, task: number, waker: number): void {
    this.phase[task] = COMPUTING;
    if (source.synchronised) this.startStretch(source, task);
    else this.startWork(source, task, this.pieceOf[task]!);
    // A running task has just ended a burst, and goes on with this one.
    const entity = task + this.vcpus;
    if (this.scheduling.state[entity] !== RUNNING) this.dispatcher.wake(entity, waker);
  }

  private startWork({ tax }: JobSource, task: number, work: number): void {
    const part = work / this.demandOf[task]!;
    this.bursts.startJob(task, work, tax.perWork, tax.perJob, part, tax.busy);
    if (tax.lockPerWork + tax.lockPerJob > 0) {
      this.bursts.holdLock(task, work * tax.lockPerWork + part * tax.lockPerJob);
    }
  }

  /** What it computes until it next waits is cut by locks and barriers. */
  private startStretch(source: JobSource, task: number): void {
    const end = this.demandOf[task]! - this.waitsLeft[task]! * this.pieceOf[task]!;
    const outcome = this.synchronisation!.goOn(source, task, end);
    if (outcome === SLEEPS) this.phase[task] = WAITING_FOR_TASK;
    // A section reached beyond this piece: there is nothing left of it, which the end of the shortest burst finds out.
    else if (outcome !== HAS_BURST) this.bursts.startSpin(task, 1);
  }

  /** A job has computed and written: it sends, or is complete. */
  private conclude(source: JobSource, task: number): void {
    if (source.sends) {
      this.phase[task] = SENDING;
      this.transportFor(source).send(task);
    } else {
      this.complete(source, task, true);
    }
  }

  private comeUp(guest: number): void {
    const { firstTask, workload } = this.sources[this.sourceOfGuest[guest]!]!;
    if (workload.arrivals.kind !== 'once') return;
    this.simulation.at(this.scheduling.now + workload.arrivals.at, THINK_DONE, firstTask, 0);
  }

  private isUp(guest: number): void {
    this.comingUp.upAt[guest] = this.scheduling.now;
    this.comingUp.left--;
    for (const inner of this.comingUp.inside[guest]!) this.comeUp(inner);
  }

  private complete(source: JobSource, task: number, ok: boolean): void {
    this.phase[task] = WITHOUT_JOB;
    this.statistics.left(source.guest.index, this.arrivedAt[task]!, this.demandOf[task]!, ok);
    const { arrivals } = source.workload;
    if (arrivals.kind === 'open') {
      const { backlog } = source;
      if (backlog.length === 0) {
        source.idleTasks.push(task);
        return;
      }
      const { firstArrival, firstDemand } = backlog;
      backlog.shift();
      this.begin(source, task, firstArrival, firstDemand);
    } else if (arrivals.kind === 'closed') this.think(source, task, ok ? 0 : RETRY_AFTER);
    else if (arrivals.kind === 'once' && ok) this.isUp(source.guest.index);
    else if (ok) this.beginOwn(source, task);
    else this.simulation.at(this.scheduling.now + RETRY_AFTER, THINK_DONE, task, 0);
  }

  private think(source: JobSource, task: number, atLeast: number): void {
    const pause = Math.max(atLeast, source.think!.draw(this.thinkStreams[task]!));
    this.simulation.at(this.scheduling.now + pause, THINK_DONE, task, 0);
  }

  private planArrival(source: JobSource): void {
    if (source.interarrival === Number.POSITIVE_INFINITY) return;
    const gap = Math.round(source.interarrival * source.arrivalStream.exponential());
    this.simulation.at(this.scheduling.now + gap, ARRIVAL, source.guest.index, 0);
  }

  private transportFor(source: JobSource): FrameTransport {
    if (this.transport !== null) return this.transport;
    throw new MachineError(
      `${source.guest.specification.entity}: its jobs need frames, and there is no network`,
    );
  }
}
