import { RandomStream } from '../../kernel/random-stream.ts';
import { NS_PER_SECOND } from '../../kernel/units.ts';
import { ComingUp } from '../../workload/coming-up.ts';
import { type JobSource, jobSource, sharedSamplers, sharedTaxes } from '../../workload/job-source.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { Topology } from '../topology.ts';
import { Bursts } from './bursts.ts';
import { DiskWaits, FOR_MORE, THROUGH } from './disk-waits.ts';
import type { FluidDisks, FluidIoWaiter } from './fluid-disks.ts';
import type { Frames } from './frames.ts';
import type { JobLedger } from './job-ledger.ts';
import type { Sharing } from './sharing.ts';
import { NEVER, SlotQueue } from './slot-queue.ts';

/** As in the exact engine: the first retransmission timeout of RFC 6298. */
const RETRY_AFTER = NS_PER_SECOND;

const NOBODY = -1;

/** What a task's job is at. */
const WITHOUT_JOB = 0;
const RECEIVING = 1;
const IN_SERVICE = 2;
const WAITING_FOR_DISK = 3;
/** Has computed, and waits for writes before it goes on. */
const WRITING = 4;

/**
 * The jobs of the fluid engine: the same as the exact engine's, from the same random streams. A job has two events, its
 * arrival and its end, one more when it waits for frames in between, and two for each wait for a disk.
 */
export class FluidJobs implements FluidIoWaiter {
  readonly sources: readonly JobSource[];
  /** Guests that come up. */
  readonly comingUp: ComingUp;
  readonly bursts: Bursts;
  private readonly sharing: Sharing;
  private readonly ledger: JobLedger;
  private readonly frames: Frames | null;
  /** Null when nobody does I/O. */
  private readonly waits: DiskWaits | null;
  /** By guest: index of its source, or -1. */
  private readonly sourceOfGuest: Int32Array;
  /** By task. */
  private readonly sourceOfTask: Int32Array;
  private readonly demandStreams: (RandomStream | null)[];
  private readonly thinkStreams: (RandomStream | null)[];
  private readonly arrivedAt: Float64Array;
  private readonly demandOf: Float64Array;
  /** By task in service: the length of its burst, and its guest's attained work at which it ends. */
  private readonly burstOf: Float64Array;
  private readonly endsAt: Float64Array;
  private readonly phase: Uint8Array;
  private readonly failing: Uint8Array;
  /** Tasks in service, by source from its first task on, the one to end next last. */
  private readonly inService: Int32Array;
  /** What tasks and sources wait for in real time: a task's slot is its number, a source's comes behind them. */
  private readonly timers: SlotQueue;
  private readonly tasks: number;
  /** A timer whose time has come: what its slot waits for next takes its place. */
  private due = NOBODY;
  /** A guest one of whose jobs has just ended: whatever its task goes on with takes the vCPU over, awake. */
  private vacant = NOBODY;

