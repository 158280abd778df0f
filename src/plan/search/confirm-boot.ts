import type { BootOutcome } from '../boot/boot-trial.ts';
import { countSeats, secondsText } from '../result/words.ts';
import type { PlanTargets } from '../target/plan-targets.ts';
import type { Evaluator } from './evaluator.ts';
import { exploreHost, type HostFinding } from './explore-host.ts';
import { type HostLimit, inOrderOfTightness } from './host-limits.ts';
import { largestSeats } from './largest-seats.ts';

/**
 * The seats found, once more: as many as are simulated to come up in time. Exploring has only a picture of the storm by
 * closed forms, which was off by up to a fifth of what the exact engine says (docs/planning.md).
 */
export async function confirmBoot(
  finding: HostFinding,
  evaluator: Evaluator,
  { bootAllWithin }: Pick<PlanTargets, 'bootAllWithin'>,
): Promise<HostFinding> {
  const { lab, host, seats } = finding;
  const boot = await evaluator.boot(lab, host, seats);
  if (boot === null || boot.allUp <= bootAllWithin) return { ...finding, boot };
  const found = await largestSeats(
    seats - 1,
    async (count) => {
      const detail = (await evaluator.boot(lab, host, count))!;
      return { meets: detail.allUp <= bootAllWithin, detail };
    },
    Math.floor((seats * bootAllWithin) / boot.allUp),
  );
  const failed = found.seats + 1 === seats ? boot : (found.beyond ?? boot);
  const text = lateText(found.seats + 1, failed, bootAllWithin);
  const phases = finding.at?.phases.map(({ phase }) => phase) ?? [];
  const at =
    found.seats === 0 || phases.length === 0
      ? null
      : (await evaluator.ask(lab, phases, host, found.seats, 'confirm')).detail;
  return {
    ...finding,
    seats: found.seats,
    boot: found.at,
    at,
    beyond: null,
    binding: { cause: 'boot', text },
  };
}

/**
 * The same host with more seats, where nothing but the picture of the storm kept them off it and a simulated one has them
 * up in time: the picture was too dark by up to a fifth, too.
 */
export async function relaxBootLimit(
  finding: HostFinding,
  evaluator: Evaluator,
  { bootAllWithin }: Pick<PlanTargets, 'bootAllWithin'>,
): Promise<HostFinding> {
  const { lab, host, limits } = finding;
  const stagger = lab.template.plan?.boot?.stagger;
  const [pictured, ...others] = limits;
  const next = others[0];
  if (stagger === undefined || host.disk === null || pictured?.cause !== 'boot' || next === undefined) {
    return finding;
  }
  if (finding.seats < pictured.seats || next.seats === pictured.seats) return finding;
  const found = await largestSeats(
    next.seats,
    async (count) => {
      const detail = await evaluator.exploreBoot(lab, host, count, stagger);
      return { meets: detail.allUp <= bootAllWithin, detail };
    },
    pictured.seats + 1,
  );
  if (found.seats <= pictured.seats) return finding;
  const late: HostLimit[] =
    found.beyond === null
      ? []
      : [
          {
            cause: 'boot',
            seats: found.seats,
            text: lateText(found.seats + 1, found.beyond, bootAllWithin),
          },
        ];
  return exploreHost({ host, lab, limits: inOrderOfTightness([...late, ...others]) }, evaluator, found.seats);
}

const lateText = (seats: number, { allUp, last, engine }: BootOutcome, allowed: number): string =>
  `with ${countSeats(seats)} the last VM (${last}) is up after ${secondsText(allUp)} by the ${engine} engine, ${secondsText(allowed)} are allowed`;
