import { Ansis } from 'ansis';
import type {
  Finding,
  Row,
  SimulationResult,
  TargetVerdict,
  Uncertainty,
} from '../../model/experiment/result.ts';
import { answerOf, targetText } from '../text/answer.ts';
import { countText, plusMinusText, settingText } from '../text/figure.ts';
import { precisionText } from '../text/precision.ts';
import { uncertainParts, uncertainRange } from '../text/uncertain.ts';
import {
  cpuPartName,
  METRIC_WORDS,
  PHASE_WORDS,
  SEVERITY_WORDS,
  sentenceOf,
  VERDICT_WORDS,
} from '../text/wording.ts';
import { intervalChart, shareChart } from './interval-chart.ts';
import { printable } from './printable.ts';
import { meanColumn, percentileColumn, roleTable, type Style } from './role-table.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** The answer of a simulation for a terminal: verdict, tables by role, two small charts, findings. */
export function renderTable(raw: SimulationResult, options: TableOptions = {}): string {
  const result = printable(raw);
  const width = widthOf(options);
  const paint = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const style = { paint, width };
  const blocks = [
    heading(result, style),
    targets(result.targets, style),
    feel(result.rows, style),
    slowdownChart(result, style),
    uncertain(result.uncertainty, style),
    waiting(result.rows, style),
    waitingForEachOther(result.rows, style),
    cpuShares(result.rows, style),
    memoryAndDisk(result.rows, style),
    comingUp(result.rows, style),
    frames(result.rows, style),
    ...phases(result, style),
    findings(result.findings, style),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function heading(result: SimulationResult, { paint, width }: Style): string {
  const answer = answerOf(result);
  const colour = { yes: paint.green, no: paint.red, unsure: paint.yellow, none: paint.cyan }[answer.verdict];
  const run =
    `${countText(result.replications)} replications of ${settingText(result.measuredSeconds)} s after ${settingText(result.warmUpSeconds)} s of warm-up, seed ${result.seed}, ${result.engine} engine, platform ${result.platform.name}. ± is a 95 % interval. ${precisionText(result.precision)}`.trimEnd();
  return [
    paint.bold(wrap(answer.question, width)),
    wrap(`${answer.headline}. ${answer.sentence}`, width).replace(answer.headline, (text) =>
      colour.bold(text),
    ),
    paint.dim(wrap(run, width)),
  ].join('\n');
}

/** Each target with its verdict; one alone is already in the heading's sentence. */
function targets(verdicts: readonly TargetVerdict[], { paint, width }: Style): string {
  if (verdicts.length < 2) return '';
  const colour = { met: paint.green, missed: paint.red, inconclusive: paint.yellow };
  const lines = verdicts.map((target) => {
    const word = VERDICT_WORDS[target.verdict];
    const text = wrap(`${word.padEnd(13)}${targetText(target)}`, width - 2, 13);
    return `  ${text.replace(word, (found) => colour[target.verdict](found))}`;
  });
  return [paint.bold('Targets'), ...lines].join('\n');
}

function feel(rows: readonly Row[], style: Style): string {
  return roleTable('How it feels', rows, style, [
    meanColumn('slowdown'),
    meanColumn('slowdown-p95'),
    meanColumn('response'),
    percentileColumn('response', 'p95'),
    percentileColumn('response', 'p99'),
    meanColumn('throughput'),
  ]);
}

function memoryAndDisk(rows: readonly Row[], style: Style): string {
  return roleTable('Memory and disk', rows, style, [
    meanColumn('memory-used'),
    meanColumn('memory-swapped'),
    meanColumn('disk-used'),
    meanColumn('disk-throughput'),
    meanColumn('disk-latency'),
    percentileColumn('disk-latency', 'p95'),
    meanColumn('disk-wait'),
  ]);
}

function comingUp(rows: readonly Row[], style: Style): string {
  return roleTable('Coming up', rows, style, [
    meanColumn('boot-all'),
    meanColumn('boot-time'),
    percentileColumn('boot-time', 'p50'),
    percentileColumn('boot-time', 'p95'),
  ]);
}

function waiting(rows: readonly Row[], style: Style): string {
  return roleTable('Waiting for a CPU', rows, style, [
    meanColumn('running'),
    meanColumn('ready'),
    meanColumn('steal'),
    meanColumn('hidden-steal'),
    meanColumn('co-stop'),
    meanColumn('limited'),
    meanColumn('halted'),
    meanColumn('polling'),
  ]);
}

function waitingForEachOther(rows: readonly Row[], style: Style): string {
  return roleTable('Waiting for each other', rows, style, [
    meanColumn('spin'),
    meanColumn('spin-exits'),
    meanColumn('lock-wait'),
    meanColumn('lock-holder-preempted'),
    meanColumn('barrier-wait'),
  ]);
}

/** The figures that say how it feels, with everything that is not known of them. */
function uncertain(uncertainty: Uncertainty | undefined, { paint, width }: Style): string {
  const shown = (uncertainty?.rows ?? []).filter(({ metric }) => UNCERTAIN_SHOWN.includes(metric));
  if (uncertainty === undefined || shown.length === 0) return '';
  const title = `With what is not known of the platform and the workloads (${countText(uncertainty.sets)} sets of figures drawn)`;
  const lines = shown.map((row) => {
    const { title: metric } = METRIC_WORDS[row.metric];
    return wrap(
      `${row.entity} ${metric.toLowerCase()}: ${uncertainRange(row)}; ${uncertainParts(row)}`,
      width - 2,
      2,
    );
  });
  return [paint.bold(wrap(title, width)), ...lines.map((line) => `  ${line}`)].join('\n');
}

/** How the phases beside the exercise feel, and what they take. */
function phases({ phases: others = [] }: SimulationResult, style: Style): string[] {
  return others.map(({ kind, measuredSeconds, rows }) =>
    roleTable(`${PHASE_WORDS[kind]}, ${settingText(measuredSeconds)} s`, rows, style, [
      meanColumn('slowdown-p95'),
      percentileColumn('response', 'p95'),
      meanColumn('throughput'),
      meanColumn('ready'),
      meanColumn('cpu-idle'),
      meanColumn('disk-used'),
      meanColumn('frames-delivered'),
    ]),
  );
}

const UNCERTAIN_SHOWN: readonly Row['metric'][] = ['slowdown', 'slowdown-p95', 'boot-all'];

function frames(rows: readonly Row[], style: Style): string {
  return roleTable('Frames on the switches', rows, style, [
    meanColumn('frames-delivered'),
    meanColumn('frames-copied'),
    meanColumn('frames-dropped'),
  ]);
}

function slowdownChart({ rows, targets: asked }: SimulationResult, { paint, width }: Style): string {
  const shown = rows.filter(({ metric }) => metric === 'slowdown-p95');
  if (shown.length === 0) return '';
  const limit = asked.find(({ unit }) => unit === 'ratio')?.limit ?? null;
  const lines = shown.map((row) => ({ ...row, label: row.entity, text: `${plusMinusText(row)}×` }));
  const title = `Slowdown at the 95th percentile${limit === null ? '' : `; ┊ is the limit for the probe, ${settingText(limit)}×`}`;
  return [paint.bold(title), ...intervalChart(lines, { width, from: 1, limit, unit: '×' })].join('\n');
}

function cpuShares(rows: readonly Row[], { paint, width }: Style): string {
  const shown = rows.filter(({ metric }) => metric.startsWith('cpu-'));
  if (shown.length === 0) return '';
  const entities = new Set(shown.map(({ entity }) => entity));
  const lines = shown.map((row) => {
    const kind = cpuPartName(row, shown);
    return {
      ...row,
      label: entities.size === 1 ? kind : `${row.entity} ${kind}`,
      text: `${plusMinusText(row)} %`,
    };
  });
  return [paint.bold('Where the CPU time went'), ...shareChart(lines, { width })].join('\n');
}

function findings(found: readonly Finding[], { paint, width }: Style): string {
  const colour = { error: paint.red, warning: paint.yellow, note: paint.cyan };
  return found
    .map(({ severity, text }) => {
      const word = SEVERITY_WORDS[severity];
      return wrap(`${word.padEnd(9)}${sentenceOf(text)}`, width, 9).replace(word, (head) =>
        colour[severity](head),
      );
    })
    .join('\n');
}