  constructor(
    topology: Topology,
    sharing: Sharing,
    ledger: JobLedger,
    frames: Frames | null,
    disks: FluidDisks | null,
    exitCosts: EventExitCosts,
    { seed, replication }: { readonly seed: number; readonly replication: number },
  ) {
    const stream = (name: string): RandomStream => RandomStream.named(seed, replication, name);
    this.sharing = sharing;
    this.ledger = ledger;
    this.frames = frames;
    this.comingUp = new ComingUp(topology);
    const groups = topology.tasks.filter((group) => group.kind === 'job');
    this.tasks = topology.entities - topology.vcpus;
    this.sourceOfGuest = new Int32Array(topology.guests.length).fill(-1);
    this.sourceOfTask = new Int32Array(this.tasks).fill(-1);
    this.demandStreams = new Array<RandomStream | null>(this.tasks).fill(null);
    this.thinkStreams = new Array<RandomStream | null>(this.tasks).fill(null);
    this.arrivedAt = new Float64Array(this.tasks);
    this.demandOf = new Float64Array(this.tasks);
    this.burstOf = new Float64Array(this.tasks);
    this.endsAt = new Float64Array(this.tasks);
    this.phase = new Uint8Array(this.tasks);
    this.failing = new Uint8Array(this.tasks);
    this.inService = new Int32Array(this.tasks);
    this.timers = new SlotQueue(this.tasks + groups.length);
    const taxOf = sharedTaxes(topology, exitCosts);
    const samplerOf = sharedSamplers();
    this.sources = groups.map((group, index) => {
      const source = jobSource(topology, group, exitCosts, stream, taxOf, samplerOf);
      const { firstTask, guest } = source;
      this.sourceOfGuest[guest.index] = index;
      this.sourceOfTask.fill(index, firstTask, firstTask + group.count);
      if (source.workload.arrivals.kind === 'open') return source;
      for (let i = 0; i < group.count; i++) {
        const name = `${guest.specification.entity}/task-${i}`;
        this.demandStreams[firstTask + i] = stream(`${name}/demand`);
        this.thinkStreams[firstTask + i] = stream(`${name}/think`);
      }
      return source;
    });
    this.bursts = new Bursts(topology, this.sources, exitCosts);
    this.waits = disks === null ? null : new DiskWaits(topology, disks, this.bursts);
    disks?.connect(this);
  }

  /** What happens first: the first arrival, every user's first thought, every saturated task's first job. */
  start(): void {
    this.sources.forEach((source, index) => {
      const { firstTask, taskCount, workload } = source;
      if (workload.arrivals.kind === 'open') this.planArrival(index);
      else if (workload.arrivals.kind !== 'once') {
        for (let task = firstTask; task < firstTask + taskCount; task++) {
          if (source.think === null) this.beginOwn(source, task);
          else this.think(source, task, 0, 0);
        }
      }
    });
    for (const guest of this.comingUp.first) this.comeUp(guest);
  }

  /** When something next happens by the clock; NEVER when nothing will. */
  get nextTimer(): number {
    return this.timers.nextKey;
  }

  /** It is time for what `nextTimer` announced. */
  timer(): void {
    const slot = this.timers.nextSlot;
    this.due = slot;
    if (slot >= this.tasks) this.arrive(slot - this.tasks);
    else this.goOn(slot);
    if (this.due === NOBODY) return;
    this.due = NOBODY;
    this.timers.set(slot, NEVER);
  }

  private goOn(task: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    if (this.phase[task] === RECEIVING) {
      this.received(source, task);
      return;
    }
    if (source.workload.arrivals.kind === 'once') {
      this.comingUp.startedAt[source.guest.index] = this.sharing.now;
    }
    this.beginOwn(source, task);
  }

  private wait(slot: number, until: number): void {
    if (slot === this.due) this.due = NOBODY;
    this.timers.set(slot, until);
  }

  /** The next job of a guest is done. */
  completed(guest: number): void {
    const index = this.sourceOfGuest[guest]!;
    const source = this.sources[index]!;
    const { sharing } = this;
    sharing.touch(guest);
    const count = sharing.jobs[guest]!;
    const task = this.inService[source.firstTask + count - 1]!;
    // The clock may have fallen short of the end by rounding; now it is there by definition.
    if (sharing.attained[guest]! < this.endsAt[task]!) sharing.attained[guest] = this.endsAt[task]!;
    this.vacant = guest;
    const next = this.waits === null ? THROUGH : this.waits.afterPart(index, guest, task);
    if (next === THROUGH) this.conclude(source, task);
    else this.phase[task] = next === FOR_MORE ? WAITING_FOR_DISK : WRITING;
    if (this.vacant !== guest) return;
    this.vacant = NOBODY;
    sharing.stop(guest);
    sharing.setNextEnd(
      guest,
      count > 1 ? this.endsAt[this.inService[source.firstTask + count - 2]!]! : NEVER,
    );
  }

