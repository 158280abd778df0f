import { schedulesCores } from '../core-scheduling.ts';
import type { Topology } from '../topology.ts';
import { CoreThreads, type Paced } from './core-threads.ts';
import { OuterClocks } from './outer-clocks.ts';
import { NEVER } from './slot-queue.ts';
import { WeightClasses } from './weight-classes.ts';

/**
 * Ideal processor sharing at every layer at once. A layer divides its CPUs among the entities that want to run, by
 * weight and never more than one CPU each; a vCPU's share of the layer below is what its own layer has to divide. So
 * a job in a guest at level d progresses at the product of d + 1 shares and of the speed that SMT leaves the threads
 * that its outermost guest is on.
 *
 * The work is kept where something changes. Guests of the outermost hypervisor that have one weight progress in
 * lockstep, so a clock of attained progress for each such weight tells everything about level 0: a job that starts or
 * ends anywhere changes the clocks' rates and touches nobody (virtual time; see kernel/processor-sharing.ts). A nested
 * layer that has CPUs for all who want one gives everybody a whole one, and changes for nobody either. Only a nested
 * layer that is short of CPUs makes its own guests' next completions move.
 */
export class Sharing implements Paced {
  // Numbers that come to hold fractions begin as NaN: a field that first held a whole number changes the class's layout
  // when it holds another, and all code compiled for it is thrown away.
  now = Number.NaN;
  /** By guest: vCPUs that want to run, and jobs in service on them. */
  readonly active: Int32Array;
  readonly jobs: Int32Array;
  /** By guest: work that each of its jobs has been given since the start, in nanoseconds at full speed. */
  readonly attained: Float64Array;
  /** By guest: whole time so far that its vCPUs wanted to run, were picked by their hypervisor, did execute. */
  readonly wantedTime: Float64Array;
  readonly pickedTime: Float64Array;
  readonly executedTime: Float64Array;
  /** By guest: whole time so far that its vCPUs wanted to run and its limit was used up. */
  readonly limitedTime: Float64Array;
  /** Nanoseconds at full speed so far that were spent waiting for locks of page tables on a CPU. */
  spinTime = Number.NaN;
  /** By guest: how often a vCPU woke. */
  readonly wakes: Float64Array;
  /** Physical CPUs times time that were busy, and what they got done at the speeds they had. */
  busyTime = Number.NaN;
  doneTime = Number.NaN;
  /** By layer: entities that want one of its CPUs. */
  readonly demand: Int32Array;

  private readonly physicalCpus: number;
  private readonly hasBounds: boolean;
  /** Null without siblings. */
  private readonly threads: CoreThreads | null;
  /** Cores go to one VM at a time: one that wants a single thread keeps the other idle. */
  private readonly ownsCores: boolean;
  /** By guest. */
  readonly vcpus: Int32Array;
  private readonly parent: Int32Array;
  private readonly children: readonly Int32Array[];
  private readonly classes: WeightClasses;
  private readonly rootClass: Int32Array;
  private readonly clocks: OuterClocks;

  /** By guest: the attained work at which its next job is done; NEVER without one. */
  private readonly nextEnd: Float64Array;
  private readonly since: Float64Array;
  private readonly progressAt: Float64Array;
  private readonly heldAt: Float64Array;
  /** By guest: product of the nested layers' shares of its vCPUs, and what a job gets of all of it. */
  private readonly chain: Float64Array;
  private readonly local: Float64Array;
  /** By layer: share of the time of a CPU in use that interrupts take from what runs there. */
  private readonly interrupted: Float64Array;
  /** By guest: how fast its jobs go on beside who waits for the same lock, 1 being undisturbed. */
  private readonly lockSpeed: Float64Array;
  /** By guest: how fast its own jobs' vCPUs are on the threads they have, 1 being alone on their cores. */
  private readonly pace: Float64Array;
  private busy = Number.NaN;
  private kernelLoad = Number.NaN;
  /** Threads that VMs keep idle beside their own. */
  private idledThreads = 0;
  /** Whose job starts or stops. */
  private mover = 0;

