import type { Figure } from './figure.ts';

/**
 * A number a figure may stand for, from a uniform one in [0, 1): its median is the value, and each half is uniform
 * between the value and the bound. Nothing more is known of a figure than these three numbers.
 */
export function drawWithin({ value, low, high }: Figure, uniform: number): number {
  return uniform < 0.5 ? low + (value - low) * 2 * uniform : value + (high - value) * (2 * uniform - 1);
}