  ioDone(task: number, interrupts: number): void {
    const source = this.sources[this.sourceOfTask[task]!]!;
    this.waits!.done(task, interrupts);
    if (this.phase[task] === WRITING) this.conclude(source, task);
    else this.compute(source, task);
  }

  /** Calls `visit` for each job in the system: where, since when, what it demands, and the share of it delivered. */
  forEachJob(visit: (guest: number, arrivedAt: number, demand: number, delivered: number) => void): void {
    for (const { guest, backlog, firstTask, taskCount } of this.sources) {
      backlog.forEach((arrivedAt, demand) => {
        visit(guest.index, arrivedAt, demand, 0);
      });
      this.sharing.touch(guest.index);
      for (let task = firstTask; task < firstTask + taskCount; task++) {
        if (this.phase[task] === WITHOUT_JOB) continue;
        const delivered = this.deliveredShare(guest.index, task);
        visit(guest.index, this.arrivedAt[task]!, this.demandOf[task]!, delivered);
      }
    }
  }

  private deliveredShare(guest: number, task: number): number {
    if (this.phase[task] === RECEIVING) return 0;
    if (this.phase[task] === WRITING) return 1;
    const parts = this.waits === null ? 1 : this.waits.partsOf(task);
    const before = this.waits === null ? 0 : this.waits.partsDone(task);
    if (this.phase[task] === WAITING_FOR_DISK) return before / parts;
    const left = Math.max(0, this.endsAt[task]! - this.sharing.attained[guest]!) / this.burstOf[task]!;
    return (before + Math.max(0, 1 - left)) / parts;
  }

  /** A job has computed and written: it sends, or is complete. */
  private conclude(source: JobSource, task: number): void {
    const { sharing } = this;
    const guest = source.guest.index;
    this.phase[task] = WITHOUT_JOB;
    this.ledger.delivered(guest, this.demandOf[task]!);
    let leftAt = sharing.now;
    let ok = true;
    if (source.sends) {
      const frames = this.frames!;
      frames.send(guest, task);
      leftAt = frames.doneAt;
      ok = !frames.failed;
      this.ledger.message(guest, sharing.now, frames);
    }
    this.ledger.left(guest, this.arrivedAt[task]!, leftAt, this.demandOf[task]!, ok);
    this.next(source, task, leftAt, ok);
    if (this.phase[task] === WITHOUT_JOB && source.workload.arrivals.kind === 'open') {
      source.idleTasks.push(task);
    }
  }

  private comeUp(guest: number): void {
    const { firstTask, workload } = this.sources[this.sourceOfGuest[guest]!]!;
    if (workload.arrivals.kind !== 'once') return;
    this.wait(firstTask, this.sharing.now + workload.arrivals.at);
  }

  private isUp(guest: number): void {
    this.comingUp.upAt[guest] = this.sharing.now;
    this.comingUp.left--;
    for (const inner of this.comingUp.inside[guest]!) this.comeUp(inner);
  }

  private arrive(index: number): void {
    const source = this.sources[index]!;
    const { now } = this.sharing;
    const demand = Math.max(1, source.demand.draw(source.demandStream));
    this.planArrival(index);
    this.ledger.arrived(source.guest.index, now, demand);
    const task = source.idleTasks.pop();
    if (task === undefined) source.backlog.push(now, demand);
    else this.begin(source, task, now, demand);
  }

  /** What a task does when it is through with a job. */
  private next(source: JobSource, task: number, from: number, ok: boolean): void {
    const { arrivals } = source.workload;
    if (arrivals.kind === 'open') {
      const { backlog } = source;
      if (backlog.length === 0) return;
      const { firstArrival, firstDemand } = backlog;
      backlog.shift();
      this.begin(source, task, firstArrival, firstDemand);
    } else if (arrivals.kind === 'closed') this.think(source, task, from, ok ? 0 : RETRY_AFTER);
    else if (arrivals.kind === 'once' && ok) this.isUp(source.guest.index);
    else if (ok && from <= this.sharing.now) this.beginOwn(source, task);
    else this.wait(task, from + (ok ? 0 : RETRY_AFTER));
  }

