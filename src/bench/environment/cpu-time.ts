/** Time of all CPUs since boot, by the kernel's classes, in USER_HZ ticks (proc(5), /proc/stat). */
export interface CpuTime {
  readonly user: number;
  readonly nice: number;
  readonly system: number;
  readonly idle: number;
  readonly ioWait: number;
  readonly irq: number;
  readonly softIrq: number;
  /** Runnable, but another guest or the hypervisor had the physical CPU: what the level below calls ready. */
  readonly steal: number;
}

/** @param text the content of /proc/stat; @returns null when it has no line of all CPUs */
export function parseCpuTime(text: string): CpuTime | null {
  const line = /^cpu\s+(.*)$/m.exec(text)?.[1];
  if (line === undefined) return null;
  // Guest time (fields 9 and 10) is part of user and nice already.
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(/\s+/)
    .map(Number);
  return { user, nice, system, idle, ioWait, irq, softIrq, steal };
}

/** Share of the CPUs' time between two readings that was stolen, 0 to 1. */
export function stealShare(before: CpuTime, after: CpuTime): number {
  const total = sum(after) - sum(before);
  return total > 0 ? (after.steal - before.steal) / total : 0;
}

/** USER_HZ of every Linux on the processors nestmark runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds that all CPUs together ran something between two readings. */
export function busySeconds(before: CpuTime, after: CpuTime): number {
  return (busy(after) - busy(before)) / TICKS_PER_SECOND;
}

const busy = (time: CpuTime): number => time.user + time.nice + time.system + time.irq + time.softIrq;

function sum(time: CpuTime): number {
  return busy(time) + time.idle + time.ioWait + time.steal;
}
