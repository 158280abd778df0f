import { median } from 'simple-statistics';
import type { Facts } from '../environment/facts.ts';
import type { Clock, RecordSamples } from '../record/record.ts';
import { summarise } from '../record/summarise.ts';

/**
 * Controls that are compared from level to level. Not the others: a level's timer and system calls cost what its own
 * kernel makes them cost.
 */
const WATCHED_CONTROLS: readonly string[] = ['hash', 'alu-loop'];

/**
 * How far a control's median may be from the lowest level's. Instructions repeat to a thousandth, and what differs is
 * code that chooses its path by the processor; time under emulation wanders with everything else on the machine.
 */
const CONTROL_TOLERANCE: Readonly<Record<Clock, number>> = { instructions: 0.02, time: 0.15 };
/** Shares of time that were somebody else's, above which times are not comparable. */
const MOST_STEAL = 0.1;
const MOST_WAITING = 0.1;
/** Seconds that the wall clock may move against the monotonic one in a block. */
const MOST_CLOCK_JUMP = 1;

export interface BlockEvidence {
  readonly clock: Clock;
  /** Of the block, from every level. */
  readonly samples: readonly RecordSamples[];
  readonly watched: ReadonlyMap<number, readonly Facts[]>;
  /**
   * Levels whose processors others may take: all that the lab has not booted itself. What is stolen from the others is
   * taken by their own hypervisor for their devices, and is part of what is measured.
   */
  readonly neighbours: readonly number[];
  /** Of the machine that the lab runs on. */
  readonly machine: Facts;
  /** Of every level, and of the machine that the lab runs on. */
  readonly processors: { readonly emulated: number; readonly real: number };
  readonly nameOf: (level: number) => string;
}

export interface BlockVerdict {
  /** What disturbed the block; none when its levels may be compared. */
  readonly reasons: readonly string[];
  /** What was watched, summed up by level, and for the machine. */
  readonly watched: Readonly<Record<string, Facts>>;
}

/** Whether anything but the levels themselves made a difference between them. */
export function judgeBlock(evidence: BlockEvidence): BlockVerdict {
  const { clock, watched, neighbours, machine, processors, nameOf } = evidence;
  const levels = [...watched]
    .sort(([a], [b]) => a - b)
    .map(([level, facts]) => [level, summedUp(facts)] as const);
  const reasons = driftingControls(evidence);
  for (const [level, facts] of levels) {
    if (facts['clock-sources'] !== undefined) {
      reasons.push(`${nameOf(level)} changed its clock source: ${facts['clock-sources']}`);
    }
    if (clock === 'time' && neighbours.includes(level) && Number(facts['steal-share']) > MOST_STEAL) {
      reasons.push(`${percent(facts['steal-share'])} of ${nameOf(level)}’s time was stolen`);
    }
  }
  if (clock === 'time') reasons.push(...disturbancesOf(machine, processors));
  return {
    reasons,
    watched: { ...Object.fromEntries(levels.map(([level, facts]) => [String(level), facts])), machine },
  };
}

/** Of the machine that runs everything; on the instruction clock it makes no difference. */
function disturbancesOf(machine: Facts, { emulated, real }: BlockEvidence['processors']): readonly string[] {
  const reasons: string[] = [];
  const waiting = Number(machine['emulator.waiting-share'] ?? 0);
  // Where the machine does not say what others ran, all waiting is taken for theirs.
  const lost = Number(machine['emulator.lost-share'] ?? waiting);
  if (lost > MOST_WAITING) {
    reasons.push(
      `the emulated machine waited for a processor ${percent(lost)} of its time: the machine was busy with something else`,
    );
  } else if (emulated > real && waiting > MOST_WAITING) {
    reasons.push(
      `the emulated machine waited for a processor ${percent(waiting)} of its time: ${emulated} emulated processors share ${real}`,
    );
  }
  if (Number(machine['steal-share'] ?? 0) > MOST_STEAL) {
    reasons.push(`${percent(machine['steal-share'])} of the machine’s own time was stolen`);
  }
  if (Number(machine['throttled'] ?? 0) > 0) {
    reasons.push(`the machine’s processor was throttled ${machine['throttled']} times`);
  }
  if (Math.abs(Number(machine['clock-jump-seconds'] ?? 0)) > MOST_CLOCK_JUMP) {
    reasons.push(`the machine’s clock was set by ${machine['clock-jump-seconds']} s`);
  }
  return reasons;
}

/** Controls whose interval, level against lowest level, lies outside of what the clock may be off by. */
function driftingControls({ clock, samples, nameOf }: BlockEvidence): string[] {
  const tolerance = CONTROL_TOLERANCE[clock];
  return WATCHED_CONTROLS.flatMap((workload) => {
    const [base, ...others] = samples
      .filter((line) => line.workload === workload)
      .sort((a, b) => a.level - b.level)
      .map((line) => summarise(line));
    if (base === undefined || base.median <= 0) return [];
    return others
      .filter(({ low, high }) => low / base.high > 1 + tolerance || high / base.low < 1 - tolerance)
      .map(
        ({ level, median }) =>
          `${workload}, which takes no exits, cost ${(median / base.median).toFixed(2)} times as much in ${nameOf(level)} as on the ${nameOf(base.level)}`,
      );
  });
}

/**
 * Shares are means over the turns, weighted by how long each took; a clock source is told when it changed. What the agent
 * took while it was idle is the median: when a guest is held still before its agent sleeps, its kernel takes the whole
 * pause for time that the agent used.
 */
function summedUp(turns: readonly Facts[]): Facts {
  const sum = (name: string): number => turns.reduce((total, facts) => total + Number(facts[name] ?? 0), 0);
  const seconds = sum('seconds');
  const quiet = sum('quiet-seconds');
  const sources = [...new Set(turns.flatMap((facts) => facts['clock-source'] ?? []).map(String))];
  const share = (name: string): number | null => {
    const known = turns.filter((facts) => facts[name] !== undefined);
    if (known.length === 0) return null;
    const weight = known.reduce((sum, facts) => sum + Number(facts['seconds'] ?? 0), 0);
    const total = known.reduce((sum, facts) => sum + Number(facts[name]) * Number(facts['seconds'] ?? 0), 0);
    return weight > 0 ? rounded(total / weight) : 0;
  };
  const idle = turns.flatMap((facts) => facts['agent-idle-share'] ?? []).map(Number);
  return {
    seconds: rounded(seconds),
    'steal-share': share('steal-share') ?? 0,
    ...(idle.length === 0 ? {} : { 'agent-idle-share': rounded(median(idle)) }),
    ...(quiet === 0
      ? {}
      : { 'quiet-seconds': rounded(quiet), 'agent-quiet-share': rounded(sum('quiet-cpu-seconds') / quiet) }),
    ...(sources.length > 1 ? { 'clock-sources': sources.join(', ') } : { 'clock-source': sources[0] ?? '' }),
  };
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
const percent = (share: unknown): string => `${(Number(share) * 100).toFixed(0)} %`;
