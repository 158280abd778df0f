import { InvalidArgumentError } from '@commander-js/extra-typings';

/** A commander parser of shares above 0 % and below 100 %: `5%`, `2.5 %`; or `0.05`. */
export function share(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (!(value > 0 && value < 1)) {
    throw new InvalidArgumentError('Expected a share above 0 % and below 100 %, such as 5%.');
  }
  return value;
}
