import type { BenchRecord } from '../../bench/record/record.ts';
import type { Finding, Row, SimulationResult, TargetVerdict } from '../../model/experiment/result.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { useOf } from '../chart/residuals.ts';
import { type ClassCost, classCosts } from '../fitted/exit-costs.ts';
import { basesOf, figuresOf } from '../fitted/figures.ts';
import { type ClassRatios, classRatios, spanText } from '../measured/classes.ts';
import { baseLevelOf } from '../measured/summary.ts';
import { type Answer, answerOf, targetText } from '../text/answer.ts';
import {
  bytesText,
  durationText,
  figureText,
  meanText,
  rangeText,
  settingText,
  unitSuffix,
} from '../text/figure.ts';
import {
  basesText,
  capitalised,
  levelName,
  SEVERITY_WORDS,
  sentenceOf,
  targetWords,
  VERDICT_WORDS,
} from '../text/wording.ts';
import { gateAnswer } from './compared.ts';
import type { Inputs } from './inputs.ts';
import { html, type Markup } from './markup.ts';
import { historyAnswer } from './over-time.ts';
import { comparisonsAnswer } from './scenarios-compared.ts';
import { sensitivityAnswer } from './sensitivity.ts';
import { sweepAnswer } from './varied.ts';

/** The top of the page: question, verdict, the facts it turns on, and what the reader must know. */
export function answerMarkup(inputs: Inputs): Markup {
  const { result } = inputs;
  const answer = answerTo(inputs);
  return html`<div class="answer ${answer.verdict}">
<p class="question">${answer.question}</p>
<p class="headline">${answer.headline}</p>
<p class="answer-sentence">${answer.sentence}</p>
</div>
${result === undefined ? null : html`${factsMarkup(result)}${targetsMarkup(result.targets)}${findingsMarkup(result.findings)}`}`;
}

/** What the reader came for: the first of these that the page has. */
export function answerTo(inputs: Inputs): Answer {
  const { result, comparison, sweep, sensitivity, gate, history, record, platform, verification } = inputs;
  if (verification !== undefined) return verification.answer;
  if (inputs.beside !== undefined) return inputs.beside.answer;
  if (result !== undefined) return answerOf(result);
  if (comparison !== undefined) return comparisonsAnswer([comparison, ...(inputs.furtherComparisons ?? [])]);
  if (sweep !== undefined) return sweepAnswer(sweep);
  if (sensitivity !== undefined) return sensitivityAnswer(sensitivity);
  if (gate !== undefined) return gateAnswer(gate);
  if (history !== undefined) return historyAnswer(history);
  return record !== undefined ? recordAnswer(record) : platformAnswer(platform);
}

function recordAnswer(record: BenchRecord): Answer {
  const levels = record.levels.map(({ level }) => level);
  return {
    question: 'What does each level of nesting cost?',
    verdict: 'none',
    headline: levels.length === 0 ? 'No level was reached' : `Measured to L${Math.max(...levels)}`,
    sentence: overheadSentence(record),
  };
}

/** Of the class that is most like what a reader runs: what it costs at each level. */
const MOST_TELLING = ['application', 'kernel', 'exit', 'storage', 'memory', 'network', 'control'] as const;

function overheadSentence(record: BenchRecord): string {
  const classes = classRatios(record);
  const told = MOST_TELLING.flatMap((name) => classes.find((each) => each.class === name) ?? [])[0];
  if (told === undefined) {
    return 'The record holds no workload at two levels, so there is nothing to compare.';
  }
  const base = baseLevelOf(record)!;
  const levels = [...told.byLevel].map(([level, ratios]) => `${spanText(ratios)} in ${levelName(level)}`);
  return `${SUBJECTS[told.class]} what it costs on ${base === 0 ? 'the metal' : levelName(base)}: ${levels.join(', ')}.`;
}

const SUBJECTS: Readonly<Record<ClassRatios['class'], string>> = {
  application: 'An application’s operation costs so many times',
  kernel: 'A switch, a wake-up or a new process costs so many times',
  exit: 'An operation that exits costs so many times',
  storage: 'An I/O costs so many times',
  memory: 'A load or a first touch costs so many times',
  network: 'A packet costs so many times',
  control: 'Work without exits costs so many times',
};

function platformAnswer(platform: Platform | undefined): Answer {
  if (platform === undefined) throw new Error('A page needs something to show; it was given nothing.');
  const costs = classCosts(platform);
  const shown = costs.find(({ exitClass }) => exitClass === 'cpuid') ?? costs[0];
  const bases = basesText(basesOf(figuresOf(platform)));
  const rests = [shown === undefined ? '' : `That is ${shown.exitClass}.`, heldOutText(platform), bases];
  return {
    question: `What does an exit cost on ${platform.title}?`,
    verdict: 'none',
    headline: shown === undefined ? platform.name : costText(shown),
    sentence: rests.filter((text) => text !== '').join(' '),
  };
}

