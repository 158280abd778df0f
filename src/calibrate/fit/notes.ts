import type { BenchRecord } from '../../bench/record/record.ts';
import { REFLECT_SHARE } from '../published/published-costs.ts';
import type { Interval } from '../statistics/estimate.ts';
import type { Identifiability } from '../statistics/identifiability.ts';
import type { FittedExits } from './fit.ts';
import type { SharedFit } from './nested-fit.ts';

/** Longest note; a reason that a lab gave may be a whole console. */
const LONGEST = 1_500;

/** What a reader of the profile must know, in words: what the record tells, and what it leaves open. */
export function notesOf(
  record: BenchRecord,
  fit: FittedExits,
  told: Identifiability,
  boots: number,
): string[] {
  return [
    ...notesOfFit(fit, told),
    ...(fit.shared === null ? [missingLevelTwo(record)] : []),
    record.header.clock === 'instructions'
      ? 'an instruction clock: these are path lengths, not times; intervals are widened to a thousandth, as far as medians repeat from boot to boot'
      : bootsNote(boots),
  ];
}

/** What any fit tells and leaves open, whatever it was made on. */
export function notesOfFit(fit: FittedExits, told: Identifiability): string[] {
  return [
    `fitted on ${fit.measured.join(', ')}; every other class is a published ratio to one of these`,
    identifiedNote(fit),
    freedomNote(told),
    ...(fit.shared === null ? [] : sharedNotes(fit, fit.shared)),
  ];
}

function bootsNote(boots: number): string {
  if (boots === 1) return 'one boot: intervals cover the samples of this boot, not how another would differ';
  return `${boots} boots, resampled as wholes: intervals cover how boots differ${boots < 6 ? ', as far as so few show it' : ''}`;
}

/** Text from a record made fit to be shown and kept: printable, one line, not endless. */
export function presentable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\s]+/gu, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 3)}...`;
}

function identifiedNote({ identified }: FittedExits): string {
  const figures = identified.map((each) => `${each.what} = ${withInterval(each)}`);
  return `identified, in ns with 95 % intervals: ${figures.join('; ')}`;
}

function freedomNote({ parameters, observations, rank, condition, free }: Identifiability): string {
  const directions = free.map((direction) =>
    Object.entries(direction)
      .map(([name, by]) => `${by < 0 ? '-' : '+'}${times(by)}${name}`)
      .join(' '),
  );
  return `not identified: ${observations.length} costs determine ${rank} of ${parameters.length} times, given the counts (condition ${condition.toPrecision(3)}); free to move together: ${directions.join('; ')}`;
}

function sharedNotes({ counted }: FittedExits, shared: SharedFit): string[] {
  const split = `split ${REFLECT_SHARE.ratio} to ${1 - REFLECT_SHARE.ratio} as published`;
  const turnaround = `nested exits share reflect + cost(vm-entry, 1) = ${withInterval(shared.turnaroundInterval)} ns, ${split}`;
  const access = `a trapped access costs ${withInterval(shared.accessInterval)} ns, ${shared.accessIdentified ? 'fitted across the classes' : 'not identified: the published ratio within its bounds'}`;
  if (!counted) {
    return [
      `${turnaround}; ${access}`,
      'no counters of level 0 while L2 ran: the traps of the simplest handler are published, those of the others are what their cost in L2 leaves',
    ];
  }
  return [
    `${turnaround}; ${access}; classes scatter by ${(100 * shared.scatter).toFixed(1)} % around that, and each class's own reflect takes it up`,
    'rows of level 2 that were not fitted: each class predicted from what the others share',
  ];
}

function missingLevelTwo(record: BenchRecord): string {
  const reason = record.missing.find(({ level }) => level === 2)?.reason;
  return `no exit was measured in L2${reason === undefined ? '' : ` (${reason})`}: reflection, VM entry and ops are published ratios with wide ranges`;
}

/** How many times a parameter moves, left out when once. */
function times(by: number): string {
  const factor = Number(Math.abs(by).toPrecision(3));
  return factor === 1 ? '' : `${factor} `;
}

const withInterval = ({ value, low, high }: Interval): string =>
  `${Math.round(value)} [${Math.round(low)}, ${Math.round(high)}]`;
