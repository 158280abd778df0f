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
  { probeP95Slowdown, ready }: Targets,
  rows: readonly Row[],
  probes: ReadonlySet<string>,
): TargetVerdict[] {
  const ofProbes = rows.filter(({ entity }) => probes.has(entity));
  return [
    ...(probeP95Slowdown === undefined
      ? []
      : [verdict('probe-p95-slowdown', probeP95Slowdown, 'ratio', worstRow(ofProbes, 'slowdown-p95'))]),
    ...(ready === undefined ? [] : [verdict('ready', 100 * ready, '%', worstRow(rows, 'ready'))]),
  ];
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