/** Levels a headline has room for. */
const HEADLINE_DEPTHS = 2;

function costText({ byDepth }: ClassCost): string {
  return byDepth
    .slice(0, HEADLINE_DEPTHS)
    .map((cost, index) => {
      const { mean, unit } = durationText(cost, 'three digits');
      return `${mean} ${unit} from ${levelName(index + 1)}`;
    })
    .join(', ');
}

/** How far a fitted profile is off where it was not fitted; nothing of a published one. */
function heldOutText({ calibration }: Platform): string {
  // What a record without L2 would be worth says nothing of this profile.
  const errors = (calibration?.residuals ?? [])
    .filter((residual) => !residual.fitted && useOf(residual) !== 'level held out')
    .map(({ error }) => Math.abs(error))
    .sort((a, b) => a - b);
  if (errors.length === 0) return '';
  const percent = (share: number): string => `${settingText(Number((100 * share).toPrecision(2)))} %`;
  return `Of ${errors.length} measured costs that were left out of the fit, half are predicted within ${percent(errors[Math.floor(errors.length / 2)]!)}, all within ${percent(errors.at(-1)!)}.`;
}

function factsMarkup({ seats, host, rows }: SimulationResult): Markup {
  const facts: { term: string; value: string; more: readonly string[] }[] = [
    { term: 'Seats', value: String(seats), more: [] },
    { term: 'Host', value: host.name, more: [`${host.cpus} CPUs, ${bytesText(host.memoryBytes)}`] },
  ];
  const slowest = largest(rows, 'slowdown-p95');
  if (slowest !== null) {
    facts.push({ term: 'Slowest at p95', ...rowFact(slowest) });
  }
  const ready = largest(rows, 'ready');
  if (ready !== null) {
    facts.push({ term: 'Most time ready', ...rowFact(ready) });
  }
  const idle = largest(rows, 'cpu-idle');
  if (idle !== null) {
    facts.push({
      term: 'CPU time left',
      value: `${meanText(idle)}${unitSuffix(idle.unit)}`,
      more: ['of all physical CPUs'],
    });
  }
  return html`<dl class="facts">${facts.map(
    ({ term, value, more }) =>
      html`<div><dt>${term}</dt><dd>${value}${more.map((line) => html`<small>${line}</small>`)}</dd></div>`,
  )}</dl>`;
}

function rowFact(row: Row): { value: string; more: readonly string[] } {
  const range = rangeText(row);
  return {
    value: `${meanText(row)}${unitSuffix(row.unit)}`,
    more: range === '' ? [row.entity] : [row.entity, range],
  };
}

function largest(rows: readonly Row[], metric: Row['metric']): Row | null {
  return rows.reduce<Row | null>(
    (most, row) => (row.metric === metric && (most === null || row.mean > most.mean) ? row : most),
    null,
  );
}

/** One target alone is already in the answer's sentence. */
function targetsMarkup(targets: readonly TargetVerdict[]): Markup | null {
  if (targets.length < 2) return null;
  const rows = targets.map(
    (target) => html`<tr><th scope="row">${capitalised(targetWords(target.target))}</th>
<td class="number">${settingText(target.limit)}${unitSuffix(target.unit)}</td>
<td class="number">${observedText(target)}</td>
<td><span class="verdict ${target.verdict}">${VERDICT_WORDS[target.verdict]}</span></td></tr>`,
  );
  return html`<div class="scroll wrap" role="region" aria-label="Targets" tabindex="0"><table>
<caption class="unseen">Targets: ${targets.map(targetText).join('; ')}</caption>
<thead><tr><th scope="col">Target</th><th scope="col" class="number">Limit</th><th scope="col" class="number">Predicted</th><th scope="col">Verdict</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function observedText({ observed, low, high, unit }: TargetVerdict): string {
  return observed === null ? 'nothing was answered' : figureText({ mean: observed, low, high, unit }, unit);
}

function findingsMarkup(findings: readonly Finding[]): Markup | null {
  if (findings.length === 0) return null;
  return html`<ul class="findings">${findings.map(
    ({ severity, text }) =>
      html`<li class="${severity}"><strong>${SEVERITY_WORDS[severity]}</strong> ${sentenceOf(text)}</li>`,
  )}</ul>`;
}
