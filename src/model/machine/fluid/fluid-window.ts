import { FIRST_HYPERVISOR, GUEST, SPIN, SWITCH, total } from '../cpu/cpu-time.ts';
import type {
  CpuTime,
  DiskMeasurement,
  GuestMeasurement,
  JobMeasurement,
  NetworkMeasurement,
  StorageMeasurement,
  VcpuTime,
} from '../measurement.ts';
import type { FrameCounts } from '../network/frame-counts.ts';
import { switchMeasurement, wireMeasurement } from '../network/switch-measurement.ts';
import type { DiskSnapshot } from '../storage/disk-snapshot.ts';
import type { Guest } from '../topology.ts';
import type { FluidMachine } from './fluid-machine.ts';
import type { JobLedger } from './job-ledger.ts';

/** What has accumulated since the start of the run, at one instant. */
interface Totals {
  readonly at: number;
  readonly busyTime: number;
  readonly doneTime: number;
  /** Nanoseconds at full speed, by category. */
  readonly spent: Float64Array;
  readonly wanted: Float64Array;
  readonly picked: Float64Array;
  readonly executed: Float64Array;
  readonly limited: Float64Array;
  readonly extra: Float64Array;
  readonly wakes: Float64Array;
  readonly delivered: Float64Array;
  readonly queued: Float64Array;
  readonly frames: FrameCounts | null;
}

/** The measurements of the fluid engine: differences between two instants, in the exact engine's words. */
export class FluidWindow {
  private readonly machine: FluidMachine;
  private readonly ledger: JobLedger;
  private readonly opened: Totals;
  private readonly disks: DiskSnapshot | null;
  private closed: Totals | null = null;

  /** Opens the window now; the machine's accounts must be up to date. */
  constructor(machine: FluidMachine, ledger: JobLedger) {
    this.machine = machine;
    this.ledger = ledger;
    this.opened = this.totals();
    this.disks = machine.disks?.openWindow() ?? null;
  }

  /** Ends the window now. Jobs still there are taken down as such. */
  close(): void {
    this.closed = this.totals();
    this.machine.jobs.forEachJob((guest, arrivedAt, demand) => {
      this.ledger.left(guest, arrivedAt, Number.POSITIVE_INFINITY, demand, true);
    });
  }

  /**
   * What was done at the speeds that SMT left took so much longer than at full speed. CPUs of a layer are exchangeable
   * here, so each has an equal part.
   */
  physicalCpus(): CpuTime[] {
    const { topology } = this.machine;
    const { opened, closed } = this;
    const elapsed = closed!.at - opened.at;
    const done = closed!.doneTime - opened.doneTime;
    const stretch = done > 0 ? (closed!.busyTime - opened.busyTime) / done : 1;
    const spent = closed!.spent.map((time, k) => Math.max(0, time - opened.spent[k]!) * stretch);
    const capacity = elapsed * topology.physicalCpus;
    const busy = total(spent);
    // A CPU cannot be busy for longer than it is there: what rounding, or work of the next window, is too much.
    const scale = (busy > capacity ? capacity / busy : 1) / topology.physicalCpus;
    const each: CpuTime = {
      guest: spent[GUEST]! * scale,
      hypervisor: Array.from({ length: topology.levels }, (_, k) => spent[FIRST_HYPERVISOR + k]! * scale),
      switch: spent[SWITCH]! * scale,
      spin: spent[SPIN]! * scale,
      polling: 0,
      idle: Math.max(0, elapsed - busy * scale),
    };
    return Array.from({ length: topology.physicalCpus }, () => each);
  }

  guests(): GuestMeasurement[] {
    const { disks, topology } = this.machine;
    return topology.guests.map((guest) => {
      const { entity, role, seat, vcpus, workload } = guest.specification;
      const vcpu = this.vcpu(guest);
      return {
        entity,
        role,
        seat,
        level: guest.level,
        vcpus: Array.from({ length: vcpus }, () => vcpu),
        jobs: workload === undefined ? null : this.jobsOf(guest.index),
        frames: workload?.network === undefined ? null : this.ledger.framesOf(guest.index),
        disk: disks === null || workload === undefined ? null : this.diskOf(guest.index),
        synchronisation: null,
      };
    });
  }

