import type { Topology } from '../topology.ts';
import { categories } from './cpu-time.ts';

/**
 * Exits that happened to a virtual CPU at a known instant (it woke from halt, was interrupted, signalled another),
 * to be paid in the next burst that executes on it: nanoseconds by category, kept until then.
 */
export class ExitDebts {
  /** How many CPUs owe anything. */
  outstanding = 0;
  /** By CPU and category, whole nanoseconds. */
  readonly owed: Float64Array;
  readonly width: number;
  private readonly owes: Uint8Array;

  constructor(topology: Topology) {
    this.width = categories(topology.levels);
    this.owed = new Float64Array(topology.cpus * this.width);
    this.owes = new Uint8Array(topology.cpus);
  }

  has(cpu: number): boolean {
    return this.owes[cpu] === 1;
  }

  add(cpu: number, cost: Float64Array): void {
    const first = cpu * this.width;
    for (let k = 0; k < this.width; k++) this.owed[first + k]! += cost[k]!;
    if (this.owes[cpu] === 1) return;
    this.owes[cpu] = 1;
    this.outstanding++;
  }

  clear(cpu: number): void {
    const first = cpu * this.width;
    for (let k = 0; k < this.width; k++) this.owed[first + k] = 0;
    this.owes[cpu] = 0;
    this.outstanding--;
  }
}
