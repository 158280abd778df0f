import type { FigureAxis } from './axis.ts';
import type { Layer } from './chart.ts';
import { colour } from './theme.ts';

/** A vertical line at a value; `emphatic` for a limit someone asked for. */
export interface Reference {
  readonly value: number;
  /** Stands above the line; may be empty. */
  readonly label: string;
  readonly emphatic: boolean;
}

/** From this place of the axis on a label stands left of its line, where there is room for it. */
const RIGHT_PART = 0.6;

export function referenceRules(references: readonly Reference[], axis: FigureAxis): Layer[] {
  return references.map(({ value, emphatic }) => ({
    data: { values: [{ value }] },
    mark: {
      type: 'rule',
      color: colour(emphatic ? 'limit' : 'muted'),
      strokeWidth: emphatic ? 1.5 : 1.25,
      ...(emphatic ? { strokeDash: [5, 4] } : {}),
    },
    encoding: { x: positionOn(axis) },
  }));
}

export function referenceLabels(references: readonly Reference[], axis: FigureAxis): Layer[] {
  return references
    .filter(({ label }) => label !== '')
    .map(({ value, label, emphatic }) => ({
      data: { values: [{ value, label }] },
      mark: {
        type: 'text',
        align: placeOn(value, axis) > RIGHT_PART ? 'right' : 'left',
        baseline: 'bottom',
        dy: -5,
        y: 0,
        color: colour(emphatic ? 'limit' : 'muted'),
      },
      encoding: { x: positionOn(axis), text: { field: 'label' } },
    }));
}

function positionOn({ scale, domain }: FigureAxis) {
  return {
    field: 'value',
    type: 'quantitative',
    scale: { type: scale, domain: [...domain] as number[], nice: false },
  } as const;
}

/** Where a value stands on an axis: 0 at its left end, 1 at its right. */
function placeOn(value: number, { scale, domain: [from, to] }: FigureAxis): number {
  const at = (number: number): number => (scale === 'log' ? Math.log(number) : number);
  return (at(value) - at(from)) / (at(to) - at(from));
}