  constructor(topology: Topology) {
    const { guests, layers, physicalCpus, specification } = topology;
    const count = guests.length;
    this.now = 0;
    this.spinTime = 0;
    this.busyTime = 0;
    this.doneTime = 0;
    this.busy = 0;
    this.kernelLoad = 0;
    this.physicalCpus = physicalCpus;
    this.pace = new Float64Array(count).fill(1);
    this.vcpus = Int32Array.from(guests, (guest) => guest.specification.vcpus);
    this.parent = Int32Array.from(guests, (guest) => guest.parentLayer - 1);
    this.children = layers.map((layer) =>
      Int32Array.from(guests.filter((guest) => guest.parentLayer === layer.index).map(({ index }) => index)),
    );
    this.classes = new WeightClasses(topology);
    this.rootClass = new Int32Array(count);
    const outermost = new Int32Array(count);
    for (const { index, parentLayer } of guests) {
      outermost[index] = parentLayer === 0 ? index : outermost[parentLayer - 1]!;
      this.rootClass[index] = this.classes.ofGuest[outermost[index]!]!;
    }
    this.ownsCores = schedulesCores(topology);
    this.clocks = new OuterClocks(this.classes, count);
    this.active = new Int32Array(count);
    this.jobs = new Int32Array(count);
    this.attained = new Float64Array(count);
    this.wantedTime = new Float64Array(count);
    this.pickedTime = new Float64Array(count);
    this.executedTime = new Float64Array(count);
    this.limitedTime = new Float64Array(count);
    this.wakes = new Float64Array(count);
    this.demand = new Int32Array(layers.length);
    this.nextEnd = new Float64Array(count).fill(NEVER);
    this.since = new Float64Array(count);
    this.progressAt = new Float64Array(count);
    this.heldAt = new Float64Array(count);
    this.chain = new Float64Array(count).fill(1);
    this.local = new Float64Array(count).fill(1);
    this.interrupted = new Float64Array(layers.length);
    this.lockSpeed = new Float64Array(count).fill(1);
    this.threads =
      specification.threadsPerCore === 2 ? new CoreThreads(topology, outermost, this, this) : null;
    this.hasBounds = layers.some(({ index }) => this.classes.areBounded(index));
  }

  /** Finds out whose job ends next, and when, if nothing changes before: `endingGuest`, `nextEnding`. */
  findEnding(): void {
    this.clocks.find(this.now);
  }

  /** NEVER when nobody's job will end. */
  get nextEnding(): number {
    return this.clocks.nextAt;
  }

  get endingGuest(): number {
    return this.clocks.nextGuest;
  }

  advance(now: number): void {
    const elapsed = now - this.now;
    if (elapsed <= 0) return;
    this.now = now;
    this.clocks.advance(elapsed);
    this.busyTime += this.busy * elapsed;
    this.doneTime += this.busy * this.speed * elapsed;
  }

  /**
   * One more job of a guest is in service; `nextEnd` is to be given afterwards.
   * @returns on how many levels, counted from the guest's own, a vCPU woke for it.
   */
  start(guest: number): number {
    this.touch(guest);
    const jobs = ++this.jobs[guest]!;
    let levels = 0;
    if (jobs <= this.vcpus[guest]!) {
      this.mover = guest;
      levels = this.raise(guest);
      this.threads?.settle(guest, 1, this.now);
    }
    this.renew(guest);
    return levels;
  }

  /** One job less. */
  stop(guest: number): void {
    this.touch(guest);
    const jobs = --this.jobs[guest]!;
    if (jobs < this.vcpus[guest]!) {
      this.mover = guest;
      this.lower(guest);
      this.threads?.settle(guest, -1, this.now);
    }
    this.renew(guest);
  }

  /** The attained work at which the next of a guest's jobs is done; NEVER without one. */
  setNextEnd(guest: number, attained: number): void {
    this.nextEnd[guest] = attained;
    this.rekey(guest);
  }

  /** Brings a guest's account up to now. */
  touch(guest: number): void {
    const elapsed = this.now - this.since[guest]!;
    if (elapsed === 0) return;
    this.since[guest] = this.now;
    const c = this.rootClass[guest]!;
    const progressed = this.clocks.progress[c]! - this.progressAt[guest]!;
    this.progressAt[guest] = this.clocks.progress[c]!;
    this.attained[guest]! += progressed * this.local[guest]!;
    const active = this.active[guest]!;
    if (this.hasBounds) this.touchHeldBack(guest, c, elapsed);
    if (active === 0) return;
    this.wantedTime[guest]! += active * elapsed;
    const chain = this.chain[guest]!;
    const executed = active * chain * progressed;
    this.executedTime[guest]! += executed;
    if (this.lockSpeed[guest]! < 1) {
      this.spinTime +=
        this.ownVcpus(guest) * chain * progressed * this.pace[guest]! * (1 - this.lockSpeed[guest]!);
    }
    this.pickedTime[guest]! +=
      this.parent[guest]! < 0
        ? executed
        : active * this.classes.rate[this.classes.ofGuest[guest]!]! * elapsed;
  }

