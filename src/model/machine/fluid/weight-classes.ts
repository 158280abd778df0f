import type { Topology } from '../topology.ts';

/**
 * The vCPUs that a hypervisor schedules, by weight: those of one weight always get the same share. A layer's classes
 * lie side by side, the heaviest first; those of layer 0 come first of all.
 */
export class WeightClasses {
  /** By guest: the class of its vCPUs. */
  readonly ofGuest: Int32Array;
  /** By class: vCPUs that want to run, and the CPU each of them gets. */
  readonly count: Int32Array;
  readonly rate: Float64Array;
  private readonly weight: Float64Array;
  /** By layer, one more than there are. */
  private readonly first: Int32Array;
  /** By layer: the vCPUs that wanted to run at the last filling all got a whole CPU. */
  private readonly full: Uint8Array;

  constructor({ layers, guests }: Topology) {
    this.ofGuest = new Int32Array(guests.length);
    this.first = new Int32Array(layers.length + 1);
    this.full = new Uint8Array(layers.length).fill(1);
    const weights: number[] = [];
    for (const { index } of layers) {
      const own = guests.filter((guest) => guest.parentLayer === index);
      const distinct = [...new Set(own.map(({ specification }) => specification.weight))].sort(
        (a, b) => b - a,
      );
      this.first[index] = weights.length;
      for (const guest of own) {
        this.ofGuest[guest.index] = weights.length + distinct.indexOf(guest.specification.weight);
      }
      weights.push(...distinct);
    }
    this.first[layers.length] = weights.length;
    this.weight = Float64Array.from(weights);
    this.count = new Int32Array(weights.length);
    this.rate = new Float64Array(weights.length).fill(1);
  }

  countOf(layer: number): number {
    return this.first[layer + 1]! - this.first[layer]!;
  }

  /**
   * Divides a layer's CPUs by weight, at most one for each vCPU: who reaches it leaves the rest to the others
   * (weighted max-min fairness), the heaviest first.
   * @returns the CPUs in use.
   */
  fill(layer: number, cpus: number): number {
    const { count, rate, weight } = this;
    const from = this.first[layer]!;
    const to = this.first[layer + 1]!;
    let wanted = 0;
    for (let c = from; c < to; c++) wanted += count[c]!;
    if (wanted <= cpus) {
      if (this.full[layer] === 0) {
        this.full[layer] = 1;
        for (let c = from; c < to; c++) rate[c] = 1;
      }
      return wanted;
    }
    this.full[layer] = 0;
    let left = cpus;
    let weights = 0;
    for (let c = from; c < to; c++) weights += count[c]! * weight[c]!;
    for (let c = from; c < to; c++) {
      // Nobody is left for what is left.
      if (weights <= 0) {
        rate[c] = 1;
        continue;
      }
      const share = Math.min(1, (left * weight[c]!) / weights);
      rate[c] = share;
      left -= count[c]! * share;
      weights -= count[c]! * weight[c]!;
    }
    return cpus;
  }
}
