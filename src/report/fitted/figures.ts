import type { BasisCount } from '../../model/experiment/result.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { Platform } from '../../model/scenario/platform.ts';

import { durationText, settingText } from '../text/figure.ts';

/** One number of a platform profile by the name it has in the file. */
export interface NamedFigure {
  readonly name: string;
  readonly unit: 'ns' | 'none';
  readonly figure: Figure;
}

/** Every number of a profile, in the order of the file. */
export function figuresOf(platform: Platform): readonly NamedFigure[] {
  const { scheduler, exits, network } = platform;
  const time = (name: string, figure: Figure): NamedFigure => ({ name, unit: 'ns', figure });
  const plain = (name: string, figure: Figure): NamedFigure => ({ name, unit: 'none', figure });
  return [
    time('exits, switch', exits.switch),
    ...Object.entries(exits.classes).flatMap(([name, { handle, reflect, ops }]) => [
      time(`${name}, handle`, handle),
      time(`${name}, reflect`, reflect),
      ...Object.entries(ops).map(([op, count]) => plain(`${name}, ${op} per exit`, count)),
    ]),
    ...Object.entries(exits.reflectOps ?? {}).map(([op, count]) =>
      plain(`reflection, ${op} per exit`, count),
    ),
    ...Object.entries(scheduler).flatMap(([name, part]) =>
      typeof part === 'object'
        ? [name === 'smtCharge' ? plain('SMT charge', part) : time(`scheduler, ${words(name)}`, part)]
        : [],
    ),
    plain('SMT throughput', platform.smtThroughput),
    ...(platform.cacheRefill === undefined ? [] : [time('cache refill', platform.cacheRefill)]),
    time('network, forward', network.forward),
    time('network, copy', network.copy),
    time('network, drop', network.drop),
    time('network, receive', network.receive),
    plain('network, ring', network.ring),
    plain('network, batch', network.batch),
  ];
}

/** `minimumRun`: `minimum run`. */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export function basesOf(figures: readonly NamedFigure[]): BasisCount {
  const count = (basis: Figure['basis']): number =>
    figures.filter(({ figure }) => figure.basis === basis).length;
  return {
    measured: count('measured'),
    published: count('published'),
    derived: count('derived'),
    assumed: count('assumed'),
  };
}

/** A number of a profile: as it stands there when it has no interval, else to four digits, and its bounds. */
export function figureWords({ unit, figure: { value, low, high } }: NamedFigure): {
  value: string;
  range: string;
} {
  const exact = low === high;
  if (unit === 'ns') {
    const text = durationText({ mean: value, low, high }, exact ? 'as given' : 'four digits');
    return { value: `${text.mean} ${text.unit}`, range: exact ? '' : text.range };
  }
  const digits = (number: number): string => settingText(exact ? number : Number(number.toPrecision(4)));
  return { value: digits(value), range: exact ? '' : `${digits(low)}–${digits(high)}` };
}
