import type { Beside } from '../beside/beside.ts';
import { besideChart, besideTable } from '../beside/shown.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { foldedTable, tableMarkup } from './table.ts';

/** More rows than this are folded away. */
const OPEN_ROWS = 16;

export async function besideSection(beside: Beside, specifications: Specifications): Promise<Section> {
  const chart = besideChart(beside);
  return {
    id: 'beside',
    title: 'Side by side',
    body: html`<p class="lead">${beside.documents[0]!.name} is what the others are held against. ${beside.intervals}</p>
${listMarkup(beside.notes)}
${chart === null ? null : await figuresMarkup([chart], specifications)}
${beside.groups.map((group) => {
  const table = besideTable(beside, group);
  return group.rows.length > OPEN_ROWS
    ? html`<h3>${group.title}</h3>${foldedTable(`All ${group.rows.length} rows`, group.title, table)}`
    : html`<h3>${group.title}</h3>${tableMarkup(group.title, table)}`;
})}`,
  };
}

/** What each document is, and the command that puts them side by side again. */
export function besideEntries({
  documents,
}: Beside): readonly (readonly [term: string, value: string | Markup])[] {
  return [
    ...documents.map(({ name, file, origin }) => [name, `${file}: ${origin}`] as const),
    ['To repeat it', html`<code>nestmark compare ${documents.map(({ file }) => file).join(' ')}</code>`],
  ];
}

export function besideTitle({ documents }: Beside): string {
  const [first, ...others] = documents.map(({ name }) => name);
  return `${others.join(', ')} against ${first}`;
}
