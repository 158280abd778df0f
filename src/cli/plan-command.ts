import type { PlanOptions } from './plan-options.ts';

/** Options an answer does not depend on. */
type Ways = 'template' | 'workers' | 'explain' | 'out' | 'pictures' | 'json';

/** Every option an answer depends on, in the order of the help. */
const NAMES: Readonly<Record<Exclude<keyof PlanOptions, Ways>, string>> = {
  seats: 'seats',
  hosts: 'hosts',
  catalogue: 'catalogue',
  platform: 'platform',
  target: 'target',
  probability: 'probability',
  sessions: 'sessions',
  hours: 'hours',
  spot: 'spot',
  priceDate: 'price-date',
  seed: 'seed',
  quick: 'quick',
};

/** The command that asks the same again: what was left out is left out, apart from the seed. */
export function planCommand(options: PlanOptions): string {
  const words = Object.entries(NAMES).flatMap(([key, name]) => {
    const value = options[key as keyof typeof NAMES];
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    const values = typeof value === 'object' ? value : [value];
    return values.map((one) => `--${name} ${quoted(String(one))}`);
  });
  return ['nestmark plan', quoted(options.template), ...words].join(' ');
}

/** As a POSIX shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
