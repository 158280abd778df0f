import type { SimulatedCell, Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { settingText } from '../text/figure.ts';
import {
  alignedRows,
  BESIDE_SCHEMA,
  type Beside,
  type BesideCell,
  type BesideRow,
  drawnAlike,
  type Named,
  PAIRED_INTERVALS,
  rowCell,
} from './beside.ts';

/** Sweeps side by side, combination by combination. */
export function besideSweeps(sweeps: readonly Named<Sweep>[]): Beside {
  const documents = sweeps.map(({ document }) => document);
  return {
    schema: BESIDE_SCHEMA,
    of: 'sweeps',
    documents: sweeps.map(({ name, file, document }) => ({
      name,
      file,
      origin: `${document.scenario.name}, ${document.axes.map((axis) => `${axis.name} ${axis.values.map(valueText).join(', ')}`).join('; ')}; nestmark ${document.version}, seed ${document.seed}, ${document.replications} replications`,
    })),
    answer: {
      question: `How do ${sweeps.length} sweeps compare?`,
      verdict: 'none',
      headline: documents.some(({ knees }) => knees.length > 0) ? 'Knees' : 'Side by side',
      sentence: sweeps.map(({ name, document }) => `${name}: ${kneeText(document)}`).join('; '),
    },
    groups: [
      {
        title: 'Slowdown of the probe at the 95th percentile',
        drawn: true,
        rows: cellRows(documents, 'tail'),
      },
      { title: 'Ready, of the role that waits most', drawn: false, rows: cellRows(documents, 'ready') },
      { title: 'Knee along seats', drawn: false, rows: alignedRows(documents, kneeCells) },
    ].filter(({ rows }) => rows.length > 0),
    intervals: PAIRED_INTERVALS,
    notes: [],
  };
}

function cellRows(documents: readonly Sweep[], figure: 'tail' | 'ready'): readonly BesideRow[] {
  return alignedRows(documents, (sweep, index) =>
    sweep.cells.flatMap((cell): [string, BesideCell][] => {
      if (cell.status === 'refused')
        return [[nameOf(sweep, cell.settings), { text: 'no sound scenario', figure: null }]];
      const row = cell[figure];
      return row === null ? [] : [[nameOf(sweep, cell.settings), rowCell(row, drawnAlike(documents, index))]];
    }),
  );
}

const nameOf = ({ axes }: Sweep, settings: SimulatedCell['settings']): string =>
  settings.map((value, axis) => `${axes[axis]!.name} ${valueText(value)}`).join(', ');

function kneeCells({ knees, axes }: Sweep): [string, BesideCell][] {
  return knees.map(({ settings, entity, seats, low, high, to }) => {
    const others = settings.flatMap((value, axis) =>
      value === null ? [] : [`${axes[axis]!.name} ${valueText(value)}`],
    );
    return [
      [entity, ...others].join(', '),
      seats === null
        ? { text: `none up to ${to}`, figure: null }
        : {
            text: `${threeDigits(seats)} seats${low === null || high === null ? '' : ` (${threeDigits(low)}–${threeDigits(high)})`}`,
            figure: { mean: seats, low, high },
          },
    ];
  });
}

function kneeText({ knees, cells }: Sweep): string {
  const found = knees.flatMap(({ seats }) => (seats === null ? [] : [seats]));
  if (knees.length === 0) return `${cells.length} combinations`;
  return found.length === 0
    ? `none up to ${knees[0]!.to} seats`
    : `at ${threeDigits(Math.min(...found))} seats`;
}

const threeDigits = (value: number): string => settingText(Number(value.toPrecision(3)));
