import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import type { Basis, Figure } from '../../model/scenario/figure.ts';
import type { Platform } from '../../model/scenario/platform.ts';

/** One parameter of a profile, for a table. */
export interface CalibrationRow {
  /** Null for what all classes share. */
  readonly exitClass: ExitClass | null;
  readonly parameter: 'switch' | 'handle' | 'reflect' | 'ops';
  /** The class of op a count is of. */
  readonly op: ExitClass | null;
  readonly unit: 'ns' | 'count';
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly basis: Basis;
  readonly source: string;
}

export const CALIBRATION_ROW_COLUMNS = [
  'exitClass',
  'parameter',
  'op',
  'unit',
  'value',
  'low',
  'high',
  'basis',
  'source',
] as const satisfies readonly (keyof CalibrationRow)[];

/** Every parameter of the exit recursion, tidy, in the model's order. */
export function rowsOfCalibration({ exits }: Platform): CalibrationRow[] {
  const row = (
    exitClass: ExitClass | null,
    parameter: CalibrationRow['parameter'],
    op: ExitClass | null,
    { value, low, high, basis, source }: Figure,
  ): CalibrationRow => ({
    exitClass,
    parameter,
    op,
    unit: parameter === 'ops' ? 'count' : 'ns',
    value,
    low,
    high,
    basis,
    source,
  });
  return [
    row(null, 'switch', null, exits.switch),
    ...EXIT_CLASSES.flatMap((exitClass) => {
      const entry = exits.classes[exitClass];
      if (entry === undefined) return [];
      return [
        row(exitClass, 'handle', null, entry.handle),
        row(exitClass, 'reflect', null, entry.reflect),
        ...EXIT_CLASSES.flatMap((op) => {
          const count = entry.ops[op];
          return count === undefined ? [] : [row(exitClass, 'ops', op, count)];
        }),
      ];
    }),
  ];
}
