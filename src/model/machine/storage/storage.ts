import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Bursts } from '../cpu/bursts.ts';
import { total } from '../cpu/cpu-time.ts';
import { DEVICE_DONE, DEVICE_READY } from '../event-codes.ts';
import { MachineError } from '../machine-error.ts';
import type { StorageMeasurement } from '../measurement.ts';
import type { Dispatcher } from '../scheduler/dispatcher.ts';
import { NONE, type SchedulerState } from '../scheduler/scheduler-state.ts';
import type { Guest, Topology } from '../topology.ts';
import { Device } from './device.ts';
import { type DiskPort, diskPorts, disksOf, outermost } from './disk-ports.ts';
import { type DiskSnapshot, deviceMeasurement, snapshotOf } from './disk-snapshot.ts';
import { BATCH, DiskWorker } from './disk-worker.ts';
import { IntQueue } from './int-queue.ts';
import { interruptsOf, kicksOf, thinExtra } from './io-costs.ts';
import { RequestTable } from './request-table.ts';

/** Who waits for I/Os is told when they are done. `waker`: the CPU that was interrupted for them. */
export interface IoWaiter {
  ioDone(task: number, waker: number): void;
}

/** The controller of one guest, and the thread that emulates it. */
interface Port extends DiskPort {
  readonly worker: DiskWorker;
  /** Runs that found the queue full, and I/Os that are past it. */
  readonly waiting: IntQueue;
  outstanding: number;
  /** A part of an I/O that thin writes have yet to add. */
  carry: number;
}

/**
 * I/Os on their way through the layers: a guest hands a run of them to its controller and pays for the kick, the
 * hypervisor around it takes the run as CPU time of a thread of its own and hands it to its own controller in turn,
 * down to the device; and back up, an interrupt at every layer. A full queue holds runs back in the system above.
 */
export class Storage {
  readonly requests = new RequestTable();
  /** One, or one for each guest of the host where each has its own. */
  readonly devices: readonly Device[];
  /** By guest: I/Os its system issued, and those that are done; time these took; write-behind not yet done. */
  readonly issued: Float64Array;
  readonly finished: Float64Array;
  readonly waitedTime: Float64Array;
  readonly writtenBehind: Int32Array;

  private readonly topology: Topology;
  private readonly scheduling: SchedulerState;
  private readonly simulation: Simulation;
  private readonly dispatcher: Dispatcher;
  private readonly bursts: Bursts;
  private readonly waiter: IoWaiter;
  private readonly ports: readonly (Port | null)[];
  private readonly portOfTask: readonly (Port | null)[];
  private readonly parts: Float64Array;
  private readonly debt: Float64Array;
  private readonly thinWrites: number;
  /** By guest: the number of its device. */
  private readonly deviceOf: Int32Array;

  constructor(
    scheduling: SchedulerState,
    simulation: Simulation,
    dispatcher: Dispatcher,
    bursts: Bursts,
    waiter: IoWaiter,
    stream: (name: string) => RandomStream,
  ) {
    const { topology } = scheduling;
    const storage = topology.specification.storage!;
    this.topology = topology;
    this.scheduling = scheduling;
    this.simulation = simulation;
    this.dispatcher = dispatcher;
    this.bursts = bursts;
    this.waiter = waiter;
    this.thinWrites = storage.thinWrites;
    const { names, ofGuest } = disksOf(topology);
    this.devices = names.map(
      (name, index) => new Device(index, storage.device, simulation, this.requests, stream(`${name}/disk`)),
    );
    this.deviceOf = ofGuest;
    this.ports = diskPorts(topology).map(portOf);
    const portOfTask = new Array<Port | null>(topology.entities - topology.vcpus).fill(null);
    for (const port of this.ports) if (port !== null) portOfTask[port.worker.task] = port;
    this.portOfTask = portOfTask;
    this.parts = new Float64Array(bursts.categories);
    this.debt = new Float64Array(bursts.categories);
    const guests = topology.guests.length;
    this.issued = new Float64Array(guests);
    this.finished = new Float64Array(guests);
    this.waitedTime = new Float64Array(guests);
    this.writtenBehind = new Int32Array(guests);
  }

