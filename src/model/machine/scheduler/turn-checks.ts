import { NO_EVENT as NO_HANDLE } from '../../kernel/event-queue.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { TURN_CHECK } from '../event-codes.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NO_EVENT = NO_HANDLE;

/**
 * By CPU, the next look at whether its current entity's turn is over. Lazy: a pending look that comes early enough
 * stays, finds nothing to do and plans the next one, so that a switch seldom has to move it.
 */
export class TurnChecks {
  private readonly simulation: Simulation;
  private readonly pending: Int32Array;
  private readonly at: Float64Array;
  private readonly missed: Uint8Array;

  constructor(simulation: Simulation, cpus: number) {
    this.simulation = simulation;
    this.pending = new Int32Array(cpus).fill(NO_EVENT);
    this.at = new Float64Array(cpus);
    this.missed = new Uint8Array(cpus);
  }

  /** Makes sure of a look at a time or before it; Infinity asks for none. */
  plan(cpu: number, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return;
    if (this.pending[cpu] !== NO_EVENT) {
      if (this.at[cpu]! <= at) return;
      this.simulation.cancel(this.pending[cpu]!);
    }
    this.pending[cpu] = this.simulation.at(at, TURN_CHECK, cpu, 0);
    this.at[cpu] = at;
  }

  /** When the pending look comes; Infinity when there is none. */
  next(cpu: number): number {
    return this.pending[cpu] === NO_EVENT ? Number.POSITIVE_INFINITY : this.at[cpu]!;
  }

  /** The planned time has come. */
  fired(cpu: number): void {
    this.pending[cpu] = NO_EVENT;
  }

  /** The time came while the CPU was off: the timer is delivered when it executes again. */
  miss(cpu: number): void {
    this.missed[cpu] = 1;
  }

  /** Whether a look was missed, and forgets it. */
  takeMissed(cpu: number): boolean {
    if (this.missed[cpu] === 0) return false;
    this.missed[cpu] = 0;
    return true;
  }
}
