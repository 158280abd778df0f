import type { Topology } from '../topology.ts';

/** What an entity is in the view of the layer that schedules it. */
export const BLOCKED = 0;
export const READY = 1;
export const RUNNING = 2;
/** Held back: too far ahead of a sibling, or its guest has used up its limit. In no run queue. */
export const CO_STOPPED = 3;
export const LIMITED = 4;

/**
 * Fields of a vCPU in `SchedulerState.ofVcpu`: the time in each state, at the state's number; on a physical CPU; since
 * when it is in its state, and how long the CPU it runs on had executed by then.
 */
export const EXECUTED = 5;
const STATE_SINCE = 6;
const EXECUTED_BELOW = 7;

export const NONE = -1;

// In constants that only this module has, which the engine puts into its code as numbers (kernel/event-queue.ts).
const IS_READY = READY;
const IS_RUNNING = RUNNING;
const EXECUTED_TIME = EXECUTED;

/**
 * What every scheduler of the machine has in common, as structure of arrays: which entity a CPU has as its current
 * one, and how long each vCPU has been in which state. Times are whole nanoseconds.
 *
 * Which physical CPU executes what is not kept, as every switch at a low level would change it for all levels above:
 * it follows from the current entities down to the metal, and so does the time that a vCPU has executed.
 */
export class SchedulerState {
  readonly topology: Topology;
  /** The instant being simulated. */
  now = 0;

  /** By CPU: the entity its own layer believes to be running there, or NONE. */
  readonly current: Int32Array;
  /** By CPU: a decision is due as soon as it executes. */
  readonly reschedule: Uint8Array;

  /** By entity. */
  readonly state: Uint8Array;
  /** By entity: the CPU of its layer it is queued on, runs on or last ran on. */
  readonly cpuOf: Int32Array;
  /** By entity: 1 while its system may not take its CPU away (a kernel's spinlock is held, or waited for). */
  readonly keepsCpu: Uint8Array;

  /** By entity: the CPUs of its layer it may run on, counted from the layer's first; null: any. */
  private readonly allowed: (Uint8Array | null)[] | null;
  private readonly layerFirstCpu: Int32Array;

  /**
   * By vCPU and field, eight of them, a cache line: whole time so far in each state as its own hypervisor sees it, and
   * on a physical CPU.
   */
  readonly ofVcpu: Float64Array;
  /** Parts of the running time: halted and waited for; waiting for a task on another vCPU. */
  readonly pollingTime: Float64Array;
  readonly spinningTime: Float64Array;
  /** By vCPU: how often it became ready. */
  readonly waits: Float64Array;
  /** By vCPU: how often it trapped because it spun, and how often a sibling that waited was favoured then. */
  readonly spinExits: Float64Array;
  readonly directedYields: Float64Array;
  private readonly vcpus: number;
  private readonly physicalCpus: number;

  constructor(topology: Topology) {
    const { cpus, entities, vcpus, physicalCpus } = topology;
    this.topology = topology;
    this.vcpus = vcpus;
    this.physicalCpus = physicalCpus;
    this.current = new Int32Array(cpus).fill(NONE);
    this.reschedule = new Uint8Array(cpus);
    this.state = new Uint8Array(entities);
    this.cpuOf = new Int32Array(entities).fill(NONE);
    this.ofVcpu = new Float64Array(vcpus << 3);
    this.pollingTime = new Float64Array(vcpus);
    this.spinningTime = new Float64Array(vcpus);
    this.spinExits = new Float64Array(vcpus);
    this.directedYields = new Float64Array(vcpus);
    this.keepsCpu = new Uint8Array(entities);
    this.waits = new Float64Array(vcpus);
    this.allowed = affinities(topology);
    this.layerFirstCpu = Int32Array.from(topology.layerOfEntity, (layer) => topology.layers[layer]!.firstCpu);
  }

  /** The vCPU entity that a virtual CPU is, one level below. */
  vcpuOf(cpu: number): number {
    return cpu - this.physicalCpus;
  }

  /** Whether anybody in the machine may run on some CPUs only. */
  get anyPinned(): boolean {
    return this.allowed !== null;
  }

