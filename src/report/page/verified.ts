import type { Chart } from '../chart/chart.ts';
import type { Answer } from '../text/answer.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import { listMarkup, type Section } from './section.ts';

/** What a `nestmark verify` found, for a page. */
export interface Verification {
  readonly title: string;
  readonly answer: Answer;
  /** How it was done, in a sentence or two. */
  readonly lead: string;
  readonly charts: readonly Chart[];
  /** What a reader must know besides. */
  readonly notes: readonly string[];
  readonly version: string;
  /** That gives it again. */
  readonly command: string;
}

export async function verifiedSection(
  { lead, charts, notes }: Verification,
  specifications: Specifications,
): Promise<Section> {
  return {
    id: 'verified',
    title: 'What was held against what',
    body: html`<p class="lead">${lead}</p>
${await figuresMarkup(charts, specifications)}
${notes.length === 0 ? null : html`<h3>What to know of it</h3>`}
${listMarkup(notes)}`,
  };
}
