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
<p class="lead">CPU time on the metal, all levels together. The range has every parameter at its low end, then every one at its high end: wider than a 95 % interval.</p>
${costTable(platform)}
${await figuresMarkup(platformCharts(platform), specifications)}
${calibration === undefined ? null : listMarkup(calibration.notes.map(sentenceOf))}
${foldedTable(`All ${figures.length} parameters with interval, basis and source`, 'Parameters of the platform', parameterTable(figures))}`,
  };
}

function costTable(platform: Platform): Markup {
  try {
    const rows = classCosts(platform).map(({ exitClass, byDepth }) => [
      exitClass,
      ...byDepth.flatMap((cost) => {
        const { mean, range, unit } = durationText(cost, 'three digits');
        return [`${mean} ${unit}`, range];
      }),
    ]);
    const columns = DEPTHS.flatMap((depth) => [number(`From ${levelName(depth)}`), number('Range')]);
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
