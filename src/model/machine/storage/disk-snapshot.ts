import type { Device } from './device.ts';

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
