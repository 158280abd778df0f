import { exp, log } from '../kernel/elementary.ts';
import { RandomStream } from '../kernel/random-stream.ts';
import type { Draw } from './draw.ts';
import type { Figure } from './figure.ts';

/** Which numbers stand for the uncertain figures in one run. */
export type ParameterChoice =
  | { readonly kind: 'best' }
  /** All of them at random, from the set of this number: the same set for every host and number of seats. */
  | {
      readonly kind: 'sampled';
      readonly seed: number;
      readonly set: number;
      /** Those that are drawn; the others are at their best. Absent: all. */
      readonly only?: (parameter: string) => boolean;
    }
  /** One of them at an end of its range, all others at their best. */
  | { readonly kind: 'pinned'; readonly parameter: string; readonly end: 'low' | 'high' };

export const BEST: ParameterChoice = { kind: 'best' };

export function drawOf(choice: ParameterChoice): Draw {
  switch (choice.kind) {
    case 'best':
      return (figure) => figure.value;
    case 'pinned':
      return (figure, parameter) => (parameter === choice.parameter ? figure[choice.end] : figure.value);
    case 'sampled':
      return (figure, parameter) =>
        choice.only === undefined || choice.only(parameter)
          ? sampled(figure, RandomStream.named(choice.seed, choice.set, `parameter/${parameter}`))
          : figure.value;
  }
}

/**
 * Half the time below the best value and half above it, evenly between it and the bound; on a logarithmic scale
 * where all three are above 0, because bounds are given as factors.
 */
function sampled({ value, low, high }: Figure, stream: RandomStream): number {
  const below = stream.uniform() < 0.5;
  const share = stream.uniform();
  const bound = below ? low : high;
  if (bound === value) return value;
  if (low > 0) {
    const drawn = exp(log(value) + share * (log(bound) - log(value)));
    return Math.min(Math.max(drawn, low), high);
  }
  return value + share * (bound - value);
}
