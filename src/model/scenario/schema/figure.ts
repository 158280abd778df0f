import { z } from 'zod';
import { BASES, type Basis, type Figure } from '../figure.ts';
import { foundExpected, worded } from '../wording.ts';
import { about, block, decimal, prose, quantity } from './fields.ts';

/** `{ value, low, high, basis, source }` of each kind of number that figures are given for. */
export const durationFigure = figure(quantity('duration')).meta({ id: 'duration-figure' });
export const costFigure = figure(quantity('cost')).meta({ id: 'cost-figure' });
export const rateFigure = figure(quantity('rate')).meta({ id: 'rate-figure' });
export const countFigure = figure(decimal({ min: 0 })).meta({ id: 'count-figure' });
/** At least 1. */
export const numberFigure = figure(decimal({ min: 1, max: 1_000_000 })).meta({ id: 'number-figure' });
export const speedFigure = figure(decimal({ min: 0.01, max: 100 })).meta({ id: 'speed-figure' });
export const priceFigure = figure(quantity('price')).meta({ id: 'price-figure' });
export const storagePriceFigure = figure(quantity('storage-price')).meta({ id: 'storage-price-figure' });
export const sizeFigure = figure(quantity('size')).meta({ id: 'size-figure' });
export const shareFigure = figure(quantity('share', { most: '100 %' })).meta({ id: 'share-figure' });
/** A share above one half. */
export const chargeFigure = figure(decimal({ min: 0.5, max: 1 })).meta({ id: 'charge-figure' });
export const throughputFigure = figure(decimal({ min: 1, max: 2 })).meta({ id: 'throughput-figure' });

function figure(number: z.ZodType<number>) {
  const shape = block({
    value: about(number, 'The best single number.'),
    low: about(number.optional(), 'Lower bound. Needed when derived or assumed.'),
    high: about(number.optional(), 'Upper bound. Needed when derived or assumed.'),
    basis: about(z.enum(BASES), 'What the number rests on.'),
    source: about(prose(2000), 'Paper, table, kernel file, record; or the reasoning, when assumed.'),
  });
  const checked = shape.superRefine((read, context) => {
    const report = (path: string, message: { message: string; hint?: string }): void => {
      context.addIssue({ code: 'custom', path: [path], params: { ...message } });
    };
    const bounded = read.low !== undefined && read.high !== undefined;
    if ((read.basis === 'assumed' || read.basis === 'derived') && !bounded) {
      const missing = read.low === undefined ? 'low' : 'high';
      report('basis', {
        message: `found a figure that is ${read.basis} and has no ${missing}, expected low and high`,
        hint: 'how far off could it be?',
      });
    }
    if (read.low !== undefined && read.low > read.value) {
      report('low', foundExpected('a low bound above the value', 'low <= value <= high'));
    }
    if (read.high !== undefined && read.high < read.value) {
      report('high', foundExpected('a high bound below the value', 'low <= value <= high'));
    }
  });
  return worded(checked, { expected: 'a figure: { value, low, high, basis, source }' });
}

interface FigureDocument {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly basis: Basis;
  readonly source: string;
}

/** A bound that is left out is the value itself: a setting that was read, not estimated. */
export function toFigure<T extends number>(read: FigureDocument): Figure<T> {
  return {
    value: read.value as T,
    low: (read.low ?? read.value) as T,
    high: (read.high ?? read.value) as T,
    basis: read.basis,
    source: read.source,
  };
}
