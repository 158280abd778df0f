import type { HostRow, PlanResult, SizingRow } from '../../plan/result/plan-result.ts';
import { CAUSE_WORDS, countSeats, feelWord, gigabytes } from '../../plan/result/words.ts';
import { type Chart, number, sentence, text } from '../chart/chart.ts';
import { figuresMarkup, type Specifications } from '../page/figure.ts';
import { html, type Markup, tablesOf } from '../page/markup.ts';
import type { RenderedPage } from '../page/page.ts';
import type { Section } from '../page/section.ts';
import { pageShell } from '../page/shell.ts';
import { foldedTable, tableMarkup } from '../page/table.ts';
import type { Answer } from '../text/answer.ts';
import { bytesText } from '../text/figure.ts';
import { costChart } from './cost-chart.ts';
import { seatsChart } from './seats-chart.ts';
import {
  answerLines,
  costSpread,
  dollars,
  hostsToShow,
  parameterText,
  seatsSpread,
  upSpread,
} from './text.ts';

/** Hosts in the table that is open; all of them are in the folded one. */
const HOSTS_SHOWN = 10;

/** A plan as one self-contained page, for the person who pays and the engineer who doubts. */
export async function renderPlanPage(result: PlanResult, title = titleOf(result)): Promise<RenderedPage> {
  const specifications: Specifications = {};
  const sections: Section[] = [
    await hostsSection(result, specifications),
    ...(await curveSection(result, specifications)),
    ...whatIfSection(result),
    ...sizingSection(result),
    ...confidenceSection(result),
    originsSection(result),
  ];
  const answer = answerMarkup(result);
  return {
    page: pageShell({ title, answer, sections, specifications }),
    title,
    answer: planAnswer(result),
    tables: [answer, ...sections.map(({ body }) => body)].flatMap(tablesOf),
  };
}

const titleOf = ({ question: { template, seats } }: PlanResult): string =>
  `${template.title}: ${countSeats(seats)}`;

/** Every chart of a plan, in the order they stand on its page. */
export const planCharts = (result: PlanResult): readonly Chart[] =>
  [costChart(result), seatsChart(result)].filter((chart) => chart !== null);

function planAnswer(result: PlanResult): Answer {
  const { question, recommended } = result;
  return {
    question: `What to rent or buy for ${countSeats(question.seats)} of ${question.template.title}?`,
    verdict: recommended === null ? 'no' : 'yes',
    headline: recommended === null ? 'Nothing here holds it' : hostsHeadline(recommended),
    sentence: answerLines(result)[0]!,
  };
}

function answerMarkup(result: PlanResult): Markup {
  const { recommended, question, findings } = result;
  const lines = answerLines(result);
  const answer = planAnswer(result);
  return html`<div class="answer ${answer.verdict}">
<p class="question">${answer.question}</p>
<p class="headline">${answer.headline}</p>
<p class="answer-sentence">${answer.sentence}</p>
</div>
${recommended === null ? null : factsMarkup(result)}
${lines.slice(1).map((line) => html`<p>${line}</p>`)}
<p class="lead">${question.template.description}</p>
${findings.length === 0 ? null : html`<ul class="findings">${findings.map(({ severity, text: said }) => html`<li class="${severity}"><strong>${FINDING_WORDS[severity]}</strong> ${said}.</li>`)}</ul>`}`;
}

const FINDING_WORDS = { note: 'Note', warning: 'Warning', error: 'Error' } as const;

const hostsHeadline = ({ hosts }: NonNullable<PlanResult['recommended']>): string =>
  hosts.map(({ host, count }) => `${count} × ${host}`).join(' + ');

