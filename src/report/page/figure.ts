import { type Chart, NARROW, WIDE } from '../chart/chart.ts';
import { chartRenderer, type VegaSpec } from '../chart/render.ts';
import { html, type Markup, raw } from './markup.ts';
import { foldedTable } from './table.ts';

/** The charts' specifications by variant, for the script that brings them to life. */
export type Specifications = Record<string, VegaSpec>;

/**
 * A chart on the page: what it shows, how to read it, the picture in two widths (one of which CSS shows), and the
 * numbers behind it. Its specifications are added to `specifications`.
 */
export async function figureMarkup(chart: Chart, specifications: Specifications): Promise<Markup> {
  const renderer = await chartRenderer();
  const variants: Markup[] = [];
  for (const [size, layout] of [
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const) {
    const key = `${chart.name}-${size}`;
    const { vega, svg } = await renderer.page(chart, layout);
    specifications[key] = vega;
    variants.push(
      html`<div class="variant ${size}" data-chart="${key}" aria-hidden="true">${raw(svg)}</div>`,
    );
  }
  const id = `figure-${chart.name}`;
  return html`<figure id="${id}">
<figcaption><h3>${chart.title}</h3><p>${chart.reading}</p></figcaption>
<div class="chart" role="img" aria-label="${chart.title}. ${chart.description}">${variants}</div>
${foldedTable('The numbers behind this chart', `${chart.title}: numbers`, chart.table, chart.name)}
</figure>`;
}

export async function figuresMarkup(
  charts: readonly Chart[],
  specifications: Specifications,
): Promise<Markup[]> {
  const figures: Markup[] = [];
  for (const chart of charts) figures.push(await figureMarkup(chart, specifications));
  return figures;
}
