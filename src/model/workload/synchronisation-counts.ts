import type { SynchronisationMeasurement } from '../machine/measurement.ts';

/** What is counted at the locks and barriers of a guest since the start of the run; times in nanoseconds. */
const SECTIONS = 0;
const CONTENDED = 1;
const LOCK_WAIT = 2;
const SECTIONS_LEFT = 3;
const PREEMPTED = 4;
const BARRIERS = 5;
const BARRIER_WAIT = 6;
const WIDTH = 7;

export class SynchronisationCounts {
  private readonly counts: Float64Array;

  constructor(guests: number) {
    this.counts = new Float64Array(guests * WIDTH);
  }

  /** A critical section is entered, after so long a wait. */
  entered(guest: number, waited: number): void {
    const first = guest * WIDTH;
    this.counts[first + SECTIONS]! += 1;
    if (waited === 0) return;
    this.counts[first + CONTENDED]! += 1;
    this.counts[first + LOCK_WAIT]! += waited;
  }

  /** A critical section is left, during which the task lost its CPU so many times. */
  left(guest: number, lostCpu: number): void {
    const first = guest * WIDTH;
    this.counts[first + SECTIONS_LEFT]! += 1;
    if (lostCpu > 0) this.counts[first + PREEMPTED]! += 1;
  }

  /** A task passes a barrier, after so long a wait. */
  passedBarrier(guest: number, waited: number): void {
    const first = guest * WIDTH;
    this.counts[first + BARRIERS]! += 1;
    this.counts[first + BARRIER_WAIT]! += waited;
  }

  copy(): Float64Array {
    return this.counts.slice();
  }

  /** Since a copy was made. */
  since(then: Float64Array, guest: number): SynchronisationMeasurement {
    const count = (what: number): number => {
      const at = guest * WIDTH + what;
      return this.counts[at]! - then[at]!;
    };
    return {
      sections: count(SECTIONS),
      contended: count(CONTENDED),
      lockWait: count(LOCK_WAIT),
      sectionsLeft: count(SECTIONS_LEFT),
      preempted: count(PREEMPTED),
      barriers: count(BARRIERS),
      barrierWait: count(BARRIER_WAIT),
    };
  }
}
