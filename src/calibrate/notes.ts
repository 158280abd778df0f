import type { BenchRecord } from '../bench/record/record.ts';
import type { FittedExits } from './fit.ts';
import type { Identifiability } from './identifiability.ts';
import { REFLECT_SHARE } from './published-costs.ts';

/** What a reader of the profile must know, in words: what the record tells, and what it leaves open. */
export function notesOf(record: BenchRecord, fit: FittedExits, told: Identifiability): string[] {
  const notes = [
    `fitted on ${fit.measured.join(', ')}; every other class is a published ratio to one of these`,
    identifiedNote(fit),
    freedomNote(told),
  ];
  notes.push(fit.shared === null ? missingLevelTwo(record) : sharedNote(fit));
  if (
    fit.shared !== null &&
    record.counters.every(({ level, workloadLevel }) => level !== 0 || workloadLevel !== 2)
  ) {
    notes.push(
      'no counters of level 0 while L2 ran: how often a guest hypervisor traps is published, not counted',
    );
  }
  notes.push(
    record.header.clock === 'instructions'
      ? 'an instruction clock: these are path lengths, not times; intervals are widened to a thousandth, as far as medians repeat from boot to boot'
      : 'one boot: intervals cover the samples of this boot, not how another would differ',
    'network, SMT and scheduler figures are not in the record',
  );
  return notes;
}

function identifiedNote({ identified }: FittedExits): string {
  const figures = identified.map(
    ({ what, value, low, high }) => `${what} = ${whole(value)} [${whole(low)}, ${whole(high)}]`,
  );
  return `identified, in ns with 95 % intervals: ${figures.join('; ')}`;
}

function freedomNote({ parameters, observations, rank, condition, free }: Identifiability): string {
  const directions = free.map((direction) =>
    Object.entries(direction)
      .map(
        ([name, by]) =>
          `${by < 0 ? '-' : '+'}${Math.abs(by) === 1 ? '' : `${Number(Math.abs(by).toPrecision(3))} `}${name}`,
      )
      .join(' '),
  );
  return `not identified: ${observations.length} costs determine ${rank} of ${parameters.length} parameters (condition ${condition.toPrecision(3)}); free to move together: ${directions.join('; ')}`;
}

function sharedNote({ shared }: FittedExits): string {
  const { turnaround, turnaroundInterval, access, accessInterval, accessIdentified, scatter } = shared!;
  return [
    `nested exits share reflect + cost(vm-entry, 1) = ${whole(turnaround)} ns [${whole(turnaroundInterval.low)}, ${whole(turnaroundInterval.high)}], split ${REFLECT_SHARE.ratio} to ${1 - REFLECT_SHARE.ratio} as published`,
    `a trapped access costs ${whole(access)} ns [${whole(accessInterval.low)}, ${whole(accessInterval.high)}], ${accessIdentified ? 'fitted across the classes' : 'not identified: the published ratio within its bounds'}`,
    `classes scatter by ${(100 * scatter).toFixed(1)} % around what they share; each class's own reflect takes that up`,
    'level 2 rows that were not fitted: each class predicted from the others',
  ].join('; ');
}

function missingLevelTwo(record: BenchRecord): string {
  const reason = record.missing.find(({ level }) => level === 2)?.reason;
  return `no exit was measured in L2${reason === undefined ? '' : ` (${reason})`}: reflection, VM entry and ops are published ratios with wide ranges`;
}

const whole = (value: number): string => Math.round(value).toString();