  private begin(source: JobSource, task: number, arrivedAt: number, demand: number): void {
    this.arrivedAt[task] = arrivedAt;
    this.demandOf[task] = demand;
    if (!source.receives) {
      this.startWork(source, task);
      return;
    }
    const guest = source.guest.index;
    const { now } = this.sharing;
    const frames = this.frames!;
    frames.receive(guest, task);
    this.ledger.message(guest, now, frames);
    this.phase[task] = RECEIVING;
    this.failing[task] = frames.failed ? 1 : 0;
    // Frames that cost nothing are there at once, unless some are not: then nobody else must wait for this one.
    if (frames.doneAt <= now && !frames.failed) this.received(source, task);
    else this.wait(task, frames.doneAt);
  }

  private received(source: JobSource, task: number): void {
    if (this.failing[task] === 0) {
      this.startWork(source, task);
      return;
    }
    const { now } = this.sharing;
    this.phase[task] = WITHOUT_JOB;
    this.failing[task] = 0;
    this.ledger.abandoned(source.guest.index, now, this.demandOf[task]!);
    this.ledger.left(source.guest.index, this.arrivedAt[task]!, now, this.demandOf[task]!, false);
    this.next(source, task, now, false);
    if (this.phase[task] === WITHOUT_JOB && source.workload.arrivals.kind === 'open') {
      source.idleTasks.push(task);
    }
  }

  private beginOwn(source: JobSource, task: number): void {
    const demand = Math.max(1, source.demand.draw(this.demandStreams[task]!));
    const { now } = this.sharing;
    this.ledger.arrived(source.guest.index, now, demand);
    this.begin(source, task, now, demand);
  }

  private startWork(source: JobSource, task: number): void {
    this.waits?.begin(source.guest.index, task, this.demandOf[task]!);
    this.compute(source, task);
  }

  /** What a job computes until it next waits, or to its end. */
  private compute(source: JobSource, task: number): void {
    const { sharing } = this;
    const guest = source.guest.index;
    const index = this.sourceOfTask[task]!;
    this.phase[task] = IN_SERVICE;
    let burst = this.bursts.burst(index, this.demandOf[task]!);
    if (this.waits !== null) burst = this.waits.nextPart(task, burst);
    if (this.vacant === guest) this.vacant = NOBODY;
    else {
      const levels = sharing.start(guest);
      if (levels > 0) burst += this.bursts.wake(index, levels);
    }
    this.burstOf[task] = burst;
    const end = sharing.attained[guest]! + burst;
    this.endsAt[task] = end;
    this.enterService(source, task, sharing.jobs[guest]!);
    sharing.setNextEnd(guest, this.endsAt[this.inService[source.firstTask + sharing.jobs[guest]! - 1]!]!);
  }

  private enterService({ firstTask }: JobSource, task: number, count: number): void {
    const { inService, endsAt } = this;
    const end = endsAt[task]!;
    let place = firstTask + count - 1;
    while (place > firstTask && endsAt[inService[place - 1]!]! < end) {
      inService[place] = inService[place - 1]!;
      place--;
    }
    inService[place] = task;
  }

  private think(source: JobSource, task: number, from: number, atLeast: number): void {
    const pause = Math.max(atLeast, source.think!.draw(this.thinkStreams[task]!));
    this.wait(task, Math.max(from, this.sharing.now) + pause);
  }

  private planArrival(index: number): void {
    const source = this.sources[index]!;
    const gap =
      source.interarrival === Number.POSITIVE_INFINITY
        ? NEVER
        : Math.round(source.interarrival * source.arrivalStream.exponential());
    this.wait(this.tasks + index, this.sharing.now + gap);
  }
}
