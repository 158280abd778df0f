import type { Topology } from '../machine/topology.ts';

/** As long as no run is: who spins where nobody stops it. */
const ENDLESS = 1e15;
/** ple_window_grow, and the longest window in hardware at 2.5 GHz (2^32 - 1 cycles). */
const GROW = 2;
const LONGEST = 1.7e9;

/** How long tasks spin before their vCPU traps to its hypervisor, by task. */
export class SpinWindows {
  private readonly base: Float64Array;
  private readonly grow: Float64Array;
  private readonly current: Float64Array;

  constructor({ tasks, layers, entities, vcpus }: Topology) {
    this.base = new Float64Array(entities - vcpus).fill(ENDLESS);
    this.grow = new Float64Array(entities - vcpus).fill(1);
    this.current = new Float64Array(entities - vcpus);
    for (const { kind, guest, first, count } of tasks) {
      if (kind !== 'job' || guest === null) continue;
      const spinExit = layers[guest.parentLayer]!.hypervisor?.spinExit;
      // One vCPU that spins waits for nobody who could run instead; KVM leaves the exit off for such a guest as well.
      if (spinExit === undefined || guest.specification.vcpus === 1) continue;
      this.base.fill(spinExit.window, first - vcpus, first - vcpus + count);
      this.grow.fill(spinExit.grow ?? GROW, first - vcpus, first - vcpus + count);
    }
  }

  /** Of a task that starts to spin, or was scheduled again, or goes on after a trap. */
  next(task: number, afterTrap: boolean): number {
    const window = afterTrap ? Math.min(LONGEST, this.current[task]! * this.grow[task]!) : this.base[task]!;
    this.current[task] = window;
    return Math.ceil(window);
  }
}
