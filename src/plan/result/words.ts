import type { Cause } from '../search/cause.ts';

export const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  asked: 'nothing yet',
  memory: 'memory',
  boot: 'boot storm',
  disk: 'disk',
  rule: 'a rule',
  reservations: 'CPU reservations',
  'cpu-ready': 'CPU ready',
  'hypervisor-time': 'hypervisors’ own time',
  'sibling-threads': 'busy sibling threads',
  'switch-flooding': 'switch flooding',
  network: 'network',
  template: 'the template itself',
};

export { feelWord } from '../advice/feel.ts';
/** `1 seat`, `8 seats`. */
export const countSeats = (seats: number): string => `${seats} ${seats === 1 ? 'seat' : 'seats'}`;

/** `7.9 min`, `24 s`. */
export const secondsText = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Number((seconds / 60).toPrecision(2))} min`;

/** `32 GB`: disks are sold in powers of ten. */
export const gigabytes = (bytes: number): string => `${Number((bytes / 1e9).toPrecision(3))} GB`;
