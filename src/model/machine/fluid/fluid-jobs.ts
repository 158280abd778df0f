import { RandomStream } from '../../kernel/random-stream.ts';
import { NS_PER_SECOND } from '../../kernel/units.ts';
import { type JobSource, jobSource } from '../../workload/job-source.ts';
import { addVector, total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { Topology } from '../topology.ts';
import type { Frames } from './frames.ts';
import type { JobLedger } from './job-ledger.ts';
import type { Sharing } from './sharing.ts';
import { NEVER, SlotQueue } from './slot-queue.ts';

/** As in the exact engine: the first retransmission timeout of RFC 6298. */
const RETRY_AFTER = NS_PER_SECOND;

const NOBODY = -1;

/** What a source's tasks cost, in one number each: nanoseconds of burst for each of demand, and for a job. */
interface Bursts {
  readonly perWork: number;
  readonly perJob: number;
  /** What is left of a nanosecond for them, the rest being exits that come with time. */
  readonly usable: number;
  /** By level from the guest's own down: nanoseconds that one more vCPU woken costs. */
  readonly wakes: Float64Array;
  readonly wakeCosts: readonly (Float64Array | null)[];
  /** A signal to another vCPU, which frames bring about; null when there is only one. */
  readonly signal: Float64Array | null;
  readonly signalTime: number;
}

/**
 * The jobs of the fluid engine: the same as the exact engine's, from the same random streams. A job has two events, its
 * arrival and its end, and one more when it waits for frames in between.
 */
export class FluidJobs {
  readonly sources: readonly JobSource[];
  /** Kernel time that jobs' wake-ups cost so far, nanoseconds at full speed by category. */
  readonly wakeTime: Float64Array;
  private readonly sharing: Sharing;
  private readonly ledger: JobLedger;
  private readonly frames: Frames | null;
  private readonly bursts: readonly Bursts[];
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
  /** By task: 1 while frames are on their way, 2 while it is in service. */
  private readonly phase: Uint8Array;
  private readonly failing: Uint8Array;
  /** Tasks in service, by source from its first task on, the one to end next last. */
  private readonly inService: Int32Array;
  /** What tasks and sources wait for in real time: a task's slot is its number, a source's comes behind them. */
  private readonly timers: SlotQueue;
  private readonly tasks: number;
  /** A guest one of whose jobs has just ended: whatever its task goes on with takes the vCPU over, awake. */
  private vacant = NOBODY;

  constructor(
    topology: Topology,
    sharing: Sharing,
    ledger: JobLedger,
    frames: Frames | null,
    exitCosts: EventExitCosts,
    width: number,
    { seed, replication }: { readonly seed: number; readonly replication: number },
  ) {
    const stream = (name: string): RandomStream => RandomStream.named(seed, replication, name);
    this.sharing = sharing;
    this.ledger = ledger;
    this.frames = frames;
    this.wakeTime = new Float64Array(width);
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
    this.sources = groups.map((group, index) => {
      const source = jobSource(topology, group, exitCosts, stream);
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
    this.bursts = this.sources.map((source) => burstsOf(topology, source, exitCosts));
  }

  /** What happens first: the first arrival, every user's first thought, every saturated task's first job. */
  start(): void {
    this.sources.forEach((source, index) => {
      const { firstTask, taskCount, workload } = source;
      if (workload.arrivals.kind === 'open') this.planArrival(index);
      else {
        for (let task = firstTask; task < firstTask + taskCount; task++) {
          if (source.think === null) this.beginOwn(source, task);
          else this.think(source, task, 0, 0);
        }
      }
    });
  }

  /** When something next happens by the clock; NEVER when nothing will. */
  get nextTimer(): number {
    return this.timers.nextKey;
  }

  /** It is time for what `nextTimer` announced. */
  timer(): void {
    const slot = this.timers.nextSlot;
    if (slot >= this.tasks) {
      this.arrive(slot - this.tasks);
      return;
    }
    this.timers.set(slot, NEVER);
    const source = this.sources[this.sourceOfTask[slot]!]!;
    if (this.phase[slot] === 0) this.beginOwn(source, slot);
    else this.received(source, slot);
  }

  /** The next job of a guest is done. */
  completed(guest: number): void {
    const source = this.sources[this.sourceOfGuest[guest]!]!;
    const { sharing } = this;
    sharing.touch(guest);
    const count = sharing.jobs[guest]!;
    const task = this.inService[source.firstTask + count - 1]!;
    // The clock may have fallen short of the end by rounding; now it is there by definition.
    if (sharing.attained[guest]! < this.endsAt[task]!) sharing.attained[guest] = this.endsAt[task]!;
    this.phase[task] = 0;
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
    this.vacant = guest;
    this.next(source, task, leftAt, ok);
    if (this.phase[task] === 0 && source.workload.arrivals.kind === 'open') source.idleTasks.push(task);
    if (this.vacant !== guest) return;
    this.vacant = NOBODY;
    sharing.stop(guest);
    sharing.setNextEnd(
      guest,
      count > 1 ? this.endsAt[this.inService[source.firstTask + count - 2]!]! : NEVER,
    );
  }

  /** Calls `visit` for each job in the system: where, since when, what it demands, and the share of it delivered. */
  forEachJob(visit: (guest: number, arrivedAt: number, demand: number, delivered: number) => void): void {
    for (const { guest, backlog, firstTask, taskCount } of this.sources) {
      backlog.forEach((arrivedAt, demand) => {
        visit(guest.index, arrivedAt, demand, 0);
      });
      this.sharing.touch(guest.index);
      for (let task = firstTask; task < firstTask + taskCount; task++) {
        if (this.phase[task] === 0) continue;
        const left =
          this.phase[task] === 1
            ? 1
            : Math.max(0, this.endsAt[task]! - this.sharing.attained[guest.index]!) / this.burstOf[task]!;
        visit(guest.index, this.arrivedAt[task]!, this.demandOf[task]!, Math.max(0, 1 - left));
      }
    }
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
    else if (ok && from <= this.sharing.now) this.beginOwn(source, task);
    else this.timers.set(task, from + (ok ? 0 : RETRY_AFTER));
  }

  private begin(source: JobSource, task: number, arrivedAt: number, demand: number): void {
    this.arrivedAt[task] = arrivedAt;
    this.demandOf[task] = demand;
    if (!source.receives) {
      this.compute(source, task);
      return;
    }
    const guest = source.guest.index;
    const { now } = this.sharing;
    const frames = this.frames!;
    frames.receive(guest, task);
    this.ledger.message(guest, now, frames);
    this.phase[task] = 1;
    this.failing[task] = frames.failed ? 1 : 0;
    // Frames that cost nothing are there at once, unless some are not: then nobody else must wait for this one.
    if (frames.doneAt <= now && !frames.failed) this.received(source, task);
    else this.timers.set(task, frames.doneAt);
  }

  private received(source: JobSource, task: number): void {
    if (this.failing[task] === 0) {
      this.compute(source, task);
      return;
    }
    const { now } = this.sharing;
    this.phase[task] = 0;
    this.failing[task] = 0;
    this.ledger.abandoned(source.guest.index, now, this.demandOf[task]!);
    this.ledger.left(source.guest.index, this.arrivedAt[task]!, now, this.demandOf[task]!, false);
    this.next(source, task, now, false);
    if (this.phase[task] === 0 && source.workload.arrivals.kind === 'open') source.idleTasks.push(task);
  }

  private beginOwn(source: JobSource, task: number): void {
    const demand = Math.max(1, source.demand.draw(this.demandStreams[task]!));
    const { now } = this.sharing;
    this.ledger.arrived(source.guest.index, now, demand);
    this.begin(source, task, now, demand);
  }

  private compute(source: JobSource, task: number): void {
    const { sharing } = this;
    const guest = source.guest.index;
    const bursts = this.bursts[this.sourceOfTask[task]!]!;
    this.phase[task] = 2;
    let burst = (this.demandOf[task]! * bursts.perWork + bursts.perJob) / bursts.usable;
    let levels = 0;
    if (this.vacant === guest) this.vacant = NOBODY;
    else levels = sharing.start(guest);
    for (let i = 0; i < levels; i++) {
      burst += bursts.wakes[i]!;
      const cost = bursts.wakeCosts[i]!;
      if (cost !== null) addVector(this.wakeTime, cost, 1);
    }
    if (levels > 0 && source.receives && bursts.signal !== null) {
      burst += bursts.signalTime;
      addVector(this.wakeTime, bursts.signal, 1);
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
    this.timers.set(task, Math.max(from, this.sharing.now) + pause);
  }

  private planArrival(index: number): void {
    const source = this.sources[index]!;
    const gap =
      source.interarrival === Number.POSITIVE_INFINITY
        ? NEVER
        : Math.round(source.interarrival * source.arrivalStream.exponential());
    this.timers.set(this.tasks + index, this.sharing.now + gap);
  }
}

function burstsOf(topology: Topology, { guest, tax }: JobSource, exitCosts: EventExitCosts): Bursts {
  const wakeCosts: (Float64Array | null)[] = [];
  for (let g: typeof guest | null = guest; g !== null; g = g.parent) {
    wakeCosts.push(exitCosts.haltWake(topology.layers[g.layer]!.firstCpu));
  }
  const signal = guest.specification.vcpus > 1 ? exitCosts.ipi(topology.layers[guest.layer]!.firstCpu) : null;
  return {
    perWork: total(tax.perWork),
    perJob: total(tax.perJob),
    usable: 1 - total(tax.busy),
    wakes: Float64Array.from(wakeCosts, (cost) => (cost === null ? 0 : total(cost))),
    wakeCosts,
    signal,
    signalTime: signal === null ? 0 : total(signal),
  };
}

/**
 * Where the time of bursts went, by category: their demand and jobs at the source's rates, and the share of exits that
 * come with time on top.
 */
export function addBurstTime(vector: Float64Array, { tax }: JobSource, demand: number, jobs: number): void {
  const usable = 1 - total(tax.busy);
  let own = 0;
  for (let k = 0; k < vector.length; k++) {
    const part = demand * tax.perWork[k]! + jobs * tax.perJob[k]!;
    vector[k]! += part;
    own += part;
  }
  const exact = own / usable;
  for (let k = 0; k < vector.length; k++) vector[k]! += exact * tax.busy[k]!;
}