function factsMarkup({ recommended, confidence, question }: PlanResult): Markup {
  const { cost, feel, usdPerHour, hosts } = recommended!;
  const facts = [
    { term: 'Whole course', value: `${dollars(cost.usd)} USD`, more: cost.basis },
    {
      term: 'A seat and hour',
      value: `${cost.usdPerSeatHour.toFixed(3)} USD`,
      more: `${usdPerHour.toFixed(2)} USD an hour in all`,
    },
    { term: 'How it feels', value: `${feel} of 100`, more: feelWord(feel) },
    {
      term: 'Seats on a host',
      value: String(hosts[0]!.seats),
      more: `with ${100 * question.probability} % probability`,
    },
    ...(confidence === null
      ? []
      : [
          {
            term: 'Seats, sampled',
            value:
              confidence.seats.low === confidence.seats.high
                ? String(confidence.seats.low)
                : `${confidence.seats.low}–${confidence.seats.high}`,
            more: `over ${confidence.sets} sets of uncertain numbers`,
          },
        ]),
  ];
  return html`<dl class="facts">${facts.map(({ term, value, more }) => html`<div><dt>${term}</dt><dd>${value}<small>${more}</small></dd></div>`)}</dl>`;
}

async function hostsSection(result: PlanResult, specifications: Specifications): Promise<Section> {
  const { hosts, question, recommended } = result;
  const holding = hosts.filter(({ seats }) => seats > 0);
  const charts = [costChart(result)].filter((chart) => chart !== null);
  return {
    id: 'hosts',
    title: 'Hosts, cheapest for the course first',
    body: html`<p class="lead">${question.candidates} candidates, ${holding.length} of them hold a seat. Seats are the most on which every target holds with ${100 * question.probability} % probability, and never more than asked for. ${recommended?.confirmed === true ? 'The exact engine has confirmed those that are recommended; the fluid engine and arithmetic found the others.' : 'The fluid engine and arithmetic found them; none is confirmed by the exact engine.'} “Bound” means that a host in nothing better was tried and holds as many with room to spare.</p>
${tableMarkup('The cheapest hosts', hostTable(hostsToShow(result, HOSTS_SHOWN), false))}
${await figuresMarkup(charts, specifications)}
${foldedTable(`All ${hosts.length} hosts`, 'All hosts', hostTable(hosts, true))}`,
  };
}

/** @param why with the reason in words, which takes room */
function hostTable(hosts: readonly HostRow[], why: boolean) {
  return {
    columns: [
      text('Host'),
      text('Kind'),
      number('CPUs'),
      number('Memory'),
      number('Seats'),
      number('USD/h'),
      number('USD a seat-hour'),
      number('Course, USD'),
      text('Next seat fails for'),
      ...(why ? [sentence('Why')] : []),
      text('Found by'),
    ],
    rows: hosts.map((row) => [
      row.host,
      row.level === 0 ? 'metal' : 'virtual',
      String(row.cpus),
      bytesText(row.memoryBytes),
      row.binds === 'asked' ? `${row.seats}+` : String(row.seats),
      row.price === null ? '' : row.price.usdPerHour.toFixed(3),
      row.usdPerSeatHour === null ? '' : row.usdPerSeatHour.toFixed(3),
      row.courseUsd === null ? '' : dollars(row.courseUsd),
      CAUSE_WORDS[row.binds],
      ...(why ? [row.bindsText] : []),
      row.engine,
    ]),
  };
}

async function curveSection(result: PlanResult, specifications: Specifications): Promise<Section[]> {
  const chart = seatsChart(result);
  if (chart === null) return [];
  return [
    {
      id: 'seats',
      title: 'How it slows down with more seats',
      body: html`${await figuresMarkup([chart], specifications)}`,
    },
  ];
}

function whatIfSection({ whatIf, recommended }: PlanResult): Section[] {
  if (whatIf.length === 0) return [];
  const boots = whatIf.some(({ bootFactor }) => bootFactor !== null);
  const table = {
    columns: [
      sentence('Change'),
      number('Slowdown p95'),
      number('95 %'),
      ...(boots ? [number('Coming up')] : []),
      number('Seats'),
      number('Course, USD'),
    ],
    rows: whatIf.map(({ text: change, factor, seats, courseUsd, bootFactor }) => [
      change,
      factor === null ? '' : `${factor.mean.toFixed(2)}×`,
      factor === null ? '' : `${factor.low.toFixed(2)}–${factor.high.toFixed(2)}`,
      ...(boots ? [bootFactor === null ? '' : `${bootFactor.toFixed(2)}×`] : []),
      String(seats),
      courseUsd === null ? '' : dollars(courseUsd),
    ]),
  };
  return [
    {
      id: 'what-if',
      title: 'What would change it',
      body: html`<p class="lead">${recommended === null ? 'On the host closest to holding it' : `On ${recommended.hosts[0]!.host}`}, with the same random numbers before and after: slowdown${boots ? ' and the time until everybody is up (by arithmetic)' : ''} as a factor, at the same seats; then the seats that fit, and the course on hosts of that kind alone.</p>
${tableMarkup('Changes and their effect', table)}`,
    },
  ];
}

