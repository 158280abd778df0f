import type { ChartTable } from '../chart/chart.ts';
import { html, type Markup } from './markup.ts';

/** A table in a box that scrolls by itself when the window is narrower, by keyboard too. */
export function tableMarkup(caption: string, table: ChartTable, chart: string | null = null): Markup {
  const { columns, rows } = table;
  const head = columns.map(({ title, kind }) => html`<th scope="col" class="${kind}">${title}</th>`);
  const body = rows.map((cells) => {
    const tds = cells.map((cell, index) => {
      if (index === 0) return html`<th scope="row">${cell}</th>`;
      return html`<td class="${columns[index]!.kind}">${cell}</td>`;
    });
    return html`<tr>${tds}</tr>
`;
  });
  const { markup } = html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`;
  return { markup, tables: [{ caption, table, chart }] };
}

/** A table folded away behind a line that says what it holds. */
export function foldedTable(
  summary: string,
  caption: string,
  table: ChartTable,
  chart: string | null = null,
): Markup {
  return html`<details><summary>${summary}</summary>${tableMarkup(caption, table, chart)}</details>`;
}
