import type { JobSource } from '../../workload/job-source.ts';
import { addVector, total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { Topology } from '../topology.ts';
import type { LockUser } from './lock-contention.ts';

/** The exits of a guest's jobs that events bring about. */
interface EventExits {
  /** From the guest's own level down: one more vCPU woken. */
  readonly wakes: readonly (Float64Array | null)[];
  /** A signal to another vCPU, which frames bring about; null when there is only one, or no frames. */
  readonly signal: Float64Array | null;
  /** A touch that finds a page swapped out. */
  readonly pageFault: Float64Array | null;
}

/**
 * What the jobs of each source take besides what they demand, and where that time went. By number of the source, in arrays:
 * hundreds of seats ask for it in turn, and an object each would not stay in the caches.
 */
export class Bursts {
  private readonly sources: readonly JobSource[];
  private readonly exits: readonly EventExits[];
  /** By source: nanoseconds for each of demand, and for a job. */
  private readonly perWork: Float64Array;
  private readonly perJob: Float64Array;
  /** By source: what is left of a nanosecond for them, the rest being exits that come with time. */
  private readonly usable: Float64Array;
  /** By source and number of levels on which a vCPU woke for a job: nanoseconds, and how often it was so. */
  private readonly wakeTime: Float64Array;
  private readonly wakes: Float64Array;
  private readonly stride: number;
  /** By source: nanoseconds of a touch of a swapped page, and how many there were. */
  private readonly faultTime: Float64Array;
  private readonly faults: Float64Array;

  constructor(topology: Topology, sources: readonly JobSource[], exitCosts: EventExitCosts) {
    const timeOf = (cost: Float64Array | null): number => (cost === null ? 0 : total(cost));
    this.sources = sources;
    this.exits = sources.map((source) => eventExits(topology, source, exitCosts));
    this.perWork = Float64Array.from(sources, ({ tax }) => total(tax.perWork));
    this.perJob = Float64Array.from(sources, ({ tax }) => total(tax.perJob));
    this.usable = Float64Array.from(sources, ({ tax }) => 1 - total(tax.busy));
    this.stride = 1 + Math.max(0, ...this.exits.map(({ wakes }) => wakes.length));
    this.wakeTime = new Float64Array(sources.length * this.stride);
    this.wakes = new Float64Array(sources.length * this.stride);
    this.exits.forEach(({ wakes, signal }, source) => {
      let time = timeOf(signal);
      wakes.forEach((cost, level) => {
        time += timeOf(cost);
        this.wakeTime[source * this.stride + level + 1] = time;
      });
    });
    this.faultTime = Float64Array.from(this.exits, ({ pageFault }) => timeOf(pageFault));
    this.faults = new Float64Array(sources.length);
  }

  /** Nanoseconds of a job of a source, but for waking. */
  burst(source: number, demand: number): number {
    return (demand * this.perWork[source]! + this.perJob[source]!) / this.usable[source]!;
  }

  /** For a job of a source a vCPU wakes on so many levels, 1 or more, from the guest's own down. @returns nanoseconds. */
  wake(source: number, levels: number): number {
    const place = source * this.stride + levels;
    this.wakes[place]! += 1;
    return this.wakeTime[place]!;
  }

  /** A job of a source touches a page that is swapped out. @returns nanoseconds. */
  fault(source: number): number {
    this.faults[source]! += 1;
    return this.faultTime[source]!;
  }

  /** The guests whose jobs fault on fresh memory, and how much they hold the lock for that. */
  lockUsers(): LockUser[] {
    return this.sources.flatMap(({ guest, tax, workload }, source) => {
      const { mean } = workload.demand;
      const held = mean * tax.lockPerWork + tax.lockPerJob;
      const share = Math.min(
        1,
        (held * this.usable[source]!) / (mean * this.perWork[source]! + this.perJob[source]!),
      );
      return share > 0 ? [{ guest: guest.index, share }] : [];
    });
  }

  /**
   * Adds, by category, where the time of bursts went: those of a source that delivered so much of what was demanded, in so
   * many jobs, at the source's rates, and the share of exits that come with time on top.
   */
  addBurstTime(vector: Float64Array, source: number, demand: number, jobs: number): void {
    const { tax } = this.sources[source]!;
    let own = 0;
    for (let k = 0; k < vector.length; k++) {
      const part = demand * tax.perWork[k]! + jobs * tax.perJob[k]!;
      vector[k]! += part;
      own += part;
    }
    const exact = own / this.usable[source]!;
    for (let k = 0; k < vector.length; k++) vector[k]! += exact * tax.busy[k]!;
  }

  /** Adds the kernel time of exits that events brought about so far, nanoseconds at full speed by category. */
  addEventTime(vector: Float64Array): void {
    const add = (cost: Float64Array | null, count: number): void => {
      if (cost !== null && count > 0) addVector(vector, cost, count);
    };
    this.exits.forEach(({ wakes, signal, pageFault }, source) => {
      for (let levels = 1; levels <= wakes.length; levels++) {
        const count = this.wakes[source * this.stride + levels]!;
        for (let level = 0; level < levels; level++) add(wakes[level]!, count);
        add(signal, count);
      }
      add(pageFault, this.faults[source]!);
    });
  }
}

function eventExits(topology: Topology, source: JobSource, exitCosts: EventExitCosts): EventExits {
  const { guest, receives } = source;
  const { firstCpu } = topology.layers[guest.layer]!;
  const wakes: (Float64Array | null)[] = [];
  for (let g: typeof guest | null = guest; g !== null; g = g.parent) {
    wakes.push(exitCosts.haltWake(topology.layers[g.layer]!.firstCpu));
  }
  return {
    wakes,
    signal: receives && guest.specification.vcpus > 1 ? exitCosts.ipi(firstCpu) : null,
    pageFault: exitCosts.pageFault(firstCpu),
  };
}
