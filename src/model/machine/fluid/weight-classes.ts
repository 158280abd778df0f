import type { Guest, Layer, Topology } from '../topology.ts';

/** Newton's steps towards a level of water; each finds the right piece of a piecewise straight line, or halves. */
const MOST_STEPS = 60;
/** What a guest gets whose limit is used up: nothing, but for divisions by it. */
const NOTHING = Number.MIN_VALUE;
/** Of a layer's CPUs, what may be left over. */
const CLOSE_ENOUGH = 1e-12;

/**
 * The vCPUs that a hypervisor schedules, by weight: those of one weight always get the same share. A layer's classes
 * lie side by side, the heaviest first; those of layer 0 come first of all. In a layer that has bounds (a guest with a
 * reservation, a limit or an affinity, or weights that are VMs') each guest is a class of its own.
 */
export class WeightClasses {
  /** By guest: the class of its vCPUs. */
  readonly ofGuest: Int32Array;
  /** By class: vCPUs that want to run, and the CPU each of them gets. */
  readonly count: Int32Array;
  readonly rate: Float64Array;
  /** By class: CPUs besides that its vCPUs keep from others, such as the thread that a core scheduler leaves idle. */
  readonly idled: Int32Array;
  private readonly weight: Float64Array;
  /** By class: CPUs that its vCPUs get together, as they like, and CPUs they may run on; 1 when its limit is used up. */
  private readonly reserved: Float64Array;
  private readonly reach: Float64Array;
  private readonly held: Uint8Array;
  /** By class: what bounds one vCPU of it now. */
  private readonly floor: Float64Array;
  private readonly cap: Float64Array;
  private readonly share: Float64Array;
  /** By layer, one more than there are. */
  private readonly first: Int32Array;
  /** By layer: the vCPUs that wanted to run at the last filling all got a whole CPU. */
  private readonly full: Uint8Array;
  /** Layers of which that does not hold, or is not known because they have bounds. */
  private short = 0;
  private readonly bounded: Uint8Array;
  private readonly weighsVms: Uint8Array;

  constructor({ layers, guests }: Topology) {
    this.ofGuest = new Int32Array(guests.length);
    this.first = new Int32Array(layers.length + 1);
    this.full = new Uint8Array(layers.length).fill(1);
    this.weighsVms = Uint8Array.from(layers, (layer) => (weighsVms(layer) ? 1 : 0));
    this.bounded = new Uint8Array(layers.length);
    const classes: Guest[] = [];
    for (const { index } of layers) {
      const own = guests
        .filter((guest) => guest.parentLayer === index)
        .sort((a, b) => b.specification.weight - a.specification.weight);
      const bounded = this.weighsVms[index] === 1 || own.some(isBound);
      this.bounded[index] = bounded ? 1 : 0;
      if (bounded) this.short++;
      this.first[index] = classes.length;
      for (const guest of own) {
        const last = classes.at(-1);
        const isAlike =
          !bounded &&
          classes.length > this.first[index]! &&
          last!.specification.weight === guest.specification.weight;
        if (!isAlike) classes.push(guest);
        this.ofGuest[guest.index] = classes.length - 1;
      }
    }
    this.first[layers.length] = classes.length;
    const of = (value: (guest: Guest['specification']) => number): Float64Array =>
      Float64Array.from(classes, ({ specification }) => value(specification));
    this.weight = of(({ weight }) => weight);
    this.reserved = of(({ reservation }) => reservation ?? 0);
    this.held = new Uint8Array(classes.length);
    this.reach = of(({ affinity }) => affinity?.length ?? Number.POSITIVE_INFINITY);
    this.floor = new Float64Array(classes.length);
    this.cap = new Float64Array(classes.length).fill(1);
    this.share = this.weight.slice();
    this.count = new Int32Array(classes.length);
    this.idled = new Int32Array(classes.length);
    this.rate = new Float64Array(classes.length).fill(1);
  }

  countOf(layer: number): number {
    return this.first[layer + 1]! - this.first[layer]!;
  }

  /** Whether shares of a layer turn on more than weights of vCPUs. */
  areBounded(layer: number): boolean {
    return this.bounded[layer] === 1;
  }

  /** Whether every vCPU anywhere that wants to run has a whole CPU of its layer. */
  get allServed(): boolean {
    return this.short === 0;
  }

  /** Whether the limit of a guest is used up. @returns whether that is news. */
  hold(guest: number, held: boolean): boolean {
    const c = this.ofGuest[guest]!;
    if (this.held[c] === (held ? 1 : 0)) return false;
    this.held[c] = held ? 1 : 0;
    return true;
  }

  /** Part of a CPU that a vCPU of a class wants and is kept from by a limit. */
  heldBack(c: number): number {
    return this.held[c]!;
  }