/** `2`, or `2 → 1` where something else is advised. */
const advised = (now: string, advice: string): string => (now === advice ? now : `${now} → ${advice}`);

const diskText = ({ now, advice }: SizingRow['disk']): string =>
  advice === null
    ? 'not said'
    : now === null
      ? `→ ${gigabytes(advice)}`
      : advised(gigabytes(now), gigabytes(advice));

function sizingSection({ sizing }: PlanResult): Section[] {
  if (sizing.length === 0) return [];
  const called = ({ role, count }: SizingRow): string => (count === 1 ? role : `${count} × ${role}`);
  const sizes = {
    columns: [
      text('VM'),
      text('Verdict'),
      number('vCPUs'),
      number('Memory'),
      number('Disk'),
      text('Controller'),
    ],
    rows: sizing.map((row) => [
      called(row),
      row.verdict,
      advised(String(row.vcpus.now), String(row.vcpus.advice)),
      advised(bytesText(row.memory.now), bytesText(row.memory.advice)),
      diskText(row.disk),
      row.controller === null ? '' : advised(row.controller.now, row.controller.advice),
    ]),
  };
  const reasons = {
    columns: [text('VM'), text('Size'), sentence('Because')],
    rows: sizing.flatMap((row) => [
      [called(row), 'vCPUs', row.vcpus.why],
      [called(row), 'memory', row.memory.why],
      [called(row), 'disk', row.disk.why],
      ...(row.controller === null ? [] : [[called(row), 'controller', row.controller.why]]),
    ]),
  };
  return [
    {
      id: 'sizes',
      title: 'The template’s own sizes',
      body: html`<p class="lead">One seat with the host to itself, in the phase that asks most of each VM. After an arrow stands what is advised.</p>
${tableMarkup('Sizes of the template', sizes)}
${foldedTable('Why', 'Reasons for the sizes', reasons)}`,
    },
  ];
}

function confidenceSection({ confidence }: PlanResult): Section[] {
  if (confidence === null) return [];
  const { host, seats, slowdownP95, sets, parameters, measurement } = confidence;
  return [
    {
      id: 'how-sure',
      title: 'How sure this is',
      body: html`<p>With the uncertain numbers of platform, workloads and processor drawn ${sets} times from their ranges, ${host} holds ${seatsSpread(seats)}${costSpread(confidence)}, and the probe’s slowdown at the seats above is ${slowdownP95.low.toFixed(2)} to ${slowdownP95.high.toFixed(2)}×${upSpread(confidence)}. What matters most, each by itself:</p>
<ul>${parameters.map((parameter) => html`<li>${parameterText(parameter)}</li>`)}</ul>
<p><strong>The measurement that would narrow it most:</strong> ${measurement}.</p>`,
    },
  ];
}

function originsSection({ origins, question, trials, version }: PlanResult): Section {
  const table = {
    columns: [text('Number'), sentence('Value'), text('Basis'), sentence('Source')],
    rows: origins.map(({ what, value, basis, source }) => [what, value, basis, source]),
  };
  return {
    id: 'origins',
    title: 'Where this comes from',
    body: html`<p class="lead">nestmark ${version}, seed ${question.seed}, ${trials} trials, template ${question.template.name} (${question.template.hash.slice(0, 12)}), platforms ${question.platforms.map(({ name, hash }) => `${name} (${hash.slice(0, 12)})`).join(', ')}.</p>
<p>To repeat it, with a template, platforms and catalogues of these hashes and days: <code>${question.command}</code></p>
${foldedTable(`All ${origins.length} numbers behind the recommendation`, 'Where every number comes from', table)}`,
  };
}
