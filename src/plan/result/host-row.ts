import { costOn } from '../advice/what-if-rows.ts';
import { hourlyPrice } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { LabAnswer } from '../search/evaluator.ts';
import type { HostFinding } from '../search/explore-host.ts';
import type { FigureRow, HostRow } from './plan-result.ts';

export function hostRow(finding: HostFinding, question: PlanQuestion, confirmed: boolean): HostRow {
  const { host, lab, seats, binding, limits, at, beyond, bounded } = finding;
  const price = hourlyPrice(host, question.terms);
  const others = limits.filter(({ cause }) => cause !== 'asked');
  const course = costOn(finding, question);
  const hours = question.course.sessions * question.course.hours;
  return {
    host: host.name,
    catalogue: host.catalogue?.name ?? null,
    platform: lab.platform.name,
    level: host.level,
    cpus: host.cpus,
    memoryBytes: host.memory,
    processor: host.processor ?? null,
    speed: host.speed?.value ?? null,
    seats,
    limit: others[0]?.seats ?? question.seats,
    binds: binding.cause,
    bindsText: binding.text,
    engine: at === null && beyond === null ? 'arithmetic' : bounded ? 'bound' : confirmed ? 'exact' : 'fluid',
    price,
    hostsNeeded: seats === 0 ? null : Math.ceil(question.seats / seats),
    usdPerSeatHour: course === null ? null : course / (question.seats * hours),
    courseUsd: course,
    figures: at === null ? [] : figureRows(at),
    note: host.note ?? null,
  };
}

export function figureRows({ phases }: LabAnswer): readonly FigureRow[] {
  return phases.flatMap(({ phase, judgement }) =>
    judgement.figures.map(({ target, limit, mean, bound }) => ({
      target,
      phase: phase.name,
      limit,
      mean,
      bound: Number.isFinite(bound) ? bound : null,
    })),
  );
}

/** Cheapest for the course first, then those without a price, then those that hold no seat; ties by name. */
export function inOrder(rows: readonly HostRow[]): readonly HostRow[] {
  const rank = ({ seats, courseUsd }: HostRow): number =>
    seats === 0 ? Number.MAX_VALUE : (courseUsd ?? Number.MAX_SAFE_INTEGER);
  return [...rows].sort((a, b) => rank(a) - rank(b) || (a.host < b.host ? -1 : 1));
}
