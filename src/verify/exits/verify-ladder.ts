import { RandomStream } from '../../model/kernel/random-stream.ts';
import type { ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import { drawWithin } from '../../model/scenario/draw-within.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { Comparison } from '../comparison.ts';
import { fitLadder, type LadderPoint } from './fit-ladder.ts';
import { LADDER, LADDER_ASSUMPTIONS, type LadderRow } from './published-ladder.ts';

const DRAWS = 2_000;
const TAIL = 0.025;

/**
 * Fitted on L1 and L2 of the published table, L3 predicted. The interval is the middle 95 % of predictions with every
 * assumption drawn within its bounds, refitted on L1 and L2 each time.
 */
export function verifyLadder(seed: number): readonly Comparison[] {
  const rows: readonly LadderRow[] = LADDER.rows;
  const best = predictions(
    rows,
    pointOf((figure) => figure.value, rows),
  );
  const stream = RandomStream.named(seed, 0, 'verify/exits');
  const drawn = Array.from({ length: DRAWS }, () =>
    predictions(
      rows,
      pointOf((figure) => drawWithin(figure, stream.uniform()), rows),
    ),
  );
  return rows.flatMap(({ operation, cycles }, row) =>
    cycles.map((measured, index): Comparison => {
      const fitted = index < 2;
      const values = drawn.map((each) => each[row]![index]!).sort((a, b) => a - b);
      return {
        name: `${operation}, L${index + 1}`,
        unit: 'cycles',
        measured,
        predicted: best[row]![index]!,
        interval: fitted
          ? null
          : [values[Math.floor(TAIL * DRAWS)]!, values[Math.ceil((1 - TAIL) * DRAWS) - 1]!],
        fitted,
      };
    }),
  );
}

const predictions = (rows: readonly LadderRow[], point: LadderPoint): number[][] => {
  const parameters = fitLadder(rows, point);
  return rows.map(({ exitClass }) => [1, 2, 3].map((depth) => exitCost(parameters, exitClass, depth).total));
};

function pointOf(pick: (figure: Figure) => number, rows: readonly LadderRow[]): LadderPoint {
  const shadowable: Partial<Record<ExitClass, number>> = {};
  for (const row of rows) shadowable[row.exitClass] = pick(row.shadowable);
  const a = LADDER_ASSUMPTIONS;
  return {
    switchShare: pick(a.switchShare),
    accessRatio: pick(a.accessRatio),
    unshadowed: pick(a.unshadowed),
    reflectShare: pick(a.reflectShare),
    reflectAccesses: pick(a.reflectAccesses),
    entryAccesses: pick(a.entryAccesses),
    shadowable,
  };
}