  private touchHeldBack(guest: number, c: number, elapsed: number): void {
    const active = this.active[guest]!;
    const held = this.clocks.held[c]! - this.heldAt[guest]!;
    this.heldAt[guest] = this.clocks.held[c]!;
    this.limitedTime[guest]! +=
      active *
      (this.parent[guest]! < 0 ? held : this.classes.heldBack(this.classes.ofGuest[guest]!) * elapsed);
  }

  accountAll(): void {
    for (let guest = 0; guest < this.active.length; guest++) this.touch(guest);
  }

  /** Share of what a layer's entities want that they get from it now. */
  servedShare(layer: number): number {
    const wanted = this.demand[layer]! + (layer === 0 ? this.idledThreads : 0);
    const cpus = layer === 0 ? this.physicalCpus - this.kernelThreadsKept : this.vcpus[layer - 1]!;
    return wanted <= cpus ? 1 : cpus / wanted;
  }

  /** What a CPU of a layer executes a nanosecond now, were it the layer's only one in use: below it, others share. */
  speedOf(layer: number): number {
    if (layer === 0 || this.classes.allServed) return this.speed;
    const guest = layer - 1;
    let share = 1;
    for (let g = guest; g >= 0; g = this.parent[g]!) {
      const c = this.classes.ofGuest[g]!;
      // Who is held back by a limit goes on at full speed afterwards; the wait until then is its jobs' own.
      if (this.classes.heldBack(c) === 0) share *= this.classes.rate[c]!;
    }
    return share * this.speed;
  }

  /** CPUs of layer 0 that work in the kernel takes, on average. */
  setKernelLoad(cpus: number): void {
    this.kernelLoad = cpus;
    this.updateRoot();
    this.threads?.setKernelThreads(Math.min(Math.round(cpus), this.physicalCpus), this.now);
  }

  /** Share of a nested layer's busy CPUs that interrupts take. */
  setInterrupted(layer: number, share: number): void {
    this.interrupted[layer] = share;
    if (layer === 0) return;
    this.descend(layer - 1);
  }

  /** CPUs that a guest's own jobs execute on now, on average; those of the guests inside it are theirs. */
  executing(guest: number): number {
    const own = this.ownVcpus(guest);
    return own === 0 ? 0 : own * this.chain[guest]! * this.classes.rate[this.rootClass[guest]!]!;
  }

  /** vCPUs that want to run for a guest's own jobs: of a hypervisor, those that its guests keep busy are not. */
  private ownVcpus(guest: number): number {
    return Math.min(this.active[guest]!, this.jobs[guest]!);
  }

  /** The limit of a guest is used up, or is not any more. */
  hold(guest: number, held: boolean): void {
    this.touch(guest);
    if (!this.classes.hold(guest, held)) return;
    const parent = this.parent[guest]!;
    if (parent < 0) {
      this.updateRoot();
      this.threads?.placeAll(guest, held, this.now);
    } else this.refresh(parent);
  }

  /** When threads will be moved from shared cores to idle ones; NEVER while nobody asked. */
  get nextSpread(): number {
    return this.threads === null ? NEVER : this.threads.nextSpread;
  }

  /** Of the busy physical CPUs, on average. */
  private get speed(): number {
    return this.threads === null ? 1 : this.threads.speed;
  }

  /** It is time for what `nextSpread` announced. */
  spread(): void {
    this.threads!.spread(this.now);
  }

  lockSpeedOf(guest: number): number {
    return this.lockSpeed[guest]!;
  }

  /** How fast a guest's jobs go on beside who waits for the same lock. */
  setLockSpeed(guest: number, speed: number): void {
    if (this.lockSpeed[guest] === speed) return;
    this.touch(guest);
    this.lockSpeed[guest] = speed;
    this.renew(guest);
    this.rekey(guest);
  }

  private raise(guest: number): number {
    this.active[guest]! += 1;
    this.wakes[guest]! += 1;
    const c = this.classes.ofGuest[guest]!;
    this.classes.count[c]! += 1;
    const parent = this.parent[guest]!;
    const demand = ++this.demand[parent + 1]!;
    if (parent < 0) {
      if (this.ownsCores)
        this.keepIdle(c, this.active[guest]! === 1 ? 1 : this.active[guest]! === 2 ? -1 : 0);
      if (this.classes.heldBack(c) === 0) this.threads?.take(this.mover);
      this.updateRoot();
      return 1;
    }
    if (demand <= this.vcpus[parent]!) {
      this.touch(parent);
      const levels = 1 + this.raise(parent);
      if (this.classes.areBounded(parent + 1)) this.refresh(parent);
      else this.chain[guest] = this.chain[parent]! * this.classes.rate[c]!;
      return levels;
    }
    this.refresh(parent);
    return 1;
  }