  /**
   * A guest's system issues I/Os together. `task` waits for them and runs on `cpu`; with NONE nobody waits.
   * @param size bytes of each. @param fresh how many of them write to blocks never written before
   */
  issue(guest: number, task: number, cpu: number, ios: number, size: number, fresh: number): void {
    const request = this.requests.open(guest, task, size, fresh, this.simulation.now);
    this.issued[guest]! += ios;
    if (task === NONE) this.writtenBehind[guest]! += ios;
    this.handTo(this.portOf(guest), request, ios, cpu);
  }

  /** The host's own system does I/O for a task that waits: swapping. */
  issueOnHost(guest: number, task: number, ios: number, size: number): void {
    const request = this.requests.open(NONE, task, size, 0, this.simulation.now);
    this.devices[this.deviceOf[guest]!]!.enter(request, ios);
  }

  /** Whether a task emulates a controller, so that the end of its burst is this module's. */
  isWorker(task: number): boolean {
    return this.portOfTask[task] !== null;
  }

  /** The batch of a worker is done; the worker is the current entity of an executing CPU. */
  burstDone(task: number): void {
    const port = this.portOfTask[task]!;
    this.deliverBatch(port);
    if (this.goOn(port)) this.dispatcher.goOn(task + this.topology.vcpus);
    else this.dispatcher.block(task + this.topology.vcpus);
  }

  handle(opcode: number, a: number, b: number): void {
    if (opcode === DEVICE_READY) this.devices[a]!.ready();
    else if (opcode === DEVICE_DONE && this.devices[b]!.done(a)) this.backFromDevice(a);
  }

  /** Forgets latencies; everything else goes on, and is measured against what is returned. */
  openWindow(): DiskSnapshot {
    this.accountAll();
    for (const device of this.devices) device.latencies.reset();
    return {
      issued: this.issued.slice(),
      finished: this.finished.slice(),
      waitedTime: this.waitedTime.slice(),
      device: snapshotOf(this.devices[0]!, this.simulation.now),
    };
  }

  /** Of the one disk of the host, since a window was opened. */
  measurement({ device: then }: DiskSnapshot): StorageMeasurement {
    const [device] = this.devices;
    const specification = this.topology.specification.storage!.device;
    return deviceMeasurement(device!, specification, then, this.simulation.now);
  }

  accountAll(): void {
    for (const device of this.devices) device.account();
  }

  private portOf(guest: number): Port {
    const port = this.ports[guest]!;
    if (port !== null) return port;
    const { entity } = this.topology.guests[guest]!.specification;
    throw new MachineError(`${entity}: does I/O and has no disk; expected one`);
  }

  /** A run comes to a guest's controller; whoever runs on `cpu` kicks it, if there is room. */
  private handTo(port: Port, request: number, ios: number, cpu: number): void {
    this.requests.place[request] = port.worker.guest;
    this.requests.setIos(request, port.depth, ios);
    if (port.waiting.length > 0 || !hasRoom(port, ios)) port.waiting.push(request);
    else this.kick(port, request, cpu);
  }

  private kick(port: Port, request: number, cpu: number): void {
    const ios = this.requests.iosAt(request, port.depth);
    port.outstanding += ios;
    this.owe(cpu, port.kick, kicksOf(ios, port.controller));
    this.enqueue(port, request);
  }

  private enqueue(port: Port, entry: number): void {
    const { worker } = port;
    worker.queue.push(entry);
    if (worker.taken > 0 || worker.delivers || !this.goOn(port)) return;
    this.dispatcher.wake(worker.task + this.topology.vcpus, NONE);
  }

  /** Starts the next batch; false when nothing is left. What costs nothing needs no CPU and is done on the spot. */
  private goOn(port: Port): boolean {
    while (port.worker.queue.length > 0) {
      if (this.startBatch(port)) return true;
      this.deliverBatch(port);
    }
    return false;
  }

  private startBatch(port: Port): boolean {
    const { worker, controller, depth } = port;
    const { parts, requests } = this;
    for (let k = 0; k < parts.length; k++) parts[k] = 0;
    let together = 0;
    let taken = 0;
    for (; taken < worker.queue.length; taken++) {
      const entry = worker.queue.at(taken);
      const ios = requests.iosAt(entry < 0 ? ~entry : entry, depth);
      together += ios;
      if (taken > 0 && together > BATCH) break;
      parts[port.category]! += ios * (entry < 0 ? controller.complete : controller.submit);
    }
    worker.taken = taken;
    if (total(parts) === 0) return false;
    this.bursts.startKernelWork(worker.task, parts);
    return true;
  }

