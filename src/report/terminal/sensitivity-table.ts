import { Ansis } from 'ansis';
import { carrying, type MovedAnswer, type Sensitivity } from '../../model/experiment/sensitivity.ts';
import { countText, plainText, plusMinusText } from '../text/figure.ts';
import { parameterName, parameterValue } from '../text/parameter.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** Which number moves the answer most, for a terminal. */
export function renderSensitivity(raw: Sensitivity, options: TableOptions = {}): string {
  const result = printable(raw);
  const width = widthOf(options);
  const paint = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const { answer, rows, uncertain, replications, seed } = result;
  const most = carrying(result);
  const head =
    most === null
      ? `No number alone moves the answer by more than chance does in ${replications} replications.`
      : `${parameterName(most.parameter)} moves the answer most: ${plainText(most.atLow.answer)} × to ${plainText(most.atHigh.answer)} ×.`;
  const setting = `Slowdown at p95 of ${answer.entity} is ${plusMinusText(answer)} × with every number at its value. ${countText(rows.length)} of ${countText(uncertain)} uncertain numbers, those that move most in a first pass by the fluid engine, each at both ends of its interval; ${replications} replications with the same random numbers, seed ${seed}.`;
  const table = plainTable(
    ['Number', 'Value', 'Interval', 'Basis', 'At low', 'At high'],
    rows.map((row) => [
      parameterName(row.parameter),
      parameterValue(row, row.figure.value),
      `${parameterValue(row, row.figure.low)} – ${parameterValue(row, row.figure.high)}`,
      row.figure.basis,
      movedText(row.atLow),
      movedText(row.atHigh),
    ]),
    1,
  );
  const blocks = [`${paint.bold(wrap(head, width))}\n${paint.dim(wrap(setting, width))}`, table];
  return `${blocks.join('\n\n')}\n`;
}

/** A dash when nothing moves, and a question mark when chance may have moved it. */
function movedText({ difference, low, high }: MovedAnswer): string {
  if (difference === 0) return '–';
  const unsure = low !== null && high !== null && low <= 0 && high >= 0;
  return `${difference < 0 ? '−' : '+'}${plainText(Math.abs(difference))}${unsure ? ' ?' : ''}`;
}