  /**
   * Divides a layer's CPUs by weight, at most one for each vCPU: who reaches it leaves the rest to the others
   * (weighted max-min fairness), the heaviest first.
   * @returns the CPUs that execute.
   */
  fill(layer: number, cpus: number): number {
    const { count, idled, rate, weight } = this;
    if (this.bounded[layer] === 1) return this.fillWithinBounds(layer, cpus);
    const from = this.first[layer]!;
    const to = this.first[layer + 1]!;
    let wanted = 0;
    let idle = 0;
    for (let c = from; c < to; c++) {
      wanted += count[c]!;
      idle += idled[c]!;
    }
    if (wanted + idle <= cpus) {
      if (this.full[layer] === 0) {
        this.full[layer] = 1;
        this.short--;
        for (let c = from; c < to; c++) rate[c] = 1;
      }
      return wanted;
    }
    if (this.full[layer] === 1) {
      this.full[layer] = 0;
      this.short++;
    }
    let left = cpus;
    let weights = 0;
    for (let c = from; c < to; c++) weights += (count[c]! + idled[c]!) * weight[c]!;
    let executing = cpus;
    for (let c = from; c < to; c++) {
      // Nobody is left for what is left.
      if (weights <= 0) {
        rate[c] = 1;
        continue;
      }
      const share = Math.min(1, (left * weight[c]!) / weights);
      rate[c] = share;
      left -= (count[c]! + idled[c]!) * share;
      weights -= (count[c]! + idled[c]!) * weight[c]!;
      executing -= idled[c]! * share;
    }
    return executing;
  }

  /**
   * The same with a least and a most for each class: every vCPU gets what the common level of water is for its weight,
   * within its own bounds, and the level is where the CPUs are used up.
   */
  private fillWithinBounds(layer: number, cpus: number): number {
    const { count, idled, rate, floor, cap, share } = this;
    const from = this.first[layer]!;
    const to = this.first[layer + 1]!;
    let most = 0;
    let least = 0;
    let highest = 0;
    for (let c = from; c < to; c++) {
      const n = Math.max(1, count[c]!);
      cap[c] = this.held[c] === 1 ? NOTHING : Math.min(1, this.reach[c]! / n);
      floor[c] = Math.min(cap[c]!, this.reserved[c]! / n);
      share[c] = this.weighsVms[layer] === 1 ? this.weight[c]! / n : this.weight[c]!;
      most += (count[c]! + idled[c]!) * cap[c]!;
      least += (count[c]! + idled[c]!) * floor[c]!;
      highest = Math.max(highest, cap[c]! / share[c]!);
    }
    if (most <= cpus) {
      for (let c = from; c < to; c++) rate[c] = cap[c]!;
      return this.executing(layer);
    }
    if (least >= cpus) {
      for (let c = from; c < to; c++) rate[c] = Math.max(NOTHING, (floor[c]! * cpus) / least);
      return this.executing(layer);
    }
    const level = this.levelOf(layer, cpus, highest);
    for (let c = from; c < to; c++) rate[c] = Math.min(cap[c]!, Math.max(floor[c]!, level * share[c]!));
    return this.executing(layer);
  }

  private executing(layer: number): number {
    let executing = 0;
    for (let c = this.first[layer]!; c < this.first[layer + 1]!; c++)
      executing += this.count[c]! * this.rate[c]!;
    return executing;
  }

  private levelOf(layer: number, cpus: number, highest: number): number {
    const { count, idled, floor, cap, share } = this;
    const from = this.first[layer]!;
    const to = this.first[layer + 1]!;
    let low = 0;
    let high = highest;
    let level = highest / 2;
    for (let step = 0; step < MOST_STEPS; step++) {
      let used = 0;
      let slope = 0;
      for (let c = from; c < to; c++) {
        const part = level * share[c]!;
        const cpusOf = count[c]! + idled[c]!;
        if (part <= floor[c]!) used += cpusOf * floor[c]!;
        else if (part >= cap[c]!) used += cpusOf * cap[c]!;
        else {
          used += cpusOf * part;
          slope += cpusOf * share[c]!;
        }
      }
      const short = cpus - used;
      if (Math.abs(short) <= CLOSE_ENOUGH * cpus) break;
      if (short > 0) low = level;
      else high = level;
      const next = slope > 0 ? level + short / slope : (low + high) / 2;
      level = next > low && next < high ? next : (low + high) / 2;
    }
    return level;
  }
}

const isBound = ({ specification: { reservation, limit, affinity } }: Guest): boolean =>
  (reservation ?? 0) > 0 || limit !== undefined || affinity !== undefined;

/** As in the exact engine (scheduler/group-weights.ts). */
const weighsVms = ({ scheduler }: Layer): boolean => 'weightPer' in scheduler && scheduler.weightPer === 'vm';