  private deliverBatch(port: Port): void {
    const { worker } = port;
    worker.delivers = true;
    let completions = 0;
    for (let left = worker.taken; left > 0; left--) {
      const entry = worker.queue.shift();
      if (entry >= 0) this.passDown(port, entry);
      else {
        const announced = interruptsOf(completions, port.controller);
        completions += this.requests.iosAt(~entry, port.depth);
        this.passUp(port, ~entry, interruptsOf(completions, port.controller) - announced);
      }
    }
    worker.taken = 0;
    worker.delivers = false;
  }

  /** A hypervisor issues what one of its guests handed over, and what its own keeping of the disk adds. */
  private passDown(port: Port, request: number): void {
    const { requests } = this;
    port.carry += thinExtra(requests.fresh[request]!, port.thin, this.thinWrites);
    const extra = Math.floor(port.carry);
    port.carry -= extra;
    const ios = requests.iosAt(request, port.depth) + extra;
    if (port.parent === NONE) {
      requests.place[request] = NONE;
      this.devices[this.deviceOf[port.worker.guest]!]!.enter(request, ios);
      return;
    }
    const cpu = this.scheduling.cpuOf[port.worker.task + this.topology.vcpus]!;
    this.handTo(this.portOf(port.parent), request, ios, cpu);
  }

  private backFromDevice(request: number): void {
    const owner = this.requests.owner[request]!;
    if (owner === NONE) this.finish(request, NONE);
    else this.enqueue(this.portOf(outermost(this.topology.guests[owner]!).index), ~request);
  }

  /** A run is complete at a guest: its system, or the thread of it that had passed the run on, goes on. */
  private passUp(port: Port, request: number, interrupts: number): void {
    const { requests, topology, scheduling } = this;
    const guest = port.worker.guest;
    port.outstanding -= requests.iosAt(request, port.depth);
    const owner = requests.owner[request]!;
    const above = owner === guest ? null : this.portOf(childTowards(topology.guests[owner]!, guest));
    const task = above === null ? requests.task[request]! : above.worker.task;
    const cpu = task === NONE ? this.anyCpuOf(guest) : scheduling.cpuOf[task + topology.vcpus]!;
    this.owe(cpu, port.interrupt, interrupts);
    if (above === null) this.finish(request, cpu);
    else {
      requests.place[request] = above.worker.guest;
      this.enqueue(above, ~request);
    }
    while (port.waiting.length > 0) {
      const next = port.waiting.at(0);
      if (!hasRoom(port, requests.iosAt(next, port.depth))) break;
      port.waiting.shift();
      this.kick(port, next, cpu);
    }
  }

  private finish(request: number, cpu: number): void {
    const { requests } = this;
    const owner = requests.owner[request]!;
    const task = requests.task[request]!;
    if (owner !== NONE) {
      const ios = requests.iosAt(request, this.ports[owner]!.depth);
      this.finished[owner]! += ios;
      this.waitedTime[owner]! += ios * (this.simulation.now - requests.issuedAt[request]!);
      if (task === NONE) this.writtenBehind[owner]! -= ios;
    }
    requests.close(request);
    if (task !== NONE) this.waiter.ioDone(task, cpu);
  }

  private anyCpuOf(guest: number): number {
    return this.topology.physicalCpus + this.topology.guests[guest]!.firstVcpu;
  }

  private owe(cpu: number, cost: Float64Array | null, times: number): void {
    if (cost === null || times === 0) return;
    for (let k = 0; k < cost.length; k++) this.debt[k] = Math.round(times * cost[k]!);
    this.dispatcher.owe(cpu, this.debt);
  }
}

/** A run that is longer than the queue goes through an empty one. */
const hasRoom = ({ outstanding, controller }: Port, ios: number): boolean =>
  outstanding === 0 || outstanding + ios <= controller.queueDepth;

/** Of the guests on the way down from `guest`, the one that is directly inside `around`. */
function childTowards(guest: Guest, around: number): number {
  return guest.parent!.index === around ? guest.index : childTowards(guest.parent!, around);
}

const portOf = (port: DiskPort | null): Port | null =>
  port && {
    ...port,
    worker: new DiskWorker(port.task, port.guest),
    waiting: new IntQueue(),
    outstanding: 0,
    carry: 0,
  };
