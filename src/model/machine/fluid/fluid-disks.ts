import type { RandomStream } from '../../kernel/random-stream.ts';
import { Simulation } from '../../kernel/simulation.ts';
import { addVector, total } from '../cpu/cpu-time.ts';
import { DEVICE_DONE, DEVICE_READY, RUN_AT_DISK, RUN_BACK } from '../event-codes.ts';
import { MachineError } from '../machine-error.ts';
import type { StorageMeasurement } from '../measurement.ts';
import { Device } from '../storage/device.ts';
import { type DiskPort, diskPorts, disksOf } from '../storage/disk-ports.ts';
import { type DiskSnapshot, deviceMeasurement, snapshotOf } from '../storage/disk-snapshot.ts';
import { IntQueue } from '../storage/int-queue.ts';
import { interruptsOf, kicksOf, thinExtra } from '../storage/io-costs.ts';
import { RequestTable } from '../storage/request-table.ts';
import type { Topology } from '../topology.ts';
import type { KernelLoad } from './kernel-load.ts';
import type { Sharing } from './sharing.ts';

const NONE = -1;

/** Who waits for I/Os is told when they are done, and how many nanoseconds of interrupts it pays for. */
export interface FluidIoWaiter {
  ioDone(task: number, interrupts: number): void;
}

/**
 * I/Os of the fluid engine. The disk itself is the exact engine's, I/O by I/O. On the way there and back a run of I/Os
 * has no events of its own: as with frames (frames.ts) each thread that emulates a controller is free at a known time,
 * and what it spends becomes load on its layer. A run that finds a queue full anywhere on its way waits in its guest.
 */
export class FluidDisks {
  readonly events = new Simulation();
  readonly devices: readonly Device[];
  /** By guest: I/Os its system issued, and those that are done; time these took; write-behind not yet done. */
  readonly issued: Float64Array;
  readonly finished: Float64Array;
  readonly waitedTime: Float64Array;
  readonly writtenBehind: Int32Array;
  private readonly topology: Topology;
  private readonly sharing: Sharing;
  private readonly load: KernelLoad;
  private readonly requests = new RequestTable();
  private readonly ports: readonly (DiskPort | null)[];
  private readonly parentLayer: Int32Array;
  private readonly deviceOf: Int32Array;
  private readonly thinWrites: number;
  /** By guest: I/Os past its queue, runs that found it full, the part of an I/O that thin writes have yet to add. */
  private readonly outstanding: Int32Array;
  private readonly waiting: readonly IntQueue[];
  private readonly carry: Float64Array;
  /** By task: when the thread is through with what it has. */
  private readonly freeAt: Float64Array;
  /** Nanoseconds at full speed by category so far. */
  private readonly spent: Float64Array;
  private waiter: FluidIoWaiter | null = null;

  constructor(
    topology: Topology,
    sharing: Sharing,
    load: KernelLoad,
    width: number,
    stream: (name: string) => RandomStream,
  ) {
    const storage = topology.specification.storage!;
    const { names, ofGuest } = disksOf(topology);
    const guests = topology.guests.length;
    this.topology = topology;
    this.sharing = sharing;
    this.load = load;
    this.thinWrites = storage.thinWrites;
    this.ports = diskPorts(topology);
    this.parentLayer = Int32Array.from(topology.guests, (guest) => guest.parentLayer);
    this.deviceOf = ofGuest;
    this.devices = names.map(
      (name, index) => new Device(index, storage.device, this.events, this.requests, stream(`${name}/disk`)),
    );
    this.issued = new Float64Array(guests);
    this.finished = new Float64Array(guests);
    this.waitedTime = new Float64Array(guests);
    this.writtenBehind = new Int32Array(guests);
    this.outstanding = new Int32Array(guests);
    this.waiting = topology.guests.map(() => new IntQueue());
    this.carry = new Float64Array(guests);
    this.freeAt = new Float64Array(topology.entities - topology.vcpus);
    this.spent = new Float64Array(width);
  }

  connect(waiter: FluidIoWaiter): void {
    this.waiter = waiter;
  }

  /** When something next happens at a disk; Infinity when nothing will. */
  get nextTime(): number {
    return this.events.nextTime;
  }

