import { addExits, categories, FIRST_HYPERVISOR, total } from './cpu/cpu-time.ts';
import type { ExitClass } from './exit-class.ts';
import { exitCost } from './exit-cost.ts';
import type { Topology } from './topology.ts';

/**
 * What the exits cost that the machine itself brings about, for the CPUs of each level, in whole nanoseconds by
 * category. A class the platform gives no cost for costs nothing here; a workload's own exits are another matter
 * (workload/exit-tax.ts refuses classes without a cost).
 */
export class EventExitCosts {
  private readonly levelOfCpu: Int32Array;
  private readonly haltWakes: readonly (Float64Array | null)[];
  private readonly ipis: readonly (Float64Array | null)[];
  private readonly interrupts: readonly (Float64Array | null)[];
  private readonly pageFaults: readonly (Float64Array | null)[];
  private readonly kicks: readonly (Float64Array | null)[];
  private readonly bareExits: readonly (Float64Array | null)[];

  constructor(topology: Topology) {
    const deepest = Math.max(0, ...topology.layers.map((layer) => layer.level));
    const { exits } = topology.specification;
    const byLevel = (exitClass: ExitClass): (Float64Array | null)[] =>
      Array.from({ length: deepest + 1 }, (_, level) => cost(topology, exitClass, level));
    this.levelOfCpu = topology.levelOfCpu;
    this.haltWakes = byLevel('halt-wake');
    this.ipis = byLevel('ipi');
    this.interrupts = byLevel('external-interrupt');
    this.pageFaults = byLevel('page-fault');
    this.kicks = byLevel(exits.classes.mmio === undefined ? 'pio' : 'mmio');
    this.bareExits = byLevel('hypercall');
  }

  /** A virtual CPU halts, and wakes. */
  haltWake(cpu: number): Float64Array | null {
    return this.haltWakes[this.levelOfCpu[cpu]!]!;
  }

  /** Code on a CPU signals another CPU of its layer. */
  ipi(cpu: number): Float64Array | null {
    return this.ipis[this.levelOfCpu[cpu]!]!;
  }

  /** A device interrupts a CPU. */
  interrupt(cpu: number): Float64Array | null {
    return this.interrupts[this.levelOfCpu[cpu]!]!;
  }

  /** Code on a CPU touches a page that a level below does not have. */
  pageFault(cpu: number): Float64Array | null {
    return this.pageFaults[this.levelOfCpu[cpu]!]!;
  }

  /**
   * A virtual CPU traps and goes on where it was: because it spins, or has halted and was waited for. Nobody publishes
   * what that takes; a hypercall that does nothing is the exit with the least to handle.
   */
  bareExit(cpu: number): Float64Array | null {
    return this.bareExits[this.levelOfCpu[cpu]!]!;
  }

  /** Software at a level tells its device that there is something to send. */
  kick(level: number): Float64Array | null {
    return this.kicks[level]!;
  }
}

/** Null when there is nothing to pay. */
function cost(topology: Topology, exitClass: ExitClass, level: number): Float64Array | null {
  const { exits } = topology.specification;
  if (exits.classes[exitClass] === undefined) return null;
  const vector = new Float64Array(Math.max(categories(topology.levels), FIRST_HYPERVISOR + level));
  addExits(vector, exitCost(exits, exitClass, level), 1);
  for (let k = 0; k < vector.length; k++) vector[k] = Math.round(vector[k]!);
  return total(vector) === 0 ? null : vector;
}
