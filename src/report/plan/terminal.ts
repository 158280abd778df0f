import { Ansis } from 'ansis';
import type { PlanResult } from '../../plan/result/plan-result.ts';
import { CAUSE_WORDS, countSeats, gigabytes } from '../../plan/result/words.ts';
import { plainTable } from '../terminal/plain-table.ts';
import { printable } from '../terminal/printable.ts';
import { type TableOptions, widthOf } from '../terminal/table-options.ts';
import { wrap } from '../terminal/wrap.ts';
import { bytesText } from '../text/figure.ts';
import {
  answerLines,
  costSpread,
  dollars,
  emptyHostsText,
  exactPoint,
  exactText,
  hostsToShow,
  kneeText,
  parameterText,
  seatsSpread,
  upSpread,
} from './text.ts';

export interface PlanTerminalOptions extends TableOptions {
  /** List where every number comes from. */
  readonly explain: boolean;
}

/** Hosts listed on a terminal; the JSON document has them all. */
const HOSTS_SHOWN = 12;

/** A plan for an instructor with a budget: the answer in words first, then what it rests on. */
export function renderPlan(result: PlanResult, options: PlanTerminalOptions): string {
  const paint = options.colour === undefined ? new Ansis() : new Ansis(options.colour ? 3 : 0);
  const width = widthOf(options);
  const heading = (text: string): string => paint.bold(text);
  const blocks = [
    [heading(titleOf(result)), ...answerLines(result).map((line) => wrap(line, width))].join('\n'),
    findingsBlock(result, width),
    `${heading('Hosts, cheapest for the course first')}\n${hostTable(result, width)}`,
    curveBlock(result, heading),
    whatIfBlock(result, heading, width),
    sizingBlock(result, heading, width),
    confidenceBlock(result, heading, width),
    options.explain ? originsBlock(result, heading, width) : '',
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function titleOf({ question }: PlanResult): string {
  return printable(`${question.template.title}: ${countSeats(question.seats)} on ${question.hosts}`);
}

function findingsBlock({ findings }: PlanResult, width: number): string {
  const words = { note: 'Note', warning: 'Warning', error: 'Error' } as const;
  return findings
    .map(({ severity, text }) => wrap(`${words[severity].padEnd(8)} ${printable(text)}`, width, 9))
    .join('\n');
}

function hostTable(result: PlanResult, width: number): string {
  const { hosts } = result;
  const shown = hostsToShow(result, HOSTS_SHOWN);
  const table = plainTable(
    [
      'Host',
      'Kind',
      'CPUs',
      'Memory',
      'Seats',
      'USD/h',
      'USD per\nseat-hour',
      'Course\nUSD',
      'Next seat fails for',
      'By',
    ],
    shown.map((row) => [
      printable(row.host),
      row.level === 0 ? 'metal' : 'virtual',
      String(row.cpus),
      bytesText(row.memoryBytes),
      row.binds === 'asked' ? `${row.seats}+` : String(row.seats),
      row.price === null ? '' : row.price.usdPerHour.toFixed(2),
      row.usdPerSeatHour === null ? '' : row.usdPerSeatHour.toFixed(3),
      row.courseUsd === null ? '' : dollars(row.courseUsd),
      CAUSE_WORDS[row.binds],
      row.engine,
    ]),
    2,
  );
  const more = hosts.length - shown.length;
  const empty = emptyHostsText(result);
  return more <= 0
    ? table
    : `${table}\n${wrap(`… and ${more} more${empty === null ? '' : `; of all ${hosts.length}, ${empty}`}; --json has them all`, width, 2)}`;
}

function curveBlock(result: PlanResult, heading: (text: string) => string): string {
  const { curve, question } = result;
  if (curve === null || curve.points.length === 0) return '';
  const most = Math.max(...curve.points.map(({ slowdownP95 }) => slowdownP95));
  const bar = (value: number): string =>
    '█'.repeat(Math.max(1, Math.round((24 * Math.min(value, most)) / most)));
  const rows = curve.points.map(({ seats, slowdownP95, ready, idle }) => [
    String(seats),
    `${slowdownP95.toFixed(2)}×`,
    bar(slowdownP95),
    `${(100 * ready).toFixed(1)} %`,
    `${(100 * idle).toFixed(0)} %`,
  ]);
  const title = heading(printable(`${curve.host} with more and more seats, phase "${curve.phase}"`));
  const table = plainTable(['Seats', 'Slowdown\np95', '', 'Ready', 'CPU\nidle'], rows, 3);
  const exact = exactPoint(result);
  const by =
    curve.engine === 'exact'
      ? ['By the exact engine, since the fluid one is far off on so few CPUs.']
      : exact === null
        ? []
        : [`By the fluid engine; ${exactText(exact, question.probability)}.`];
  return [title, table, `The slowdown: ${kneeText(curve)}.`, ...by].join('\n');
}

function whatIfBlock(
  { whatIf, recommended }: PlanResult,
  heading: (text: string) => string,
  width: number,
): string {
  if (whatIf.length === 0 || recommended === null) return '';
  const boots = whatIf.some(({ bootFactor }) => bootFactor !== null);
  const rows = whatIf.map(({ text, seats, factor, courseUsd, bootFactor }) => [
    wrap(printable(text), Math.max(30, width - 66), 2),
    factor === null ? '' : `${factor.mean.toFixed(2)}× (${factor.low.toFixed(2)}–${factor.high.toFixed(2)})`,
    ...(boots ? [bootFactor === null ? '' : `${bootFactor.toFixed(2)}×`] : []),
    String(seats),
    courseUsd === null ? '' : dollars(courseUsd),
  ]);
  const columns = [
    'Change',
    'Slowdown p95\nthen, same seats',
    ...(boots ? ['Coming\nup'] : []),
    'Seats',
    'Course\nUSD',
  ];
  const alone = recommended.hosts.length > 1 ? ', a course on these alone' : '';
  const host = recommended.hosts[0]!.host + alone;
  return `${heading(printable(`What would change it, on ${host}`))}\n${plainTable(columns, rows, 1)}`;
}

function sizingBlock({ sizing }: PlanResult, heading: (text: string) => string, width: number): string {
  const off = sizing.filter(
    ({ verdict, disk, controller }) =>
      verdict !== 'fits' || isTooSmall(disk) || (controller !== null && controller.advice !== controller.now),
  );
  if (sizing.length === 0) return '';
  if (off.length === 0) return `${heading("The template's own sizes")}\nEvery VM has what it needs.`;
  const lines = off.map(({ role, verdict, vcpus, memory, disk, controller }) => {
    const parts = [
      ...(vcpus.advice === vcpus.now
        ? []
        : [`${vcpus.now} → ${vcpus.advice} ${vcpus.advice === 1 ? 'vCPU' : 'vCPUs'}: ${vcpus.why}`]),
      ...(memory.advice === memory.now
        ? []
        : [`${bytesText(memory.now)} → ${bytesText(memory.advice)}: ${memory.why}`]),
      ...(isTooSmall(disk)
        ? [`disk of ${gigabytes(disk.now)} → ${gigabytes(disk.advice)}: ${disk.why}`]
        : []),
      ...(controller === null || controller.advice === controller.now
        ? []
        : [`disk at ${controller.advice}, not ${controller.now}: ${controller.why}`]),
    ];
    const found =
      verdict !== 'fits' ? `is ${verdict}` : isTooSmall(disk) ? 'wants a larger disk' : 'could do with less';
    return wrap(printable(`${role} ${found}. ${parts.join('; ')}`), width, 2);
  });
  return `${heading("The template's own sizes")}\n${lines.join('\n')}`;
}

/** Where somebody says what there is; what nobody says is in the page's table alone. */
const isTooSmall = (
  disk: PlanResult['sizing'][number]['disk'],
): disk is { readonly now: number; readonly advice: number; readonly why: string } =>
  disk.now !== null && disk.advice !== null && disk.advice > disk.now;

function confidenceBlock(
  { confidence }: PlanResult,
  heading: (text: string) => string,
  width: number,
): string {
  if (confidence === null) return '';
  const { host, seats, slowdownP95, sets, parameters, measurement } = confidence;
  const lines = [
    `With the uncertain numbers drawn ${sets} times from their ranges, ${host} holds ${seatsSpread(seats)}${costSpread(confidence)}; the probe's slowdown at the seats above is ${slowdownP95.low.toFixed(2)} to ${slowdownP95.high.toFixed(2)}×${upSpread(confidence)}.`,
    ...(parameters.length === 0
      ? []
      : ['What matters most, by itself from one end of its range to the other:']),
    ...parameters.slice(0, 3).map((parameter) => `  ${parameterText(parameter)}`),
    `The measurement that would narrow it most: ${measurement}.`,
  ];
  return `${heading('How sure')}\n${lines.map((line) => wrap(printable(line), width, line.startsWith('  ') ? 4 : 0)).join('\n')}`;
}

function originsBlock({ origins }: PlanResult, heading: (text: string) => string, width: number): string {
  const lines = origins.map(({ what, value, basis, source }) =>
    wrap(printable(`${what} = ${value} [${basis}] ${source.replaceAll(/\s+/g, ' ')}`), width, 4),
  );
  return `${heading('Where every number comes from')}\n${lines.join('\n')}`;
}