  private lower(guest: number): void {
    this.active[guest]! -= 1;
    const c = this.classes.ofGuest[guest]!;
    this.classes.count[c]! -= 1;
    const parent = this.parent[guest]!;
    const demand = --this.demand[parent + 1]!;
    if (parent < 0) {
      if (this.ownsCores)
        this.keepIdle(c, this.active[guest]! === 0 ? -1 : this.active[guest]! === 1 ? 1 : 0);
      if (this.classes.heldBack(c) === 0) this.threads?.give(guest, this.mover);
      this.updateRoot();
    } else if (demand < this.vcpus[parent]!) {
      this.touch(parent);
      this.lower(parent);
      if (this.classes.areBounded(parent + 1)) this.refresh(parent);
    } else {
      this.refresh(parent);
    }
  }

  /** A nested layer is, or was, short of CPUs: its shares change, and with them all that runs above it. */
  private refresh(parent: number): void {
    const children = this.children[parent + 1]!;
    for (let i = 0; i < children.length; i++) {
      const child = children[i]!;
      if (this.active[child]! > 0) this.touchAbove(child);
    }
    this.classes.fill(parent + 1, this.vcpus[parent]!);
    for (let i = 0; i < children.length; i++) {
      const child = children[i]!;
      if (this.active[child]! > 0) this.descend(child);
    }
  }

  private touchAbove(guest: number): void {
    this.touch(guest);
    const children = this.children[guest + 1]!;
    for (let i = 0; i < children.length; i++) this.touchAbove(children[i]!);
  }

  /** Brings what a guest and all above it get in line with the shares below. */
  private descend(guest: number): void {
    this.touch(guest);
    const parent = this.parent[guest]!;
    this.chain[guest] =
      parent < 0 ? 1 : this.chain[parent]! * this.classes.rate[this.classes.ofGuest[guest]!]!;
    const children = this.children[guest + 1]!;
    for (let i = 0; i < children.length; i++) this.descend(children[i]!);
    if (children.length === 0) {
      this.renew(guest);
      this.rekey(guest);
    }
  }

  /** What one of a guest's jobs gets of its hypervisor's shares; the guest has been touched. */
  private renew(guest: number): void {
    const jobs = this.jobs[guest]!;
    const vcpus = this.vcpus[guest]!;
    let clear = 1;
    for (let g = guest; g >= 0; g = this.parent[g]!) clear *= 1 - this.interrupted[g + 1]!;
    this.local[guest] =
      this.chain[guest]! *
      clear *
      this.lockSpeed[guest]! *
      this.pace[guest]! *
      (jobs <= vcpus ? 1 : vcpus / jobs);
  }

  private rekey(guest: number): void {
    const c = this.rootClass[guest]!;
    const end = this.nextEnd[guest]!;
    const ahead = end === NEVER ? NEVER : Math.max(0, end - this.attained[guest]!) / this.local[guest]!;
    this.clocks.setEnd(c, guest, ahead);
  }

  /**
   * Under a core scheduler a VM that wants a single thread keeps the one beside it idle. One that wants more has them run in
   * pairs when there are too few cores, an odd one in turn with the others.
   */
  private keepIdle(c: number, threads: number): void {
    this.classes.idled[c]! += threads;
    this.idledThreads += threads;
  }

  /** Threads that work in the kernel takes from guests: under a core scheduler its last one is alone on a core. */
  private get kernelThreadsKept(): number {
    return this.ownsCores ? Math.min(2 * this.kernelLoad, this.kernelLoad + 1) : this.kernelLoad;
  }

  private updateRoot(): void {
    const running = this.classes.fill(0, Math.max(1, this.physicalCpus - this.kernelThreadsKept));
    this.busy = Math.min(this.physicalCpus, running + this.kernelLoad);
  }

  setPace(guest: number, pace: number): void {
    if (pace === this.pace[guest]) return;
    this.touch(guest);
    this.pace[guest] = pace;
    if (this.jobs[guest] === 0) return;
    this.renew(guest);
    this.rekey(guest);
  }
}
