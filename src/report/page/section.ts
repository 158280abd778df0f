import { html, type Markup } from './markup.ts';

/** A part of the page with a place in its table of contents. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

export function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}
</section>`;
}

/** A list without bullets' noise when it has only one item. */
export function listMarkup(items: readonly string[]): Markup | null {
  if (items.length === 0) return null;
  if (items.length === 1) return html`<p>${items[0]!}</p>`;
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
