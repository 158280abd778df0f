import { Ansis } from 'ansis';
import { precisionFinding } from '../../model/experiment/precision.ts';
import type { SimulatedCell, Sweep, SweepKnee } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { countText, plainText, plusMinusText, settingText } from '../text/figure.ts';
import { changeText } from '../text/share.ts';
import { VERDICT_WORDS } from '../text/wording.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** A sweep for a terminal: a line for each combination, then the knees. */
export function renderSweep(raw: Sweep, options: TableOptions = {}): string {
  const sweep = printable(raw);
  const width = widthOf(options);
  const paint = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const { replications, measuredSeconds, warmUpSeconds, seed } = sweep;
  const simulated = sweep.cells.filter((cell) => cell.status === 'simulated');
  const atLeast = simulated.some(({ precision }) => precision !== undefined) ? 'At least ' : '';
  const vague = simulated.flatMap((cell) => vagueText(sweep, cell));
  const heading = [
    paint.bold(wrap(sweep.scenario.name, width)),
    paint.dim(
      wrap(
        `${atLeast}${countText(replications)} replications of ${settingText(measuredSeconds)} s after ${settingText(warmUpSeconds)} s of warm-up in each cell, the same random numbers in all, seed ${seed}. ± and (…) are 95 % intervals.`,
        width,
      ),
    ),
  ].join('\n');
  const refused = sweep.cells.flatMap((cell) =>
    cell.status === 'simulated'
      ? []
      : [`${settingsText(sweep, cell.settings)} is no sound scenario: ${cell.problems.join('; ')}`],
  );
  const blocks = [
    heading,
    table(sweep),
    sweep.knees.map((knee) => wrap(kneeText(sweep, knee), width)).join('\n'),
    [...refused, ...vague].map((text) => wrap(text, width)).join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function table({ axes, cells }: Sweep): string {
  const targets = cells.some((cell) => cell.status === 'simulated' && cell.targets.length > 0);
  const precise = cells.some((cell) => cell.status === 'simulated' && cell.precision !== undefined);
  const head = [
    ...axes.map(({ name }) => name),
    'Slowdown p95 ×',
    'against the first',
    'Ready %',
    ...(precise ? ['Replications'] : []),
    ...(targets ? ['targets'] : []),
  ];
  const lines = cells.map((cell) => [
    ...cell.settings.map(valueText),
    ...(cell.status === 'refused' ? ['refused'] : figures(cell, precise, targets)),
  ]);
  return plainTable(head, lines, axes.length);
}

function figures(
  { tail, change, ready, replications, targets: verdicts }: SimulatedCell,
  precise: boolean,
  targets: boolean,
): string[] {
  return [
    tail === null ? '' : plusMinusText(tail),
    change === null ? '' : changeText(change),
    ready === null ? '' : plusMinusText(ready),
    ...(precise ? [replications === undefined ? '' : countText(replications)] : []),
    ...(targets ? [verdictText(verdicts)] : []),
  ];
}

function vagueText(sweep: Sweep, { settings, precision, replications }: SimulatedCell): string[] {
  if (precision === undefined || precision.met || replications === undefined) return [];
  const finding = precisionFinding(precision, replications);
  return finding === null ? [] : [`${settingsText(sweep, settings)}: ${finding.text}.`];
}

/** The worst verdict stands for all. */
function verdictText(verdicts: SimulatedCell['targets']): string {
  const found = (['missed', 'inconclusive', 'met'] as const).find((word) =>
    verdicts.some(({ verdict }) => verdict === word),
  );
  return found === undefined ? '' : VERDICT_WORDS[found];
}

function kneeText(sweep: Sweep, { settings, entity, growth, from, to, seats, low, high }: SweepKnee): string {
  const where = sweep.axes
    .map(({ name }, axis) => ({ name, value: settings[axis] ?? null }))
    .flatMap(({ name, value }) => (value === null ? [] : [`${name} ${valueText(value)}`]));
  const of = [`Knee of ${entity}`, ...where].join(', ');
  const grown = `the p95 slowdown has grown by ${settingText(100 * growth)} % of what it is at ${from} seats`;
  if (seats === null) {
    const possible = low === null ? '' : `; the interval allows it from ${plainText(low)} seats on`;
    return `${of}: not up to ${to} seats, ${grown.replace('has grown', 'has not grown')} there${possible}.`;
  }
  const range = `${plainText(low ?? from)}–${high === null ? `more than ${to}` : plainText(high)}`;
  return `${of}: at ${plainText(seats)} seats (${range}) ${grown}.`;
}

const settingsText = ({ axes }: Sweep, settings: SimulatedCell['settings']): string =>
  axes.map(({ name }, axis) => `${name}=${valueText(settings[axis]!)}`).join(' ');
