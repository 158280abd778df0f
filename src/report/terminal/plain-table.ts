import CliTable from 'cli-table3';

/** A table without borders but for the rule under its head; the first `leftColumns` are aligned left. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns: number,
): string {
  const table = new CliTable({
    head: [...head],
    colAligns: head.map((_, column) => (column < leftColumns ? 'left' : 'right')),
    chars: BORDERLESS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  return table.toString().replaceAll(/[ \t]+$/gm, '');
}

/** Only the rule under the head; columns stand two blanks apart. */
const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  right: '',
  'right-mid': '',
  mid: '─',
  'mid-mid': '──',
  middle: '  ',
} as const;
