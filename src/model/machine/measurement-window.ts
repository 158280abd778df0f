import {
  ARRIVED_JOBS,
  COMPLETED_JOBS,
  DEMANDED,
  FAILED_JOBS,
  JOB_TIME,
  JOBS_IN_SYSTEM,
  SOJOURN_TIME,
} from '../workload/job-statistics.ts';
import { FIRST_HYPERVISOR, GUEST, POLLING, SPIN, SWITCH } from './cpu/cpu-time.ts';
import type { Machine } from './machine.ts';
import type {
  CpuTime,
  DiskMeasurement,
  FrameMeasurement,
  FramesInFlight,
  GuestMeasurement,
  JobMeasurement,
  NetworkMeasurement,
  StorageMeasurement,
  SynchronisationMeasurement,
  VcpuTime,
} from './measurement.ts';
import type { FrameCounts } from './network/frame-counts.ts';
import { switchMeasurement, wireMeasurement } from './network/switch-measurement.ts';
import { BLOCKED, CO_STOPPED, EXECUTED, LIMITED, READY, RUNNING } from './scheduler/scheduler-state.ts';
import type { DiskSnapshot } from './storage/disk-snapshot.ts';
import type { Guest } from './topology.ts';

/**
 * Everything that accumulates from the start of a run, as it was when the window was opened. Measurements are
 * differences to it, so nothing in the machine has to be reset.
 */
export class MeasurementWindow {
  private readonly machine: Machine;
  private readonly openedAt: number;
  private readonly busy: Float64Array;
  private readonly idle: Float64Array;
  private readonly delivered: Float64Array;
  private readonly vcpus: Float64Array;
  private readonly polling: Float64Array;
  private readonly waits: Float64Array;
  private readonly spinning: Float64Array;
  private readonly spinExits: Float64Array;
  private readonly directedYields: Float64Array;
  private readonly synchronisation: Float64Array | null;
  private readonly queuedWork: Float64Array;
  private readonly inSystem: readonly number[];
  private readonly frames: FrameCounts | null;
  private readonly disks: DiskSnapshot | null;
  private readonly inFlight: FramesInFlight | null;

  /** Opens the window now; the machine's accounts must be up to date. */
  constructor(machine: Machine) {
    const { cpus, scheduling, statistics, jobs, network, storage, topology } = machine;
    this.machine = machine;
    this.openedAt = scheduling.now;
    this.busy = cpus.busyTime.slice();
    this.idle = cpus.idleTime.slice();
    this.delivered = cpus.delivered.slice();
    this.vcpus = scheduling.ofVcpu.slice();
    this.polling = scheduling.pollingTime.slice();
    this.waits = scheduling.waits.slice();
    this.spinning = scheduling.spinningTime.slice();
    this.spinExits = scheduling.spinExits.slice();
    this.directedYields = scheduling.directedYields.slice();
    this.synchronisation = jobs.synchronisation?.counts.copy() ?? null;
    this.queuedWork = Float64Array.from(topology.guests, (guest) => jobs.queuedWork(guest.index));
    this.frames = network?.counts.copy() ?? null;
    this.disks = storage === null ? null : storage.openWindow();
    this.inFlight = network?.inFlight() ?? null;
    statistics.openWindow();
    this.inSystem = topology.guests.map(({ index }) => statistics.of(index, JOBS_IN_SYSTEM));
  }

  physicalCpus(): CpuTime[] {
    return Array.from({ length: this.machine.topology.physicalCpus }, (_, cpu) => this.physicalCpu(cpu));
  }

  guests(): GuestMeasurement[] {
    const sojourn = this.sojournTimes();
    return this.machine.topology.guests.map((guest) => {
      const { entity, role, seat, vcpus, workload } = guest.specification;
      return {
        entity,
        role,
        seat,
        level: guest.level,
        vcpus: Array.from({ length: vcpus }, (_, i) => this.vcpu(guest.firstVcpu + i)),
        jobs: workload === undefined ? null : this.jobsOf(guest, sojourn[guest.index]!),
        frames: workload?.network === undefined ? null : this.framesOf(guest),
        disk: workload === undefined || this.disks === null ? null : this.diskOf(guest.index),
        synchronisation: this.synchronisationOf(guest),
      };
    });
  }

  /** Null too where every guest has a disk of its own. */
  storage(): StorageMeasurement | null {
    const { storage } = this.machine;
    if (storage === null || storage.devices.length > 1) return null;
    return storage.measurement(this.disks!);
  }

  private synchronisationOf({
    index,
    specification: { workload },
  }: Guest): SynchronisationMeasurement | null {
    const counts = this.machine.jobs.synchronisation?.counts;
    if (counts === undefined || (workload?.locks === undefined && workload?.barriers === undefined))
      return null;
    return counts.since(this.synchronisation!, index);
  }

