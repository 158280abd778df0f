import { z } from 'zod';
import { foundExpected, worded } from '../explain.ts';
import { BASES, type Basis, type Figure } from '../figure.ts';
import type { Dimension } from '../quantity.ts';
import { block, decimal, prose, quantity } from './fields.ts';

/** A figure whose value is a quantity with a unit. */
export const quantityFigure = (dimension: Dimension) =>
  figure(quantity(dimension)).meta({ id: `${dimension}-figure` });

/** A figure whose value is a plain number: a count or a ratio. */
export const numberFigure = (range: { readonly min: number; readonly max?: number }) =>
  figure(decimal(range));

/** A figure whose value is a rate such as `250 /s`. */
export const rateFigure = () => figure(quantity('rate')).meta({ id: 'rate-figure' });

function figure(number: z.ZodType<number>) {
  const shape = block({
    value: number,
    low: number.optional(),
    high: number.optional(),
    basis: z.enum(BASES),
    source: prose(2000),
  });
  worded(shape, { expected: 'a figure: { value, low, high, basis, source }' });
  return shape.superRefine((read, context) => {
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
