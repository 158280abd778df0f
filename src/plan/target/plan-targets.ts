import { parseQuantity } from '../../model/scenario/quantity.ts';
import { quote } from '../../model/scenario/quote.ts';
import type { Preset } from '../../model/scenario/template-plan.ts';

/** What every seat must hold, with the probability asked for. */
export interface PlanTargets {
  /** 95th percentile of the probe's response over the same alone on the metal. */
  readonly probeP95Slowdown: number;
  /** Share of time a vCPU waits for a CPU, of the role that waits most. */
  readonly ready: number;
  /** Seconds from the start of the first seat until the last is up. */
  readonly bootAllWithin: number;
  /** Share of frames that arrive, of those sent. */
  readonly framesArrived: number;
  /** Share of the host's memory that is left. */
  readonly memoryHeadroom: number;
  /** Share of what the host's disk can do (I/Os a second or bytes, the tighter), and of its network card each way. */
  readonly diskUse: number;
  readonly networkUse: number;
}

export type TargetName =
  | 'probe-p95-slowdown'
  | 'ready'
  | 'boot-all-within'
  | 'frames-arrived'
  | 'memory-headroom'
  | 'disk-use'
  | 'network-use';

/**
 * Named sets of targets (docs/planning.md). `ready` of 5 % is where practitioners begin to worry, 10 % where they
 * act; a slowdown of 2 doubles the slowest of twenty actions. A queue at a disk or a card that is 50 % busy is as long
 * as its service, at 70 % twice, at 90 % nine times.
 */
export const TARGET_PRESETS: Readonly<Record<Preset, PlanTargets>> = {
  comfortable: {
    probeP95Slowdown: 1.5,
    ready: 0.025,
    bootAllWithin: 600,
    framesArrived: 0.999,
    memoryHeadroom: 0.1,
    diskUse: 0.5,
    networkUse: 0.5,
  },
  workable: {
    probeP95Slowdown: 2,
    ready: 0.05,
    bootAllWithin: 1200,
    framesArrived: 0.99,
    memoryHeadroom: 0.05,
    diskUse: 0.7,
    networkUse: 0.7,
  },
  demo: {
    probeP95Slowdown: 4,
    ready: 0.1,
    bootAllWithin: 1800,
    framesArrived: 0.95,
    memoryHeadroom: 0,
    diskUse: 0.9,
    networkUse: 0.9,
  },
};

export class TargetError extends Error {
  override readonly name = 'TargetError';
}

/**
 * The targets of a preset, changed by what was written: `workable`, `ready=3%`, `probe-p95-slowdown=1.8`.
 * @throws {TargetError} for what is neither.
 */
export function readTargets(preset: Preset, written: readonly string[]): PlanTargets {
  let targets = TARGET_PRESETS[preset];
  for (const text of written) {
    if (Object.hasOwn(TARGET_PRESETS, text)) {
      targets = TARGET_PRESETS[text as Preset];
      continue;
    }
    const [name = '', value] = text.split('=');
    const read = Object.hasOwn(READERS, name) ? READERS[name as TargetName] : undefined;
    if (read === undefined || value === undefined) {
      throw new TargetError(
        `found the target ${quote(text)}, expected ${Object.keys(TARGET_PRESETS).join(', ')}, ` +
          `or NAME=VALUE with one of ${Object.keys(READERS).join(', ')}`,
      );
    }
    targets = { ...targets, ...read(value) };
  }
  return targets;
}

const READERS: Readonly<Record<TargetName, (text: string) => Partial<PlanTargets>>> = {
  'probe-p95-slowdown': (text) => ({ probeP95Slowdown: ratio(text) }),
  ready: (text) => ({ ready: share(text) }),
  'boot-all-within': (text) => ({ bootAllWithin: seconds(text) }),
  'frames-arrived': (text) => ({ framesArrived: share(text) }),
  'memory-headroom': (text) => ({ memoryHeadroom: share(text) }),
  'disk-use': (text) => ({ diskUse: share(text) }),
  'network-use': (text) => ({ networkUse: share(text) }),
};

function ratio(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 1000)) {
    throw new TargetError(`found the slowdown ${quote(text)}, expected a number from 1 to 1000`);
  }
  return value;
}

function share(text: string): number {
  return quantityOf('share', text.replace(/\s*%$/, ' %'));
}

function seconds(text: string): number {
  return quantityOf('duration', text.replace(/^([\d.]+)\s*(?=[a-z])/, '$1 ')) / 1e9;
}

function quantityOf(dimension: 'share' | 'duration', text: string): number {
  const read = parseQuantity(dimension, text);
  if (!read.ok) throw new TargetError(`found the target ${read.found}, expected ${read.expected}`);
  return read.value;
}
