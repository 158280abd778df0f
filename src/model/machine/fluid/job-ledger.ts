import type { FrameMeasurement } from '../measurement.ts';
import type { Responses } from '../responses.ts';

/** What became of the frames of one message. */
interface SentMessage {
  readonly doneAt: number;
  readonly offered: number;
  readonly lost: number;
  readonly resent: number;
}

/**
 * What happened to jobs and their frames within the measured window, by guest. The window is known from the start, so
 * each job is taken down once, when it leaves or the run ends, by what of its time falls into the window; that its
 * end lies in the future, because its last frames are still on their way, makes no difference.
 */
export class JobLedger {
  readonly start: number;
  readonly end: number;
  readonly arrivedJobs: Float64Array;
  readonly completedJobs: Float64Array;
  readonly failedJobs: Float64Array;
  readonly inSystemAtStart: Float64Array;
  readonly inSystemAtEnd: Float64Array;
  readonly demanded: Float64Array;
  readonly abandonedWork: Float64Array;
  /** Time in the system within the window, of all jobs. */
  readonly sojournTime: Float64Array;
  /** From the start of the run: demand of the jobs whose burst is over, and how many they are. */
  readonly deliveredWork: Float64Array;
  readonly deliveredJobs: Float64Array;
  /** Wanted frames on their way when the window opened and closed. */
  framesAtStart = 0;
  framesAtEnd = 0;
  private readonly offered: Float64Array;
  private readonly arrivedFrames: Float64Array;
  private readonly lostFrames: Float64Array;
  private readonly resent: Float64Array;
  private readonly responses: Responses;

  constructor(guests: number, start: number, end: number, responses: Responses) {
    this.start = start;
    this.end = end;
    this.responses = responses;
    this.arrivedJobs = new Float64Array(guests);
    this.completedJobs = new Float64Array(guests);
    this.failedJobs = new Float64Array(guests);
    this.inSystemAtStart = new Float64Array(guests);
    this.inSystemAtEnd = new Float64Array(guests);
    this.demanded = new Float64Array(guests);
    this.abandonedWork = new Float64Array(guests);
    this.sojournTime = new Float64Array(guests);
    this.deliveredWork = new Float64Array(guests);
    this.deliveredJobs = new Float64Array(guests);
    this.offered = new Float64Array(guests);
    this.arrivedFrames = new Float64Array(guests);
    this.lostFrames = new Float64Array(guests);
    this.resent = new Float64Array(guests);
  }

  arrived(guest: number, at: number, demand: number): void {
    if (!this.isInside(at)) return;
    this.arrivedJobs[guest]! += 1;
    this.demanded[guest]! += demand;
  }

  abandoned(guest: number, at: number, demand: number): void {
    if (this.isInside(at)) this.abandonedWork[guest]! += demand;
  }

  delivered(guest: number, demand: number): void {
    this.deliveredWork[guest]! += demand;
    this.deliveredJobs[guest]! += 1;
  }

  left(guest: number, arrivedAt: number, leftAt: number, demand: number, ok: boolean): void {
    const { start, end } = this;
    if (leftAt <= start) return;
    if (arrivedAt <= start) this.inSystemAtStart[guest]! += 1;
    this.sojournTime[guest]! += Math.max(0, Math.min(leftAt, end) - Math.max(arrivedAt, start));
    if (leftAt > end) {
      if (arrivedAt <= end) this.inSystemAtEnd[guest]! += 1;
    } else if (ok) {
      this.completedJobs[guest]! += 1;
      this.responses.record(guest, leftAt - arrivedAt, demand);
    } else this.failedJobs[guest]! += 1;
  }

  message(guest: number, sentAt: number, { doneAt, offered, lost, resent }: SentMessage): void {
    const { start, end } = this;
    if (this.isInside(sentAt)) {
      this.offered[guest]! += offered;
      this.resent[guest]! += resent;
    } else if (doneAt > start && sentAt <= start) this.framesAtStart += offered;
    if (this.isInside(doneAt)) {
      this.arrivedFrames[guest]! += offered - lost;
      this.lostFrames[guest]! += lost;
    } else if (doneAt > end && sentAt <= end) this.framesAtEnd += offered;
  }

  framesOf(guest: number): FrameMeasurement {
    return {
      offered: this.offered[guest]!,
      arrived: this.arrivedFrames[guest]!,
      lost: this.lostFrames[guest]!,
      resent: this.resent[guest]!,
      broadcastsSent: 0,
    };
  }

  private isInside(at: number): boolean {
    return at > this.start && at <= this.end;
  }
}
