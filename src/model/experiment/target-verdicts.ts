import { NS_PER_MS, NS_PER_SECOND } from '../kernel/units.ts';
import type { Targets } from '../scenario/scenario.ts';
import type { Row, TargetVerdict, Unit } from './result.ts';
import { worstRow } from './worst-row.ts';

/**
 * Whether what was asked for holds. A target is met when the whole interval is within the limit, missed when the
 * whole interval is beyond it, and inconclusive when the interval reaches across, or when nothing was answered.
 *
 * Seats are alike, so a role's figure is pooled over them; the probe's target is held against the worst of the
 * probes' roles, readiness against the worst role of all.
 *
 * @param probes roles of the interactive probe
 */
export function targetVerdicts(
  { probeP95Slowdown, ready, bootAllWithin, memoryHeadroom, diskLatency }: Targets,
  rows: readonly Row[],
  probes: ReadonlySet<string>,
): TargetVerdict[] {
  const ofProbes = rows.filter(({ entity }) => probes.has(entity));
  return [
    ...(probeP95Slowdown === undefined
      ? []
      : [verdict('probe-p95-slowdown', probeP95Slowdown, 'ratio', worstRow(ofProbes, 'slowdown-p95'))]),
    ...(ready === undefined ? [] : [verdict('ready', 100 * ready, '%', worstRow(rows, 'ready'))]),
    ...(bootAllWithin === undefined
      ? []
      : [verdict('boot-all-within', bootAllWithin / NS_PER_SECOND, 's', worstRow(rows, 'boot-all'))]),
    ...(diskLatency === undefined
      ? []
      : [verdict('disk-latency', diskLatency / NS_PER_MS, 'ms', worstRow(rows, 'disk-latency-p95'))]),
    ...(memoryHeadroom === undefined ? [] : [headroom(100 * memoryHeadroom, worstRow(rows, 'memory-used'))]),
  ];
}

/** What is left is what is not used: at least so much of it is asked for. */
function headroom(limit: number, used: Row | null): TargetVerdict {
  const { low, high, observed, ...rest } = verdict('memory-headroom', 100 - limit, '%', used);
  const left = (share: number | null): number | null => (share === null ? null : 100 - share);
  return { ...rest, limit, observed: left(observed), low: left(high), high: left(low) };
}

function verdict(target: string, limit: number, unit: Unit, row: Row | null): TargetVerdict {
  if (row === null)
    return { target, limit, unit, observed: null, low: null, high: null, verdict: 'inconclusive' };
  const { mean, low, high } = row;
  const within = (high ?? mean) <= limit;
  const beyond = (low ?? mean) > limit;
  return {
    target,
    limit,
    unit,
    observed: mean,
    low,
    high,
    verdict: within ? 'met' : beyond ? 'missed' : 'inconclusive',
  };
}
