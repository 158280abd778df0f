import { NO_EVENT } from '../../kernel/event-queue.ts';
import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { BALANCE, SPREAD } from '../event-codes.ts';
import type { Topology } from '../topology.ts';
import type { Placement } from './placement.ts';

/** Intervals of 6.12's sd_init(): a millisecond a CPU, so much longer when busy, at most 0.1 s a CPU. */
const INTERVAL_PER_CPU = 1e6;
const BUSY_FACTOR = 16;
const LONGEST_INTERVAL_PER_CPU = 1e8;
/** An idle CPU asks at the short interval; what runs is moved after cache_nice_tries + 2 = 3 passes in vain. */
const PASSES_BEFORE_MOVING_RUNNING = 4;

/** When each layer balances its queues: at intervals while a CPU has entities waiting, and not at all otherwise. */
export class BalancePasses {
  private readonly simulation: Simulation;
  private readonly topology: Topology;
  private readonly placement: Placement;
  private readonly pending: Int32Array;
  private readonly at: Float64Array;
  private spread = NO_EVENT;
  /**
   * By layer. A real kernel's passes come at irregular times; at regular ones they would fall in step with the
   * slices and always find the same entity waiting.
   */
  private readonly jitter: readonly RandomStream[];

  constructor(
    simulation: Simulation,
    topology: Topology,
    placement: Placement,
    jitter: readonly RandomStream[],
  ) {
    this.simulation = simulation;
    this.topology = topology;
    this.placement = placement;
    this.pending = new Int32Array(topology.layers.length).fill(NO_EVENT);
    this.at = new Float64Array(topology.layers.length);
    this.jitter = jitter;
  }

  /** A CPU of a layer has an entity waiting. An idle CPU is asked to help at the next tick (nohz_balancer_kick()). */
  noteOverload(layer: number): void {
    const { cpuCount, tick } = this.topology.layers[layer]!;
    if (cpuCount === 1) return;
    const soon = this.simulation.now + tick;
    const helped = !this.placement.idle.isEmpty(layer);
    if (this.pending[layer] !== NO_EVENT && (!helped || this.at[layer]! <= soon)) return;
    this.plan(layer, helped ? soon : this.simulation.now + this.interval(layer));
  }

  /** The planned time has come. */
  fired(layer: number): void {
    this.pending[layer] = NO_EVENT;
  }

  /**
   * None of the layer's CPUs could do it. Tried at regular times, it would fall in step with turns of the level below,
   * and never find one that executes.
   */
  retry(layer: number): void {
    this.plan(layer, this.simulation.now + this.jittered(this.topology.layers[layer]!.tick, layer));
  }

  planNext(layer: number): void {
    this.plan(layer, this.simulation.now + this.interval(layer));
  }

  /** A physical CPU went idle: if a core is idle while another is shared, that is mended after a while. */
  noteIdle(): void {
    if (this.spread !== NO_EVENT || !this.placement.isCrowded()) return;
    const interval = this.topology.physicalCpus * INTERVAL_PER_CPU * PASSES_BEFORE_MOVING_RUNNING;
    this.spread = this.simulation.at(this.simulation.now + this.jittered(interval, 0), SPREAD, 0, 0);
  }

  /** The time to mend it has come. */
  spreadFired(): void {
    this.spread = NO_EVENT;
  }

  private interval(layer: number): number {
    const { cpuCount, tick } = this.topology.layers[layer]!;
    const busy = cpuCount * INTERVAL_PER_CPU * BUSY_FACTOR - tick;
    const interval = Math.min(Math.max(busy, tick), cpuCount * LONGEST_INTERVAL_PER_CPU);
    return this.jittered(interval, layer);
  }

  private jittered(interval: number, layer: number): number {
    return Math.round(interval * (0.5 + this.jitter[layer]!.uniform()));
  }

  private plan(layer: number, at: number): void {
    if (this.pending[layer] !== NO_EVENT) this.simulation.cancel(this.pending[layer]!);
    this.pending[layer] = this.simulation.at(at, BALANCE, layer, 0);
    this.at[layer] = at;
  }
}