  /** What `nextTime` announced happens; the clock of the jobs is there already. */
  handleNext(): void {
    const { events } = this;
    if (!events.pop()) return;
    const { opcode, a, b } = events;
    if (opcode === RUN_AT_DISK) this.devices[b]!.enter(a, this.requests.toStart[a]!);
    else if (opcode === RUN_BACK) this.back(a, b);
    else if (opcode === DEVICE_READY) this.devices[a]!.ready();
    else if (opcode === DEVICE_DONE && this.devices[b]!.done(a)) this.leaveDisk(a);
  }

  /**
   * A guest's system issues I/Os together. `task` waits for them; with -1 nobody waits.
   * @param fresh how many of them write to blocks never written before
   * @returns nanoseconds of kicks that its system pays.
   */
  issue(guest: number, task: number, ios: number, size: number, fresh: number): number {
    const { requests } = this;
    const port = this.portOf(guest);
    const request = requests.open(guest, task, size, fresh, this.sharing.now);
    requests.setIos(request, port.depth, ios);
    this.issued[guest]! += ios;
    if (task === NONE) this.writtenBehind[guest]! += ios;
    const full = this.waiting[guest]!.length > 0 ? guest : this.fullOnTheWay(request);
    if (full === NONE) this.setOut(request);
    else this.waiting[full]!.push(request);
    return this.pay(port.kick, kicksOf(ios, port.controller));
  }

  /** The host's own system does I/O for a task that waits: swapping. */
  issueOnHost(guest: number, task: number, ios: number, size: number): void {
    const { now } = this.sharing;
    const request = this.requests.open(NONE, task, size, 0, now);
    this.requests.toStart[request] = ios;
    this.events.at(now, RUN_AT_DISK, request, this.deviceOf[guest]!);
  }

  /** Adds the kernel time so far, nanoseconds at full speed by category. */
  addTime(vector: Float64Array): void {
    addVector(vector, this.spent, 1);
  }

  accountAll(): void {
    if (this.sharing.now > this.events.now) this.events.advanceTo(this.sharing.now);
    for (const device of this.devices) device.account();
  }

  /** Forgets latencies; everything else goes on, and is measured against what is returned. */
  openWindow(): DiskSnapshot {
    this.accountAll();
    for (const device of this.devices) device.latencies.reset();
    return {
      issued: this.issued.slice(),
      finished: this.finished.slice(),
      waitedTime: this.waitedTime.slice(),
      device: snapshotOf(this.devices[0]!, this.events.now),
    };
  }

  /** Of the one disk of the host, since a window was opened; null when each guest has its own. */
  measurement({ device: then }: DiskSnapshot): StorageMeasurement | null {
    if (this.devices.length > 1) return null;
    this.accountAll();
    const specification = this.topology.specification.storage!.device;
    return deviceMeasurement(this.devices[0]!, specification, then, this.events.now);
  }

  private portOf(guest: number): DiskPort {
    const port = this.ports[guest]!;
    if (port !== null) return port;
    const { entity } = this.topology.guests[guest]!.specification;
    throw new MachineError(`${entity}: does I/O and has no disk; expected one`);
  }

  /** The first guest on a run's way down whose queue has no room for it, or -1. */
  private fullOnTheWay(request: number): number {
    const { requests, ports } = this;
    const owner = ports[requests.owner[request]!]!;
    const ios = requests.iosAt(request, owner.depth);
    for (let port: DiskPort | null = owner; port !== null; port = this.below(port)) {
      const before = this.outstanding[port.guest]!;
      // A run that is longer than the queue goes through an empty one.
      if (before > 0 && before + ios > port.controller.queueDepth) return port.guest;
    }
    return NONE;
  }

  /** A run goes down to the disk. */
  private setOut(request: number): void {
    const { requests } = this;
    const owner = this.ports[requests.owner[request]!]!;
    let at = this.sharing.now;
    let ios = requests.iosAt(request, owner.depth);
    let outer = owner;
    for (let port: DiskPort | null = owner; port !== null; port = this.below(port)) {
      const { guest, controller, depth } = port;
      requests.setIos(request, depth, ios);
      this.outstanding[guest]! += ios;
      let work = ios * controller.submit;
      this.spent[port.category]! += work;
      ios += this.addedByThin(port, requests.fresh[request]!);
      const next = this.below(port);
      if (next !== null) work += this.pay(next.kick, kicksOf(ios, next.controller));
      at = this.through(port, at, work);
      outer = port;
    }
    requests.toStart[request] = ios;
    this.events.at(at, RUN_AT_DISK, request, this.deviceOf[outer.guest]!);
  }

