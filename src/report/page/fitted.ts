import { ExitCostError } from '../../model/machine/exit-cost.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { platformCharts } from '../chart/all-charts.ts';
import { number, sentence, text } from '../chart/chart.ts';
import { classCosts, DEPTHS } from '../fitted/exit-costs.ts';
import { basesOf, figuresOf, figureWords, type NamedFigure } from '../fitted/figures.ts';
import { durationText } from '../text/figure.ts';
import { basesText, levelName, sentenceOf } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html, type Markup } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { foldedTable, tableMarkup } from './table.ts';

/** The platform profile: what an exit costs in it, how well it reproduces the record, and every number's basis. */
export async function fittedSection(platform: Platform, specifications: Specifications): Promise<Section> {
  const figures = figuresOf(platform);
  const { calibration } = platform;
  return {
    id: 'fitted',
    title: calibration === undefined ? 'What the platform costs' : 'What was fitted',
    body: html`<p class="lead">Platform <strong>${platform.title}</strong>: ${platform.hypervisor}; ${platform.cpu}. ${basesText(basesOf(figures))}${platform.clock === 'instructions' ? ' Its nanoseconds are counted instructions times a fixed step, not real time.' : ''}</p>
<h3>Cost of one exit, by class and by the level of the guest that exits</h3>
<p class="lead">CPU time on the metal, all levels together. ${rangeNote(platform)}</p>
${costTable(platform)}
${await figuresMarkup(platformCharts(platform), specifications)}
${calibration === undefined || calibration.notes.length === 0 ? null : html`<h3>What the record could tell, and what it could not</h3><div class="fine">${listMarkup(calibration.notes.map(sentenceOf))}</div>`}
${foldedTable(`All ${figures.length} parameters with interval, basis and source`, 'Parameters of the platform', parameterTable(figures))}`,
  };
}

/** Fitted parameters trade off against each other, so that their ends do not bound a cost in any useful way. */
function rangeNote({ calibration }: Platform): string {
  return calibration === undefined
    ? 'The range has every parameter at its low end, then every one at its high end: wider than a 95 % interval.'
    : 'How far they are off is below. A record fixes sums of parameters better than each: see the notes.';
}

function costTable(platform: Platform): Markup {
  const ranged = platform.calibration === undefined;
  try {
    const rows = classCosts(platform).map(({ exitClass, byDepth }) => [
      exitClass,
      ...byDepth.flatMap((cost) => {
        const { mean, range, unit } = durationText(cost, 'three digits');
        return ranged ? [`${mean} ${unit}`, range] : [`${mean} ${unit}`];
      }),
    ]);
    const columns = DEPTHS.flatMap((depth) => {
      const head = number(`From ${levelName(depth)}`);
      return ranged ? [head, number('Range')] : [head];
    });
    return tableMarkup('Cost of one exit', { columns: [text('Exit class'), ...columns], rows });
  } catch (error) {
    if (!(error instanceof ExitCostError)) throw error;
    return html`<p>The costs by level cannot be worked out: ${error.message}</p>`;
  }
}

function parameterTable(figures: readonly NamedFigure[]): Parameters<typeof tableMarkup>[1] {
  return {
    columns: [text('Parameter'), number('Value'), number('Interval'), text('Basis'), sentence('Source')],
    rows: figures.map((named) => {
      const { value, range } = figureWords(named);
      return [named.name, value, range, named.figure.basis, named.figure.source];
    }),
  };
}
