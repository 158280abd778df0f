import type { Topology } from '../topology.ts';
import { ProportionalShares } from './proportional-shares.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';

/** Work of the outermost hypervisor itself (the root partition's) shares cores with no guest either. */
const ROOT = -1;

/** By entity of the outermost layer: the VM it is of. */
export function vmsOf({ entities, guests }: Topology): Int32Array {
  const vmOf = new Int32Array(entities).fill(ROOT);
  for (const { index, parentLayer, firstVcpu, specification } of guests) {
    if (parentLayer === 0) vmOf.fill(index, firstVcpu, firstVcpu + specification.vcpus);
  }
  return vmOf;
}

/**
 * Hyper-V's core scheduler: the threads of a core run virtual processors of one VM, or stay idle. What waits on either
 * thread may run on both. The core goes to the VM of the entity with the least virtual time, for a quantum, and then
 * to that of the next; a VM with one runnable virtual processor leaves the other thread idle. Documented is the rule
 * (Microsoft, "About Hyper-V hypervisor scheduler type selection"), not when a core changes hands: that is the classic
 * scheduler's reconstruction, with a core for a CPU.
 */
export class CoreShares extends ProportionalShares {
  private readonly vmOf: Int32Array;
  /** By CPU, of the first thread of a core: its quantum is over, and another VM is next. */
  private readonly over: Uint8Array;

  constructor(scheduling: SchedulerState) {
    super(scheduling, 'hyperv');
    const { cpus } = scheduling.topology;
    this.vmOf = vmsOf(scheduling.topology);
    this.over = new Uint8Array(cpus);
    for (let cpu = 0; cpu < cpus; cpu++) this.clockOf[cpu] = firstThread(cpu);
  }

  override pick(cpu: number): number {
    this.charge(cpu ^ 1);
    const vm = this.ownerFor(cpu);
    const next = this.least(cpu, vm);
    if (next !== NONE) this.picked(next, cpu);
    return next;
  }

  /** Only with the whole core if it is of another VM. */
  override preempts(entity: number, cpu: number): boolean {
    const beside = this.running[cpu ^ 1]!;
    if (beside !== NONE && this.vmOf[beside] !== this.vmOf[entity]) return false;
    return super.preempts(entity, cpu);
  }

  /** What waits on a thread that may not run it counts as waiting behind another. */
  override runnable(cpu: number): number {
    const waits = this.running[cpu] === NONE && this.running[cpu ^ 1] !== NONE && this.count[cpu]! > 0;
    return waits ? this.count[cpu]! + 1 : this.count[cpu]!;
  }

  /** What a core has to do, for either thread. */
  override load(cpu: number): number {
    return super.load(cpu) + super.load(cpu ^ 1);
  }

  override migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const beside = this.running[to ^ 1]!;
    const candidate = super.migrationCandidate(cpu, ranBefore, to);
    if (candidate === NONE || beside === NONE || this.vmOf[candidate] === this.vmOf[beside]) return candidate;
    return NONE;
  }

  protected override leastTime(cpu: number): number {
    return Math.min(super.leastTime(cpu), super.leastTime(cpu ^ 1));
  }

  protected override contenders(cpu: number): number {
    return this.count[cpu]! + this.count[cpu ^ 1]! - (this.running[cpu ^ 1] === NONE ? 0 : 1);
  }

  protected override isTurnOver(current: number, cpu: number): boolean {
    const waiting = this.lesser(this.leastWaiting(cpu), this.leastWaiting(cpu ^ 1));
    if (waiting === NONE || this.lesser(current, waiting) === current) return false;
    if (this.vmOf[waiting] !== this.vmOf[current]) this.over[firstThread(cpu)] = 1;
    return true;
  }

  /** The VM that a core belongs to, as one of its threads decides; the other thread is told when it changes. */
  private ownerFor(cpu: number): number {
    const beside = this.running[cpu ^ 1]!;
    const core = firstThread(cpu);
    if (beside !== NONE && this.over[core] === 0) return this.vmOf[beside]!;
    this.over[core] = 0;
    const best = this.leastOfCore(cpu);
    const owner = best === NONE ? ROOT : this.vmOf[best]!;
    if (beside !== NONE && this.vmOf[beside] !== owner) this.scheduling.reschedule[cpu ^ 1] = 1;
    return owner;
  }

  /** Of what one thread runs and what waits on either. */
  private least(cpu: number, vm: number): number {
    const current = this.running[cpu]!;
    const start = current !== NONE && this.vmOf[current] === vm ? current : NONE;
    return this.lesser(this.lesser(start, this.leastWaiting(cpu, vm)), this.leastWaiting(cpu ^ 1, vm));
  }

  /** Of everything on a core. */
  private leastOfCore(cpu: number): number {
    const waiting = this.lesser(this.leastWaiting(cpu), this.leastWaiting(cpu ^ 1));
    return this.lesser(waiting, this.lesser(this.running[cpu]!, this.running[cpu ^ 1]!));
  }

  private leastWaiting(cpu: number, vm?: number): number {
    const { first, next } = this.queues;
    let best = NONE;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (vm === undefined || this.vmOf[entity] === vm) best = this.lesser(best, entity);
    }
    return best;
  }

  /** Who comes first: what is reserved, then the least virtual time; of equals the second, which has waited. */
  private lesser(one: number, other: number): number {
    if (one === NONE) return other;
    if (other === NONE) return one;
    const reserved = this.isReserved(one);
    if (reserved !== this.isReserved(other)) return reserved ? one : other;
    return this.virtualTime[one]! < this.virtualTime[other]! ? one : other;
  }
}

const firstThread = (cpu: number): number => cpu & ~1;
