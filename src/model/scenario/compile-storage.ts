import type { BytesPerSecond, Nanoseconds } from '../kernel/units.ts';
import type {
  ControllerSpecification,
  DeviceSpecification,
  DiskSpecification,
  RateLimit,
  StorageSpecification,
} from '../machine/storage/storage-specification.ts';
import type { Draw } from './draw.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import type { Platform, PlatformStorage } from './platform.ts';
import type { Host, VirtualMachine } from './scenario.ts';

/** Of one small I/O, when nobody publishes it: single-digit milliseconds are promised of network volumes. */
export const ASSUMED_LATENCY = 1_000_000 as Nanoseconds;
const ASSUMED_LATENCY_CV = 0.5;
/** A device with fewer places could not reach its own limit at a latency somewhat above the mean, or behind one slow I/O. */
const SPARE_DEPTH = 2;
const LEAST_DEPTH = 4;

/** The disk below everything; null when the host or the platform says nothing of it. */
export function drawStorage({ disk }: Host, { storage }: Platform, draw: Draw): StorageSpecification | null {
  if (disk === null || storage === undefined) return null;
  return { device: deviceOf(disk), thinWrites: draw(storage.thinWrites, 'platform.storage.thin-writes') };
}

function deviceOf(disk: NonNullable<Host['disk']>): DeviceSpecification {
  const { iops, bandwidth, burst } = disk;
  const mean = disk.latency ?? ASSUMED_LATENCY;
  const cv = disk.latencyCv ?? ASSUMED_LATENCY_CV;
  return {
    latency: cv === 0 ? { kind: 'constant', mean } : { kind: 'lognormal', mean, cv },
    depth: disk.depth ?? Math.max(LEAST_DEPTH, Math.ceil((SPARE_DEPTH * (burst?.iops ?? iops) * mean) / 1e9)),
    iops: limit(iops, burst?.iops ?? null, burst?.lasts),
    bandwidth: limit<BytesPerSecond>(bandwidth, burst?.bandwidth ?? null, burst?.lasts),
  };
}

function limit<Rate extends number>(
  perSecond: Rate,
  burst: Rate | null,
  lasts: Nanoseconds | undefined,
): RateLimit<Rate> {
  return burst === null || lasts === undefined
    ? { perSecond }
    : { perSecond, burst: { perSecond: burst, lasts } };
}

/** Gives each VM its disk. */
export function drawDisks(
  { storage }: Platform,
  draw: Draw,
): (disk: VirtualMachine['disk']) => DiskSpecification | null {
  if (storage === undefined) return () => null;
  const controllers = drawControllers(storage, draw);
  return ({ controller, thin }) => ({ controller: controllers.get(controller ?? storage.default)!, thin });
}

/** A platform's controllers by name. */
export const drawControllers = (
  { controllers }: PlatformStorage,
  draw: Draw,
): ReadonlyMap<string, ControllerSpecification> =>
  new Map(Object.entries(controllers).map(([name, entry]) => [name, drawController(name, entry, draw)]));

function drawController(
  name: string,
  entry: PlatformStorage['controllers'][string],
  draw: Draw,
): ControllerSpecification {
  const at = `platform.storage.controllers.${name}`;
  return {
    queueDepth: Math.round(draw(entry.queueDepth, `${at}.queue-depth`)),
    kick: mapExitClasses(entry.kick, (count, exitClass) => draw(count, `${at}.kick.${exitClass}`)),
    kickBatch: Math.round(draw(entry.kickBatch, `${at}.kick-batch`)),
    coalescing: Math.round(draw(entry.coalescing, `${at}.coalescing`)),
    submit: draw(entry.submit, `${at}.submit`) as Nanoseconds,
    complete: draw(entry.complete, `${at}.complete`) as Nanoseconds,
  };
}
