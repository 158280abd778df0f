import type { Targets } from '../scenario/scenario.ts';
import type { Row, TargetVerdict } from './result.ts';

/**
 * Whether what was asked for holds. A target is met when the whole interval is within the limit, missed when the
 * whole interval is beyond it, and inconclusive when the interval reaches across.
 *
 * The probe's target is held against the worst seat, readiness against the worst role: a lab is as good as its
 * slowest student finds it.
 */
export function targetVerdicts(
  targets: Targets,
  seats: readonly Row[],
  roles: readonly Row[],
): TargetVerdict[] {
  const { probeP95Slowdown, ready } = targets;
  return [
    ...(probeP95Slowdown === undefined
      ? []
      : verdict('probe-p95-slowdown', probeP95Slowdown, worst(seats, 'slowdown-p95'))),
    ...(ready === undefined ? [] : verdict('ready', 100 * ready, worst(roles, 'ready'))),
  ];
}

function worst(rows: readonly Row[], metric: Row['metric']): Row | null {
  return rows
    .filter((row) => row.metric === metric)
    .reduce<Row | null>((found, row) => (found === null || row.mean > found.mean ? row : found), null);
}

function verdict(target: string, limit: number, row: Row | null): TargetVerdict[] {
  if (row === null) return [];
  const { mean, low, high, unit } = row;
  const within = (high ?? mean) <= limit;
  const beyond = (low ?? mean) > limit;
  return [
    {
      target,
      limit,
      unit,
      observed: mean,
      low,
      high,
      verdict: within ? 'met' : beyond ? 'missed' : 'inconclusive',
    },
  ];
}
