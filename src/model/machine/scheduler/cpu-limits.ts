import { NO_EVENT } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { LIMIT } from '../event-codes.ts';
import type { Topology } from '../topology.ts';

/** As cpu.max has it, where a limit does not say, in nanoseconds. */
export const CPU_LIMIT_PERIOD = 1e8;

/**
 * How much of its limit each guest has left: so much CPU time in each period, for its vCPUs together, as cpu.max,
 * a Hyper-V cap and, with a period of our own, an ESXi limit have it. What a guest gets too much by is taken off the
 * next period. Simpler than Linux, which hands the quota to its CPUs in slices of 5 ms and notices on ticks: here it is
 * exact, and so is the share.
 *
 * A period begins with the first use after an idle one; a guest that does not run costs no events.
 */
export class CpuLimits {
  private readonly simulation: Simulation;
  /** By guest: CPU time of a period (Infinity without a limit), what is left of it, and when it ends. */
  private readonly quota: Float64Array;
  private readonly period: Float64Array;
  private readonly left: Float64Array;
  private readonly periodEnd: Float64Array;
  private readonly running: Int32Array;
  private readonly countedUntil: Float64Array;
  private readonly pending: Int32Array;
  readonly throttled: Uint8Array;
  /** By vCPU: its guest when that has a limit, else -1. */
  readonly limitOf: Int32Array;

  constructor(simulation: Simulation, { guests, vcpus }: Topology) {
    this.simulation = simulation;
    this.quota = new Float64Array(guests.length).fill(Number.POSITIVE_INFINITY);
    this.period = new Float64Array(guests.length);
    this.left = new Float64Array(guests.length);
    this.periodEnd = new Float64Array(guests.length);
    this.running = new Int32Array(guests.length);
    this.countedUntil = new Float64Array(guests.length);
    this.pending = new Int32Array(guests.length).fill(NO_EVENT);
    this.throttled = new Uint8Array(guests.length);
    this.limitOf = new Int32Array(vcpus).fill(-1);
    for (const { index, firstVcpu, specification } of guests) {
      const { limit } = specification;
      if (limit === undefined) continue;
      this.period[index] = limit.period ?? CPU_LIMIT_PERIOD;
      this.quota[index] = Math.round(limit.cpus * this.period[index]!);
      this.limitOf.fill(index, firstVcpu, firstVcpu + specification.vcpus);
    }
  }

  started(guest: number): void {
    const { now } = this.simulation;
    this.count(guest);
    this.running[guest]! += 1;
    if (this.throttled[guest] === 0 && now >= this.periodEnd[guest]!) {
      this.periodEnd[guest] = now + this.period[guest]!;
      this.refill(guest);
    }
    this.plan(guest);
  }

  stopped(guest: number): void {
    this.count(guest);
    this.running[guest]! -= 1;
    this.plan(guest);
  }

  /** Event: the quota may be used up, or the period over. Answers whether the guest went from one state to the other. */
  look(guest: number): boolean {
    const { now } = this.simulation;
    this.pending[guest] = NO_EVENT;
    this.count(guest);
    const before = this.throttled[guest];
    if (now >= this.periodEnd[guest]!) {
      if (this.running[guest]! > 0 || before === 1) {
        this.periodEnd[guest]! += this.period[guest]!;
        this.refill(guest);
      }
      this.throttled[guest] = this.left[guest]! > 0 ? 0 : 1;
    } else if (this.left[guest]! <= 0) this.throttled[guest] = 1;
    this.plan(guest);
    return this.throttled[guest] !== before;
  }

  private refill(guest: number): void {
    const quota = this.quota[guest]!;
    this.left[guest] = this.left[guest]! < 0 ? this.left[guest]! + quota : quota;
  }

  private count(guest: number): void {
    const { now } = this.simulation;
    this.left[guest]! -= this.running[guest]! * (now - this.countedUntil[guest]!);
    this.countedUntil[guest] = now;
  }

  private plan(guest: number): void {
    if (this.pending[guest] !== NO_EVENT) this.simulation.cancel(this.pending[guest]!);
    this.pending[guest] = NO_EVENT;
    const running = this.running[guest]!;
    if (running === 0 && this.throttled[guest] === 0) return;
    let at = this.periodEnd[guest]!;
    if (this.throttled[guest] === 0) {
      at = Math.min(at, this.simulation.now + Math.max(0, Math.ceil(this.left[guest]! / running)));
    }
    this.pending[guest] = this.simulation.at(Math.max(at, this.simulation.now), LIMIT, guest, 0);
  }
}
