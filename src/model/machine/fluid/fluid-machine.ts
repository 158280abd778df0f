import { categories } from '../cpu/cpu-time.ts';
import { EventExitCosts } from '../event-exit-costs.ts';
import type { Topology } from '../topology.ts';
import { FluidJobs } from './fluid-jobs.ts';
import { Frames } from './frames.ts';
import type { JobLedger } from './job-ledger.ts';
import { KernelLoad } from './kernel-load.ts';
import { Sharing } from './sharing.ts';
import { NEVER } from './slot-queue.ts';

/** Over how long kernel work is averaged, in nanoseconds: long beside a frame, short beside how loads change. */
const LOAD_WINDOW = 1e7;

/** The fluid engine put together: jobs that arrive and end by the clock and by the shares they get. */
export class FluidMachine {
  readonly topology: Topology;
  readonly sharing: Sharing;
  readonly jobs: FluidJobs;
  readonly load: KernelLoad;
  /** Null when no guest exchanges frames. */
  readonly frames: Frames | null;
  events = 0;
  /** Length of a vector of CPU time by category. */
  readonly width: number;
  private loadSince = 0;
  private nextWindow: number;

  constructor(
    topology: Topology,
    randomness: { readonly seed: number; readonly replication: number },
    ledger: JobLedger,
  ) {
    this.topology = topology;
    this.width = categories(topology.levels);
    const exitCosts = new EventExitCosts(topology);
    this.sharing = new Sharing(topology);
    this.load = new KernelLoad(topology, this.sharing);
    const hasFrames = topology.tasks.some((group) => group.kind !== 'job');
    this.frames = hasFrames ? new Frames(topology, this.sharing, this.load, exitCosts) : null;
    this.nextWindow = hasFrames ? LOAD_WINDOW : NEVER;
    this.jobs = new FluidJobs(topology, this.sharing, ledger, this.frames, exitCosts, this.width, randomness);
    this.jobs.start();
  }

  /** Runs to a time and brings every account up to it. */
  runUntil(time: number): void {
    const { sharing, jobs } = this;
    for (;;) {
      const timer = jobs.nextTimer;
      const completion = sharing.nextCompletion();
      const next = Math.min(timer, completion, this.nextWindow);
      if (next > time) break;
      sharing.advance(next);
      this.events++;
      if (completion <= next) jobs.completed(sharing.endingGuest);
      else if (timer <= next) jobs.timer();
      else this.endLoadWindow();
    }
    sharing.advance(time);
    if (this.frames !== null && time > this.loadSince) this.endLoadWindow();
    sharing.accountAll();
  }

  private endLoadWindow(): void {
    const { now } = this.sharing;
    const elapsed = now - this.loadSince;
    this.frames!.floods.apply(elapsed);
    this.load.apply(elapsed);
    this.loadSince = now;
    this.nextWindow = now + LOAD_WINDOW;
  }
}
