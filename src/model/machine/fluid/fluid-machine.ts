import { RandomStream } from '../../kernel/random-stream.ts';
import { categories } from '../cpu/cpu-time.ts';
import { EventExitCosts } from '../event-exit-costs.ts';
import { hasDisks } from '../storage/disk-ports.ts';
import type { Topology } from '../topology.ts';
import { FluidDisks } from './fluid-disks.ts';
import { FluidJobs } from './fluid-jobs.ts';
import { FluidLimits } from './fluid-limits.ts';
import { Frames } from './frames.ts';
import type { JobLedger } from './job-ledger.ts';
import { KernelLoad } from './kernel-load.ts';
import { LockContention } from './lock-contention.ts';
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
  /** Null when nobody does I/O. */
  readonly disks: FluidDisks | null;
  private readonly locks: LockContention | null;
  private readonly limits: FluidLimits | null;
  events = 0;
  /** Length of a vector of CPU time by category. */
  readonly width: number;
  private loadSince = Number.NaN;
  private nextWindow = Number.NaN;

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
    const hasFrames = topology.tasks.some(({ kind }) => kind !== 'job' && kind !== 'disk-worker');
    this.frames = hasFrames ? new Frames(topology, this.sharing, this.load, exitCosts) : null;
    this.disks = hasDisks(topology)
      ? new FluidDisks(topology, this.sharing, this.load, this.width, (name) =>
          RandomStream.named(randomness.seed, randomness.replication, name),
        )
      : null;
    this.jobs = new FluidJobs(topology, this.sharing, ledger, this.frames, this.disks, exitCosts, randomness);
    const locks = new LockContention(topology, this.sharing, this.jobs.bursts.lockUsers());
    this.locks = locks.areNone ? null : locks;
    const limits = new FluidLimits(topology, this.sharing);
    this.limits = limits.areNone ? null : limits;
    const hasWindows = this.limits !== null || hasFrames || this.disks !== null || this.locks !== null;
    this.loadSince = 0;
    this.nextWindow = hasWindows ? LOAD_WINDOW : NEVER;
    this.jobs.start();
  }

  /** Runs to a time and brings every account up to it. */
  runUntil(time: number): void {
    const { sharing, jobs } = this;
    for (;;) {
      sharing.findEnding();
      const completion = sharing.nextEnding;
      const timer = jobs.nextTimer;
      const disk = this.disks === null ? NEVER : this.disks.nextTime;
      const next = Math.min(timer, completion, disk, sharing.nextSpread, this.nextWindow);
      if (next > time) break;
      sharing.advance(next);
      this.events++;
      if (completion <= next) jobs.completed(sharing.endingGuest);
      else if (timer <= next) jobs.timer();
      else if (disk <= next) this.disks!.handleNext();
      else if (sharing.nextSpread <= next) sharing.spread();
      else this.endLoadWindow();
    }
    sharing.advance(time);
    if (this.nextWindow !== NEVER && time > this.loadSince) this.endLoadWindow();
    sharing.accountAll();
  }

  private endLoadWindow(): void {
    const { now } = this.sharing;
    const elapsed = now - this.loadSince;
    this.frames?.floods.apply(elapsed);
    this.load.apply(elapsed);
    this.locks?.apply();
    this.limits?.apply();
    this.loadSince = now;
    this.nextWindow = now + LOAD_WINDOW;
  }
}