  /** Whether an entity may run on a CPU of its layer. */
  mayRun(entity: number, cpu: number): boolean {
    if (this.allowed === null) return true;
    const own = this.allowed[entity];
    return own === null || own === undefined || own[cpu - this.layerFirstCpu[entity]!] === 1;
  }

  isPinned(entity: number): boolean {
    return this.allowed !== null && this.allowed[entity] !== null;
  }

  setState(entity: number, next: number): void {
    if (entity < this.vcpus) {
      this.accountState(entity);
      if (next === IS_READY) this.waits[entity]! += 1;
      else if (next === IS_RUNNING) this.ofVcpu[(entity << 3) | EXECUTED_BELOW] = this.executedBelow(entity);
    }
    this.state[entity] = next;
  }

  /** The physical CPU that executes a CPU at this instant, or NONE while a level below has it off. */
  physicalOf(cpu: number): number {
    const { physicalCpus, cpuOf, current } = this;
    let below = cpu;
    while (below >= physicalCpus) {
      const vcpu = below - physicalCpus;
      below = cpuOf[vcpu]!;
      if (current[below] !== vcpu) return NONE;
    }
    return below;
  }

  /** How long a vCPU has waited for its own hypervisor to pick it, up to now: its steal, as its guest can see it. */
  stolenFrom(vcpu: number): number {
    const { ofVcpu } = this;
    const v = vcpu << 3;
    const waiting = this.state[vcpu] === IS_READY ? this.now - ofVcpu[v | STATE_SINCE]! : 0;
    return ofVcpu[v | IS_READY]! + waiting;
  }

  /** How long a vCPU has wanted to run and did not, for whatever reason, up to now. */
  waitedBy(vcpu: number): number {
    const { ofVcpu } = this;
    const v = vcpu << 3;
    const state = this.state[vcpu]!;
    const waiting = state === BLOCKED || state === IS_RUNNING ? 0 : this.now - ofVcpu[v | STATE_SINCE]!;
    return ofVcpu[v | IS_READY]! + ofVcpu[v | CO_STOPPED]! + ofVcpu[v | LIMITED]! + waiting;
  }

  /** Brings every vCPU's times up to now. */
  accountAll(): void {
    for (let vcpu = 0; vcpu < this.vcpus; vcpu++) this.accountState(vcpu);
  }

  private accountState(vcpu: number): void {
    const { ofVcpu, now } = this;
    const v = vcpu << 3;
    const state = this.state[vcpu]!;
    ofVcpu[v | state]! += now - ofVcpu[v | STATE_SINCE]!;
    ofVcpu[v | STATE_SINCE] = now;
    if (state !== IS_RUNNING) return;
    const below = this.executedBelow(vcpu);
    ofVcpu[v | EXECUTED_TIME]! += below - ofVcpu[v | EXECUTED_BELOW]!;
    ofVcpu[v | EXECUTED_BELOW] = below;
  }

  /** How long the CPU that a vCPU runs on has executed so far. */
  private executedBelow(vcpu: number): number {
    const { physicalCpus, ofVcpu } = this;
    const cpu = this.cpuOf[vcpu]!;
    if (cpu < physicalCpus) return this.now;
    const v = (cpu - physicalCpus) << 3;
    const executed = ofVcpu[v | EXECUTED_TIME]!;
    if (this.state[cpu - physicalCpus] !== IS_RUNNING) return executed;
    return executed + this.executedBelow(cpu - physicalCpus) - ofVcpu[v | EXECUTED_BELOW]!;
  }
}

function affinities({ guests, layers, entities }: Topology): (Uint8Array | null)[] | null {
  if (guests.every(({ specification }) => specification.affinity === undefined)) return null;
  const allowed = new Array<Uint8Array | null>(entities).fill(null);
  for (const { firstVcpu, parentLayer, specification } of guests) {
    if (specification.affinity === undefined) continue;
    const cpus = new Uint8Array(layers[parentLayer]!.cpuCount);
    for (const cpu of specification.affinity) cpus[cpu] = 1;
    allowed.fill(cpus, firstVcpu, firstVcpu + specification.vcpus);
  }
  return allowed;
}
