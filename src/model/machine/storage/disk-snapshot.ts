import type { StorageMeasurement } from '../measurement.ts';
import type { Device } from './device.ts';
import type { DeviceSpecification, RateLimit } from './storage-specification.ts';

/** What had accumulated when a window was opened. */
export interface DiskSnapshot {
  readonly issued: Float64Array;
  readonly finished: Float64Array;
  readonly waitedTime: Float64Array;
  readonly device: DeviceSnapshot;
}

export interface DeviceSnapshot {
  readonly at: number;
  readonly inside: number;
  readonly arrived: number;
  readonly completed: number;
  readonly bytes: number;
  readonly presence: number;
  readonly timeInside: number;
  readonly busyTime: number;
}

/** @param now the instant, to which the device's accounts are brought */
export function snapshotOf(device: Device, now: number): DeviceSnapshot {
  const { inside, arrived, completed, bytes, presence, timeInside, busyTime } = device;
  return { at: now, inside, arrived, completed, bytes, presence, timeInside, busyTime };
}

/** What a device did since a snapshot of it; its latencies are those since they were last emptied. */
export function deviceMeasurement(
  device: Device,
  { depth, iops, bandwidth }: DeviceSpecification,
  then: DeviceSnapshot,
  at: number,
): StorageMeasurement {
  const now = snapshotOf(device, at);
  const elapsed = now.at - then.at;
  const completed = now.completed - then.completed;
  const bytes = now.bytes - then.bytes;
  const most = (limit: RateLimit<number>): number =>
    (Math.max(limit.perSecond, limit.burst?.perSecond ?? 0) * elapsed) / 1e9;
  return {
    arrived: now.arrived - then.arrived,
    completed,
    insideAtStart: then.inside,
    insideAtEnd: now.inside,
    bytes,
    presence: now.presence - then.presence,
    timeInside: now.timeInside - then.timeInside,
    places: (now.busyTime - then.busyTime) / (depth * elapsed),
    iops: completed / most(iops),
    bandwidth: bytes / most(bandwidth),
    latency: device.latencies.data(),
  };
}