  network(): NetworkMeasurement | null {
    const { frames, topology } = this.machine;
    if (frames === null) return null;
    const now = this.closed!.frames!;
    const then = this.opened.frames!;
    return {
      switches: topology.layers
        .filter((layer) => layer.hypervisor !== null)
        .map((layer) => switchMeasurement(layer, now, then)),
      wire: wireMeasurement(topology, now, then, this.closed!.at - this.opened.at),
      inFlightAtStart: { wanted: this.ledger.framesAtStart, copies: 0, broadcasts: 0 },
      inFlightAtEnd: { wanted: this.ledger.framesAtEnd, copies: 0, broadcasts: 0 },
    };
  }

  /** Null when nobody does I/O, or each guest has a disk of its own. */
  storage(): StorageMeasurement | null {
    return this.disks === null ? null : this.machine.disks!.measurement(this.disks);
  }

  private diskOf(guest: number): DiskMeasurement {
    const disks = this.machine.disks!;
    const then = this.disks!;
    return {
      issued: disks.issued[guest]! - then.issued[guest]!,
      finished: disks.finished[guest]! - then.finished[guest]!,
      inFlightAtStart: then.issued[guest]! - then.finished[guest]!,
      inFlightAtEnd: disks.issued[guest]! - disks.finished[guest]!,
      time: disks.waitedTime[guest]! - then.waitedTime[guest]!,
    };
  }

  /** Each vCPU's share of its guest's time. */
  private vcpu({ index, specification: { vcpus } }: Guest): VcpuTime {
    const { opened, closed } = this;
    const elapsed = closed!.at - opened.at;
    const wanted = (closed!.wanted[index]! - opened.wanted[index]!) / vcpus;
    const picked = Math.min(wanted, (closed!.picked[index]! - opened.picked[index]!) / vcpus);
    const executed = Math.min(picked, (closed!.executed[index]! - opened.executed[index]!) / vcpus);
    const limited = Math.min(wanted - picked, (closed!.limited[index]! - opened.limited[index]!) / vcpus);
    const extra = Math.min(
      Math.max(0, elapsed - wanted),
      (closed!.extra[index]! - opened.extra[index]!) / vcpus,
    );
    return {
      running: picked + extra,
      ready: wanted - picked - limited,
      coStopped: 0,
      limited,
      halted: Math.max(0, elapsed - wanted - extra),
      hiddenSteal: picked - executed,
      polling: 0,
      spinning: 0,
      spinExits: 0,
      directedYields: 0,
      waits: (closed!.wakes[index]! - opened.wakes[index]!) / vcpus,
    };
  }

  private jobsOf(guest: number): JobMeasurement {
    const { ledger, opened, closed } = this;
    return {
      arrived: ledger.arrivedJobs[guest]!,
      completed: ledger.completedJobs[guest]!,
      failed: ledger.failedJobs[guest]!,
      inSystemAtStart: ledger.inSystemAtStart[guest]!,
      inSystemAtEnd: ledger.inSystemAtEnd[guest]!,
      demanded: ledger.demanded[guest]!,
      delivered: closed!.delivered[guest]! - opened.delivered[guest]!,
      abandoned: ledger.abandonedWork[guest]!,
      queuedAtStart: opened.queued[guest]!,
      queuedAtEnd: closed!.queued[guest]!,
      jobTime: ledger.sojournTime[guest]!,
      sojournTime: ledger.sojournTime[guest]!,
    };
  }

  private totals(): Totals {
    const { sharing, jobs, load, frames, disks, width } = this.machine;
    const delivered = this.ledger.deliveredWork.slice();
    const deliveredJobs = this.ledger.deliveredJobs.slice();
    const queued = new Float64Array(delivered.length);
    jobs.forEachJob((guest, _, demand, share) => {
      delivered[guest]! += share * demand;
      deliveredJobs[guest]! += share;
      queued[guest]! += (1 - share) * demand;
    });
    const spent = new Float64Array(width);
    jobs.sources.forEach(({ guest: { index } }, source) => {
      jobs.bursts.addBurstTime(spent, source, delivered[index]!, deliveredJobs[index]!);
    });
    jobs.bursts.addEventTime(spent);
    spent[SPIN]! += sharing.spinTime;
    frames?.addTime(spent);
    disks?.addTime(spent);
    return {
      at: sharing.now,
      busyTime: sharing.busyTime,
      doneTime: sharing.doneTime,
      spent,
      wanted: sharing.wantedTime.slice(),
      picked: sharing.pickedTime.slice(),
      executed: sharing.executedTime.slice(),
      limited: sharing.limitedTime.slice(),
      extra: load.extraTime.slice(),
      wakes: sharing.wakes.slice(),
      delivered,
      queued,
      frames: frames?.countsNow() ?? null,
    };
  }
}
