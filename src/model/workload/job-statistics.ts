import type { SchedulerState } from '../machine/scheduler/scheduler-state.ts';

/** Receives every job that was completed in the measured window: its response time and its demand, in nanoseconds. */
export interface ResponseRecorder {
  record(guest: number, response: number, demand: number): void;
}

/**
 * Counts of jobs by guest, over a window that starts when it is opened. Jobs in the system at that time stay in it
 * but their time before it is left out, so that Little's law holds for the window exactly:
 * the integral of jobs in the system is the sum of the times they spent in it.
 */
export class JobStatistics {
  readonly arrivedJobs: Float64Array;
  readonly completedJobs: Float64Array;
  readonly failedJobs: Float64Array;
  readonly inSystem: Int32Array;
  /** Nanoseconds of demand: of jobs that arrived, and of those that failed before they could compute. */
  readonly demanded: Float64Array;
  readonly abandonedWork: Float64Array;
  /** Integral of jobs in the system over time, and time in the system of jobs that left; both in nanoseconds. */
  readonly jobTime: Float64Array;
  readonly sojournTime: Float64Array;

  private readonly scheduling: SchedulerState;
  private readonly recorder: ResponseRecorder;
  private readonly countedUntil: Float64Array;
  private openedAt = 0;

  constructor(scheduling: SchedulerState, recorder: ResponseRecorder) {
    const guests = scheduling.topology.guests.length;
    this.scheduling = scheduling;
    this.recorder = recorder;
    this.arrivedJobs = new Float64Array(guests);
    this.completedJobs = new Float64Array(guests);
    this.failedJobs = new Float64Array(guests);
    this.inSystem = new Int32Array(guests);
    this.demanded = new Float64Array(guests);
    this.abandonedWork = new Float64Array(guests);
    this.jobTime = new Float64Array(guests);
    this.sojournTime = new Float64Array(guests);
    this.countedUntil = new Float64Array(guests);
  }

  /** Forgets what was counted; jobs in the system stay. */
  openWindow(): void {
    this.accountAll();
    this.openedAt = this.scheduling.now;
    for (const counts of [
      this.arrivedJobs,
      this.completedJobs,
      this.failedJobs,
      this.demanded,
      this.abandonedWork,
      this.jobTime,
      this.sojournTime,
    ]) {
      counts.fill(0);
    }
  }

  arrived(guest: number, demand: number): void {
    this.account(guest);
    this.arrivedJobs[guest]! += 1;
    this.demanded[guest]! += demand;
    this.inSystem[guest]! += 1;
  }

  /** The work of a job that will never be done. */
  abandoned(guest: number, demand: number): void {
    this.abandonedWork[guest]! += demand;
  }

  left(guest: number, arrivedAt: number, demand: number, ok: boolean): void {
    this.account(guest);
    this.inSystem[guest]! -= 1;
    this.sojournTime[guest]! += this.timeInWindow(arrivedAt);
    if (!ok) {
      this.failedJobs[guest]! += 1;
      return;
    }
    this.completedJobs[guest]! += 1;
    this.recorder.record(guest, this.scheduling.now - arrivedAt, demand);
  }

  /** How much of a job's time in the system so far falls into the window. */
  timeInWindow(arrivedAt: number): number {
    return this.scheduling.now - Math.max(arrivedAt, this.openedAt);
  }

  accountAll(): void {
    for (let guest = 0; guest < this.inSystem.length; guest++) this.account(guest);
  }

  private account(guest: number): void {
    const { now } = this.scheduling;
    this.jobTime[guest]! += this.inSystem[guest]! * (now - this.countedUntil[guest]!);
    this.countedUntil[guest] = now;
  }
}
