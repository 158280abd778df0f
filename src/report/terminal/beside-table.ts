import { Ansis } from 'ansis';
import type { Beside } from '../beside/beside.ts';
import { besideTable } from '../beside/shown.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** More rows than this are for the page. */
const MOST_ROWS = 24;

/** Documents side by side for a terminal: the answer, then group by group. */
export function renderBeside(raw: Beside, options: TableOptions = {}): string {
  const beside = printable(raw);
  const width = widthOf(options);
  const { bold } = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const tables = beside.groups.map((group) => {
    const { columns, rows } = besideTable(beside, group);
    const more = rows.length - MOST_ROWS;
    const table = plainTable(
      columns.map(({ title }) => title),
      rows.slice(0, MOST_ROWS),
      1,
    );
    return `${bold(group.title)}\n${table}${more > 0 ? `\n${more} more rows with --out` : ''}`;
  });
  const { question, headline, sentence } = beside.answer;
  return `${[
    `${wrap(question, width)}\n${bold(headline)}. ${wrap(sentence, width)}`,
    ...tables,
    [beside.intervals, ...beside.notes].map((line) => wrap(line, width)).join('\n'),
  ].join('\n\n')}\n`;
}
