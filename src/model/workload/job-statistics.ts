import type { SchedulerState } from '../machine/scheduler/scheduler-state.ts';

/** Receives every job that was completed in the measured window: its response time and its demand, in nanoseconds. */
export interface ResponseRecorder {
  record(guest: number, response: number, demand: number): void;
}

/** Fields of a guest in `JobStatistics.ofGuest`, eight of them: a cache line. */
export const ARRIVED_JOBS = 0;
export const COMPLETED_JOBS = 1;
export const FAILED_JOBS = 2;
export const JOBS_IN_SYSTEM = 3;
/** Nanoseconds of demand of the jobs that arrived. */
export const DEMANDED = 4;
/** Integral of jobs in the system over time, and time in the system of jobs that left; both in nanoseconds. */
export const JOB_TIME = 5;
export const SOJOURN_TIME = 6;
const COUNTED_UNTIL = 7;

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const ARRIVED = ARRIVED_JOBS;
const COMPLETED = COMPLETED_JOBS;
const IN_SYSTEM = JOBS_IN_SYSTEM;
const DEMAND = DEMANDED;
const TIME = JOB_TIME;
const SOJOURN = SOJOURN_TIME;

/**
 * Counts of jobs by guest, over a window that starts when it is opened. Jobs in the system at that time stay in it
 * but their time before it is left out, so that Little's law holds for the window exactly:
 * the integral of jobs in the system is the sum of the times they spent in it.
 */
export class JobStatistics {
  /** By guest and field, side by side, because a job that comes or goes changes most of them. */
  readonly ofGuest: Float64Array;
  /** Nanoseconds of demand of jobs that failed before they could compute. */
  readonly abandonedWork: Float64Array;

  private readonly scheduling: SchedulerState;
  private readonly recorder: ResponseRecorder;
  private openedAt = 0;

  constructor(scheduling: SchedulerState, recorder: ResponseRecorder) {
    const guests = scheduling.topology.guests.length;
    this.scheduling = scheduling;
    this.recorder = recorder;
    this.ofGuest = new Float64Array(guests << 3);
    this.abandonedWork = new Float64Array(guests);
  }

  /** Forgets what was counted; jobs in the system stay. */
  openWindow(): void {
    this.accountAll();
    this.openedAt = this.scheduling.now;
    for (let g = 0; g < this.ofGuest.length; g += 8) {
      for (const field of [ARRIVED, COMPLETED, FAILED_JOBS, DEMAND, TIME, SOJOURN])
        this.ofGuest[g | field] = 0;
    }
    this.abandonedWork.fill(0);
  }

  /** A field of a guest. */
  of(guest: number, field: number): number {
    return this.ofGuest[(guest << 3) | field]!;
  }

  arrived(guest: number, demand: number): void {
    this.account(guest);
    const { ofGuest } = this;
    const g = guest << 3;
    ofGuest[g | ARRIVED]! += 1;
    ofGuest[g | DEMAND]! += demand;
    ofGuest[g | IN_SYSTEM]! += 1;
  }

  /** The work of a job that will never be done. */
  abandoned(guest: number, demand: number): void {
    this.abandonedWork[guest]! += demand;
  }

  left(guest: number, arrivedAt: number, demand: number, ok: boolean): void {
    this.account(guest);
    const { ofGuest } = this;
    const g = guest << 3;
    ofGuest[g | IN_SYSTEM]! -= 1;
    ofGuest[g | SOJOURN]! += this.timeInWindow(arrivedAt);
    if (!ok) {
      ofGuest[g | FAILED_JOBS]! += 1;
      return;
    }
    ofGuest[g | COMPLETED]! += 1;
    this.recorder.record(guest, this.scheduling.now - arrivedAt, demand);
  }

  /** How much of a job's time in the system so far falls into the window. */
  timeInWindow(arrivedAt: number): number {
    return this.scheduling.now - Math.max(arrivedAt, this.openedAt);
  }

  accountAll(): void {
    for (let guest = 0; guest < this.abandonedWork.length; guest++) this.account(guest);
  }

  private account(guest: number): void {
    const { ofGuest } = this;
    const { now } = this.scheduling;
    const g = guest << 3;
    ofGuest[g | TIME]! += ofGuest[g | IN_SYSTEM]! * (now - ofGuest[g | COUNTED_UNTIL]!);
    ofGuest[g | COUNTED_UNTIL] = now;
  }
}