  private addedByThin({ guest, thin }: DiskPort, fresh: number): number {
    const due = this.carry[guest]! + thinExtra(fresh, thin, this.thinWrites);
    const extra = Math.floor(due);
    this.carry[guest] = due - extra;
    return extra;
  }

  /** The last I/O of a run is done: its way up takes known times, and events only at its end. */
  private leaveDisk(request: number): void {
    const { requests } = this;
    const { now } = this.sharing;
    const owner = requests.owner[request]!;
    if (owner === NONE) {
      this.finish(request, 0);
      return;
    }
    let at = now;
    let interrupts = 0;
    for (let depth = 0; depth <= this.ports[owner]!.depth; depth++) {
      const port = this.portAt(owner, depth);
      const { controller } = port;
      const ios = requests.iosAt(request, depth);
      const work = ios * controller.complete + interrupts;
      this.spent[port.category]! += ios * controller.complete;
      at = this.through(port, at, work);
      interrupts = this.pay(port.interrupt, interruptsOf(ios, controller));
    }
    this.events.at(at, RUN_BACK, request, Math.round(interrupts));
  }

  /** A run is back at the system that issued it; others may set out in its place. */
  private back(request: number, interrupts: number): void {
    const { requests } = this;
    const owner = requests.owner[request]!;
    for (let port: DiskPort | null = this.ports[owner]!; port !== null; port = this.below(port)) {
      this.outstanding[port.guest]! -= requests.iosAt(request, port.depth);
    }
    const own = this.ports[owner]!;
    this.finish(request, interrupts);
    for (let port: DiskPort | null = own; port !== null; port = this.below(port)) this.letGo(port.guest);
  }

  /** The queue of a guest has more room than before. */
  private letGo(guest: number): void {
    const queue = this.waiting[guest]!;
    while (queue.length > 0) {
      const request = queue.at(0);
      const full = this.fullOnTheWay(request);
      if (full === guest) return;
      queue.shift();
      if (full === NONE) this.setOut(request);
      else this.waiting[full]!.push(request);
    }
  }

  private finish(request: number, interrupts: number): void {
    const { requests } = this;
    const owner = requests.owner[request]!;
    const task = requests.task[request]!;
    if (owner !== NONE) {
      const ios = requests.iosAt(request, this.ports[owner]!.depth);
      this.finished[owner]! += ios;
      this.waitedTime[owner]! += ios * (this.sharing.now - requests.issuedAt[request]!);
      if (task === NONE) {
        this.writtenBehind[owner]! -= ios;
        this.load.add(this.topology.guests[owner]!.layer, interrupts);
      }
    }
    requests.close(request);
    if (task !== NONE) this.waiter!.ioDone(task, interrupts);
  }

  /** When the thread of a port that gets work at a time is through with it. */
  private through({ task, guest }: DiskPort, at: number, work: number): number {
    if (work === 0) return at;
    const layer = this.parentLayer[guest]!;
    const speed = this.sharing.speedOf(layer) * this.sharing.servedShare(layer);
    const end = Math.max(at, this.freeAt[task]!) + work / speed;
    this.freeAt[task] = end;
    this.load.add(layer, work);
    return end;
  }

  private pay(cost: Float64Array | null, times: number): number {
    if (cost === null || times === 0) return 0;
    addVector(this.spent, cost, times);
    return times * total(cost);
  }

  private below({ parent }: DiskPort): DiskPort | null {
    return parent === NONE ? null : this.ports[parent]!;
  }

  /** Of the ports on a guest's way to the disk, the one at a depth. */
  private portAt(guest: number, depth: number): DiskPort {
    let port = this.ports[guest]!;
    while (port.depth > depth) port = this.ports[port.parent]!;
    return port;
  }
}