  private diskOf(guest: number): DiskMeasurement {
    const storage = this.machine.storage!;
    const then = this.disks!;
    return {
      issued: storage.issued[guest]! - then.issued[guest]!,
      finished: storage.finished[guest]! - then.finished[guest]!,
      inFlightAtStart: then.issued[guest]! - then.finished[guest]!,
      inFlightAtEnd: storage.issued[guest]! - storage.finished[guest]!,
      time: storage.waitedTime[guest]! - then.waitedTime[guest]!,
    };
  }

  network(): NetworkMeasurement | null {
    const { network, topology } = this.machine;
    if (network === null) return null;
    return {
      switches: topology.layers
        .filter((layer) => layer.hypervisor !== null)
        .map((layer) => switchMeasurement(layer, network.counts, this.frames!)),
      wire: wireMeasurement(
        topology,
        network.counts,
        this.frames!,
        this.machine.scheduling.now - this.openedAt,
      ),
      inFlightAtStart: this.inFlight!,
      inFlightAtEnd: network.inFlight(),
    };
  }

  private framesOf({ index }: Guest): FrameMeasurement {
    const now = this.machine.network!.counts;
    const then = this.frames!;
    return {
      offered: now.offered[index]! - then.offered[index]!,
      arrived: now.arrived[index]! - then.arrived[index]!,
      lost: now.lost[index]! - then.lost[index]!,
      resent: now.resent[index]! - then.resent[index]!,
      broadcastsSent: now.broadcastsSent[index]! - then.broadcastsSent[index]!,
    };
  }

  private physicalCpu(cpu: number): CpuTime {
    const { cpus, topology } = this.machine;
    const width = FIRST_HYPERVISOR + topology.levels;
    const spent = (k: number): number => cpus.busyTime[cpu * width + k]! - this.busy[cpu * width + k]!;
    return {
      guest: spent(GUEST),
      hypervisor: Array.from({ length: topology.levels }, (_, level) => spent(FIRST_HYPERVISOR + level)),
      switch: spent(SWITCH),
      spin: spent(SPIN),
      polling: spent(POLLING),
      idle: cpus.idleTime[cpu]! - this.idle[cpu]!,
    };
  }

  private vcpu(vcpu: number): VcpuTime {
    const { scheduling } = this.machine;
    const spent = (field: number): number => {
      const at = (vcpu << 3) | field;
      return scheduling.ofVcpu[at]! - this.vcpus[at]!;
    };
    return {
      running: spent(RUNNING),
      ready: spent(READY),
      coStopped: spent(CO_STOPPED),
      limited: spent(LIMITED),
      halted: spent(BLOCKED),
      hiddenSteal: spent(RUNNING) - spent(EXECUTED),
      polling: scheduling.pollingTime[vcpu]! - this.polling[vcpu]!,
      spinning: scheduling.spinningTime[vcpu]! - this.spinning[vcpu]!,
      spinExits: scheduling.spinExits[vcpu]! - this.spinExits[vcpu]!,
      directedYields: scheduling.directedYields[vcpu]! - this.directedYields[vcpu]!,
      waits: scheduling.waits[vcpu]! - this.waits[vcpu]!,
    };
  }

  private jobsOf(guest: Guest, sojournTime: number): JobMeasurement {
    const { statistics, jobs, cpus, topology } = this.machine;
    const { index } = guest;
    const group = topology.tasks.find((tasks) => tasks.kind === 'job' && tasks.guest === guest)!;
    let delivered = 0;
    for (let i = 0; i < group.count; i++) {
      const task = group.first - topology.vcpus + i;
      delivered += cpus.delivered[task]! - this.delivered[task]!;
    }
    return {
      arrived: statistics.of(index, ARRIVED_JOBS),
      completed: statistics.of(index, COMPLETED_JOBS),
      failed: statistics.of(index, FAILED_JOBS),
      inSystemAtStart: this.inSystem[index]!,
      inSystemAtEnd: statistics.of(index, JOBS_IN_SYSTEM),
      demanded: statistics.of(index, DEMANDED),
      delivered,
      abandoned: statistics.abandonedWork[index]!,
      queuedAtStart: this.queuedWork[index]!,
      queuedAtEnd: jobs.queuedWork(index),
      jobTime: statistics.of(index, JOB_TIME),
      sojournTime,
    };
  }

  /** By guest: of the jobs that left, and of those still there. */
  private sojournTimes(): Float64Array {
    const { statistics, jobs, topology } = this.machine;
    const times = Float64Array.from(topology.guests, ({ index }) => statistics.of(index, SOJOURN_TIME));
    jobs.forEachInSystem((guest, arrivedAt) => {
      times[guest]! += this.machine.scheduling.now - Math.max(arrivedAt, this.openedAt);
    });
    return times;
  }
}

export function sumCpuTimes(parts: readonly CpuTime[]): CpuTime {
  const sum = (of: (part: CpuTime) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    guest: sum((part) => part.guest),
    hypervisor: (parts[0]?.hypervisor ?? []).map((_, level) => sum((part) => part.hypervisor[level]!)),
    switch: sum((part) => part.switch),
    spin: sum((part) => part.spin),
    polling: sum((part) => part.polling),
    idle: sum((part) => part.idle),
  };
}
