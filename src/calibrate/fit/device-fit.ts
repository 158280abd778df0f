import type { CountedExits } from '../../bench/record/counted-exits.ts';
import { exp, log } from '../../model/kernel/elementary.ts';
import { studentQuantile } from '../../model/kernel/special/student-quantile.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import { costOfExits } from '../measured/level-costs.ts';
import type { OwnExits } from '../measured/own-exits.ts';
import { type SeriesTable, seriesKey } from '../measured/series.ts';
import { difference, type Estimate, type Interval, standardError } from '../statistics/estimate.ts';
import { leastSquares } from '../statistics/least-squares.ts';
import { LEAST } from '../statistics/significant.ts';

/** What hypervisors emulate for a guest, with the workloads that use it and the KiB an operation of each moves. */
const FAMILIES = {
  disk: { 'random-read': 4, 'random-write': 4, 'file-sync': 4 },
  network: { 'request-small': 0.125, 'request-large': 16, 'stream-small': 1, 'stream-large': 256 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

export type DeviceFamily = keyof typeof FAMILIES;

export const DEVICE_FAMILIES = Object.keys(FAMILIES) as readonly DeviceFamily[];

/** One workload's time for the device at one level, in ns. */
export interface DeviceTime {
  readonly workload: string;
  /** Operation in the guest less on the metal (which has no network below it: less nothing) less its exits' CPU time. */
  readonly time: number;
  /** Of the whole operation. */
  readonly measured: number;
  readonly relativeError: number;
  /** Counted: exits by which the guest tells the device of work. */
  readonly notifications: number;
  readonly kib: number;
}

/** What a device takes beyond exits at one level, in ns: emulation in user space, threads that are woken, copying. */
export interface DeviceCosts {
  readonly perNotification: number;
  /** Null where it is not told from nothing, or all operations move as much. */
  readonly perKib: number | null;
}

export interface DeviceFit extends DeviceCosts {
  readonly family: DeviceFamily;
  readonly level: number;
  /** 95 %, Student's t on the scatter of the workloads, as a factor. Null with one workload: there is no scatter. */
  readonly interval: Interval | null;
  readonly kibInterval: Interval | null;
  /** Root mean square of ln(predicted / measured) device time. */
  readonly scatter: number;
  readonly rows: readonly DeviceTime[];
  /** Measured and not fitted on: their exits alone, by the fitted costs, take longer than all of them. */
  readonly unused: readonly string[];
  /** Device time of each workload by a fit on the others; none when it is alone. */
  readonly leftOut: readonly { readonly row: DeviceTime; readonly time: number }[];
}

/** Workloads differ for reasons these two numbers have no term for: none is trusted better than this, relatively. */
const LEAST_RELATIVE_ERROR = 0.05;

/**
 * Fits, family by family and level by level, ln(time) = ln(notifications x a + KiB x b): what a workload misses by is a
 * factor. `b` takes three workloads that move different amounts and an interval that excludes zero, else it is left out.
 */
export function fitDevices(
  series: SeriesTable,
  exits: OwnExits,
  parameters: ExitCostParameters,
): readonly DeviceFit[] {
  const levels = [...new Set([...series.values()].map(({ level }) => level))].filter((level) => level > 0);
  return DEVICE_FAMILIES.flatMap((family) =>
    levels
      .sort((a, b) => a - b)
      .flatMap((level): DeviceFit[] => {
        const times = deviceTimes(family, level, series, exits, parameters);
        const rows = times.filter(({ time }) => time >= LEAST);
        const unused = times.filter(({ time }) => time < LEAST).map(({ workload }) => workload);
        return rows.length === 0 ? [] : [{ ...fitOf(family, level, rows), unused }];
      }),
  );
}

export const familyOf = (workload: string): DeviceFamily | null =>
  DEVICE_FAMILIES.find((family) => workload in FAMILIES[family]) ?? null;

/** Device time of an operation by what was fitted. */
export const deviceTime = (
  { perNotification, perKib }: DeviceCosts,
  { notifications, kib }: Pick<DeviceTime, 'notifications' | 'kib'>,
): number => notifications * perNotification + kib * (perKib ?? 0);

/**
 * By which a guest tells a virtio device of work: on AMD a nested page fault on its registers, on Intel a
 * misconfiguration. At least one an operation: without it the device would not know.
 */
function notificationsOf({ byClass }: CountedExits): number {
  return Math.max(1, (byClass['page-fault'] ?? 0) + (byClass.mmio ?? 0));
}

function deviceTimes(
  family: DeviceFamily,
  level: number,
  series: SeriesTable,
  exits: OwnExits,
  parameters: ExitCostParameters,
): readonly DeviceTime[] {
  return Object.entries(FAMILIES[family]).flatMap(([workload, kib]): DeviceTime[] => {
    const own = series.get(seriesKey(level, workload))?.median;
    const counted = exits.of(level - 1, level, workload);
    if (own === undefined || counted === null) return [];
    const notifications = notificationsOf(counted);
    const metal = series.get(seriesKey(0, workload))?.median;
    const more: Estimate = metal === undefined ? own : difference(own, metal);
    const time = more.value - costOfExits(counted, parameters, level);
    const relativeError = standardError(more) / time;
    return [{ workload, time, measured: own.value, relativeError, notifications, kib }];
  });
}

function fitOf(family: DeviceFamily, level: number, rows: readonly DeviceTime[]): Omit<DeviceFit, 'unused'> {
  const fit = costsOf(rows);
  const leftOut = rows.flatMap((row) => {
    const others = rows.filter((other) => other !== row);
    return others.length === 0 ? [] : [{ row, time: deviceTime(costsOf(others), row) }];
  });
  const squares = rows.map((row) => log(deviceTime(fit, row) / row.time) ** 2);
  const scatter = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length);
  return { family, level, ...fit, scatter, rows, leftOut };
}

type Fitted = DeviceCosts & Pick<DeviceFit, 'interval' | 'kibInterval'>;

function costsOf(rows: readonly DeviceTime[]): Fitted {
  const amounts = new Set(rows.map(({ kib }) => kib));
  return (rows.length >= 3 && amounts.size > 1 ? withKib(rows) : null) ?? notificationsAlone(rows);
}

function withKib(rows: readonly DeviceTime[]): Fitted | null {
  const start = notificationsAlone(rows).perNotification / 2;
  const kib = rows.reduce((sum, row) => sum + row.kib, 0);
  const time = rows.reduce((sum, row) => sum + row.time, 0);
  const fit = inLogarithms(rows, [start, time / kib / 2]);
  if (!fit.converged || fit.covariance === null || fit.atBound.some(Boolean)) return null;
  const [perNotification, perKib] = fit.parameters as [number, number];
  const t = studentQuantile(0.975, fit.degreesOfFreedom);
  const reach = fit.parameters.map((_, j) => t * Math.sqrt(fit.covariance![j]![j]!));
  if (reach[0]! >= perNotification || reach[1]! >= perKib) return null;
  return {
    perNotification,
    perKib,
    interval: byFactor(perNotification, reach[0]!),
    kibInterval: byFactor(perKib, reach[1]!),
  };
}

function notificationsAlone(rows: readonly DeviceTime[]): Fitted {
  // The weighted mean of ln(time / notifications): the fit's own answer, found at once.
  const weights = rows.map(weightOf);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const each = rows.map(({ time, notifications }) => log(time / notifications));
  const mean = each.reduce((sum, value, i) => sum + weights[i]! * value, 0) / all;
  const perNotification = exp(mean);
  if (rows.length === 1) return { perNotification, perKib: null, interval: null, kibInterval: null };
  const squares = each.reduce((sum, value, i) => sum + weights[i]! * (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (rows.length - 1) / all);
  const factor = exp(studentQuantile(0.975, rows.length - 1) * error);
  return {
    perNotification,
    perKib: null,
    interval: { value: perNotification, low: perNotification / factor, high: perNotification * factor },
    kibInterval: null,
  };
}

function inLogarithms(rows: readonly DeviceTime[], start: readonly [number, number]) {
  return leastSquares({
    observed: rows.map(({ time }) => log(time)),
    weights: rows.map(weightOf),
    predict: ([perNotification, perKib]) =>
      rows.map((row) => log(deviceTime({ perNotification: perNotification!, perKib: perKib! }, row))),
    start,
    low: [LEAST, 0],
  });
}

const weightOf = ({ relativeError }: DeviceTime): number =>
  1 / Math.max(relativeError, LEAST_RELATIVE_ERROR) ** 2;

/** To first order in the logarithm, so that no end is below zero. */
function byFactor(value: number, reach: number): Interval {
  const factor = exp(reach / value);
  return { value, low: value / factor, high: value * factor };
}
