import { log } from '../../model/kernel/elementary.ts';
import { countSeats } from '../result/words.ts';
import { type TargetFigure, tightness } from '../target/judgement.ts';
import type { RoleLoad } from '../trial/trial.ts';
import type { Cause } from './cause.ts';
import type { PhaseAnswer } from './evaluator.ts';
import type { HostLimit } from './host-limits.ts';

/** What keeps one more seat off a host. */
export interface Binding {
  readonly cause: Cause;
  readonly text: string;
}

/** More of the host's CPU time than this left over: what is slow is not slow for want of CPUs. */
const CPU_IS_FREE = 0.35;
/** Of the time that is used, the share from which one kind of it is called the cause. */
const CARRIES = 0.25;
const MOSTLY = 1 / 3;
/** Waiting of the role that waits most that explains no slowdown. */
const NOBODY_WAITS = 0.02;

/** Arithmetic said it before a trial was run. */
export const limitBinding = ({ cause, text }: HostLimit): Binding => ({ cause, text });

/** What is known of a host and a lab before a trial. */
export interface KnownBefore {
  readonly threadsPerCore: number;
  /** How much longer a burst of the probe takes for its own exits, by closed form. */
  readonly probeStretch: number;
}

/**
 * Why the next seat does not fit, from what was seen with it: which target it breaks, and where the CPU time went.
 */
export function trialBinding(
  { phase, judgement, outcomes }: PhaseAnswer,
  seats: number,
  { threadsPerCore, probeStretch }: KnownBefore,
): Binding {
  const broken = worstFigure(judgement.figures);
  const mean = (of: (cpu: (typeof outcomes)[number]['cpu']) => number): number =>
    outcomes.reduce((sum, { cpu }) => sum + of(cpu), 0) / outcomes.length;
  const idle = mean((cpu) => cpu.idle);
  const used = Math.max(1 - idle, 1e-9);
  const hypervisors = mean((cpu) => cpu.hypervisor.reduce((a, b) => a + b, 0) + cpu.switch) / used;
  const flooding = mean((cpu) => cpu.flooding) / used;
  const waits = outcomes[0]!.ready;
  const seen =
    `with ${countSeats(seats)} in the phase "${phase.name}", ${describe(broken)}; ` +
    `${percent(used)} of the host's CPU time is used, ${percent(hypervisors)} of that by hypervisors`;
  const named = (cause: Cause, more = ''): Binding => ({ cause, text: seen + more });
  if (broken.target === 'frames-arrived') return named('network', '; rings overflow');
  if (flooding > CARRIES) {
    return named('switch-flooding', `, ${percent(flooding)} of it for copies of frames nobody wanted`);
  }
  const held = mostLimited(outcomes[0]!);
  if (idle > CPU_IS_FREE && held.limited >= NOBODY_WAITS && held.limited > waits.share) {
    return named(
      'template',
      `: CPUs are free, but ${held.role} is held back by its own limit ${percent(held.limited)} of the time`,
    );
  }
  if (idle > CPU_IS_FREE && waits.share >= NOBODY_WAITS && waits.level > lowestLevel(outcomes[0]!)) {
    return named('template', `: CPUs are free, but ${waits.role} waits for the vCPUs of the VM around it`);
  }
  if (broken.target === 'probe-p95-slowdown' && idle > CPU_IS_FREE && waits.share < NOBODY_WAITS) {
    // Exits that explain less than half of it, on the logarithm, are not what makes it slow.
    if (log(probeStretch) >= log(Math.max(broken.mean, 1)) / 2) {
      return named(
        'hypervisor-time',
        `: CPUs are free and nobody waits for one, but exits stretch its own work ${probeStretch.toPrecision(3)} times`,
      );
    }
    return threadsPerCore > 1
      ? named(
          'sibling-threads',
          ': CPUs are free and nobody waits for one, but more and more often the other thread of its core is busy',
        )
      : named('template', ': CPUs are free and nobody waits for one: its jobs wait for each other');
  }
  if (hypervisors > MOSTLY) return named('hypervisor-time');
  return named('cpu-ready', `; ${waits.role} waits most`);
}

const mostLimited = ({ roles }: PhaseAnswer['outcomes'][number]): RoleLoad =>
  roles.reduce((found, next) => (next.limited > found.limited ? next : found));

const lowestLevel = ({ roles }: PhaseAnswer['outcomes'][number]): number =>
  Math.min(...roles.map(({ level }) => level));

function worstFigure(figures: readonly TargetFigure[]): TargetFigure {
  return figures.reduce((worst, next) => (tightnessOf(next) > tightnessOf(worst) ? next : worst));
}

const tightnessOf = (figure: TargetFigure): number =>
  tightness({ verdict: 'meets', figures: [figure], replications: 1 });

function describe({ target, mean, bound, limit }: TargetFigure): string {
  const shown = (value: number): string =>
    target === 'probe-p95-slowdown' ? `${value.toPrecision(3)}×` : percent(value);
  const upTo = Number.isFinite(bound) ? `, ${shown(bound)} at the probability asked for,` : '';
  return `${target} is ${shown(mean)}${upTo} against ${shown(limit)}`;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
