import type { Precision } from '../../model/experiment/result.ts';

/** How well what decides is known, when that was asked for; empty otherwise, and where nothing has an interval. */
export function precisionText(precision: Precision | undefined): string {
  if (precision === undefined || precision.reached === null) return '';
  return `Precision asked for: ±${shareText(precision.wanted)}; reached: ±${shareText(precision.reached)}.`;
}

const shareText = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
