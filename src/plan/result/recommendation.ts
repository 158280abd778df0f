import { feelScore } from '../advice/feel.ts';
import { bootTime } from '../boot/boot-time.ts';
import type { Mix } from '../cost/cheapest-mix.ts';
import { courseCost } from '../cost/course-cost.ts';
import { diskPricePerHour } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { HostFinding } from '../search/explore-host.ts';
import { seatDisk } from '../search/host-limits.ts';
import { figureRows } from './host-row.ts';
import type { Recommendation } from './plan-result.ts';

export function recommend(
  mix: Mix,
  question: PlanQuestion,
  found: ReadonlyMap<string, HostFinding>,
  confirmed: ReadonlySet<string>,
): Recommendation {
  const findings = mix.hosts.map(({ name }) => found.get(name)!);
  const slowdowns = findings.flatMap(({ at }) =>
    at === null ? [] : figureRows(at).filter(({ target }) => target === 'probe-p95-slowdown'),
  );
  const slowest = Math.max(1, ...slowdowns.map(({ mean }) => mean));
  const bounds = slowdowns.map(({ bound }) => bound);
  const disk = diskPricePerHour(findings[0]!.host, seatDisk(question.template));
  return {
    hosts: mix.hosts.map(({ name, count, seats }) => ({ host: name, count, seats })),
    room: mix.room,
    usdPerHour: mix.usdPerHour,
    cost: courseCost(
      mix.usdPerHour,
      disk === null ? null : disk * question.seats,
      question.seats,
      question.course,
    ),
    slowdownP95: slowest,
    slowdownBound:
      bounds.includes(null) || bounds.length === 0 ? null : Math.max(...bounds.map((bound) => bound!)),
    feel: feelScore(slowest),
    boot: bootOf(findings, question),
    confirmed: mix.hosts.every(({ name }) => confirmed.has(name)),
    binds: findings[0]!.binding.cause,
    bindsText: findings[0]!.binding.text,
  };
}

function bootOf(findings: readonly HostFinding[], { targets }: PlanQuestion): Recommendation['boot'] {
  const seen = findings.flatMap(({ lab, host, seats, boot }) => {
    const stagger = lab.template.plan?.boot?.stagger;
    if (stagger === undefined) return [];
    const { allUp, last } = boot ?? bootTime(lab, host, seats, stagger);
    return [{ allUp, last, stagger, engine: boot?.engine ?? ('arithmetic' as const) }];
  });
  if (seen.length === 0) return null;
  const { allUp, last, stagger, engine } = seen.reduce((longest, next) =>
    next.allUp > longest.allUp ? next : longest,
  );
  return { seconds: allUp, limit: targets.bootAllWithin, stagger: stagger / 1e9, last, engine };
}
