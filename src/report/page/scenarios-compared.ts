import type { ComparedRow, FigureName, ScenarioComparison } from '../../model/experiment/comparison.ts';
import { comparisonCharts } from '../chart/all-charts.ts';
import { number, text } from '../chart/chart.ts';
import { signedPercent } from '../chart/residuals.ts';
import type { Answer } from '../text/answer.ts';
import { figureText } from '../text/figure.ts';
import { METRIC_WORDS, sentenceOf } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { tableMarkup } from './table.ts';

/** Whether B feels slower than A, as the top of a page says it. */
export function comparisonAnswer(comparison: ScenarioComparison): Answer {
  const { a, b, answer, decidedBy, rows } = comparison;
  const decisive = rows.find(
    (row) =>
      row.entity === decidedBy?.entity && row.metric === decidedBy.metric && row.level === decidedBy.level,
  );
  const verdict = {
    slower: 'no',
    faster: 'yes',
    alike: 'yes',
    unclear: 'unsure',
    'nothing to compare': 'none',
  } as const;
  const headline = {
    slower: 'B feels slower',
    faster: 'B feels faster',
    alike: 'They feel alike',
    unclear: 'It cannot be told',
    'nothing to compare': 'There is nothing to compare',
  } as const;
  const figure = (mean: number): string => figureText({ mean, low: null, high: null }, decisive!.unit);
  return {
    question: `Does ${b.label} feel slower than ${a.label}?`,
    verdict: verdict[answer],
    headline: headline[answer],
    sentence:
      decisive === undefined
        ? 'They have no figure of the probe in common.'
        : `${METRIC_WORDS[decisive.metric].title} of ${decisive.entity}: ${figure(decisive.a)} in A, ${figure(decisive.b)} in B.`,
  };
}

/** Of several, each in a few words. */
export function comparisonsAnswer(comparisons: readonly ScenarioComparison[]): Answer {
  const [first] = comparisons;
  if (comparisons.length === 1) return comparisonAnswer(first!);
  const slower = comparisons.filter(({ answer }) => answer === 'slower').length;
  const unclear = comparisons.filter(({ answer }) => answer === 'unclear').length;
  const verdict = slower > 0 ? 'no' : unclear > 0 ? 'unsure' : 'yes';
  return {
    question: `Which of ${comparisons.length} scenarios feels slower than ${shortName(first!.a)}?`,
    verdict,
    headline: slower > 0 ? `${slower} of ${comparisons.length}` : unclear > 0 ? 'It cannot be told' : 'None',
    sentence: comparisons
      .map((comparison) => `${shortName(comparison.b)} ${ANSWER_VERBS[comparison.answer]}`)
      .join('; '),
  };
}

/** What readers look at first, all scenarios beside each other: the tail of each role, and how long it waits. */
const SIDE_BY_SIDE: readonly ComparedRow['metric'][] = ['slowdown-p95', 'ready'];

const ANSWER_VERBS: Readonly<Record<ScenarioComparison['answer'], string>> = {
  slower: 'feels slower',
  faster: 'feels faster',
  alike: 'feels alike',
  unclear: 'cannot be told from it',
  'nothing to compare': 'has nothing in common with it',
};

export function sideBySideSection(comparisons: readonly ScenarioComparison[]): Section {
  const [first] = comparisons;
  const names = new Map<string, FigureName & Pick<ComparedRow, 'a' | 'unit'>>();
  for (const metric of SIDE_BY_SIDE) {
    for (const row of comparisons.flatMap(({ rows }) => rows)) {
      if (row.metric === metric) names.set(keyOf(row), row);
    }
  }
  const table = {
    columns: [
      text('Role'),
      text('Figure'),
      number(shortName(first!.a)),
      ...comparisons.map(({ b }) => number(shortName(b))),
    ],
    rows: [...names].map(([key, { entity, metric, a, unit }]) => [
      entity,
      METRIC_WORDS[metric].title,
      shownValue(a, unit),
      ...comparisons.map(({ rows }) => besideText(rows.find((row) => keyOf(row) === key))),
    ]),
  };
  return {
    id: 'side-by-side',
    title: 'Side by side',
    body: html`<p class="lead">Each scenario with the same random numbers as ${shortName(first!.a)}. In brackets what changes against it, significantly so; a figure without brackets is alike, and ? marks what cannot be told. Intervals stand below.</p>
${tableMarkup('Side by side', table)}`,
  };
}

const keyOf = ({ entity, level, metric }: FigureName): string => JSON.stringify([entity, level, metric]);

const shownValue = (mean: number, unit: ComparedRow['unit']): string =>
  figureText({ mean, low: null, high: null, unit }, unit);

function besideText(row: ComparedRow | undefined): string {
  if (row === undefined) return '';
  const value = shownValue(row.b, row.unit);
  if (row.direction === 'alike') return value;
  if (row.direction === 'unclear' || row.relative === null) return `${value} ?`;
  return `${value} (${signedPercent(row.relative)})`;
}

/** `course-lab` of `scenarios/course-lab.yaml`: whole paths stand where each is described. */
export const shortName = ({ label }: ScenarioComparison['a']): string =>
  label.replace(/^.*\//, '').replace(/\.ya?ml$/, '');

/** @param place among several; null when it is the only one */
export async function comparisonSection(
  comparison: ScenarioComparison,
  place: number | null,
  specifications: Specifications,
): Promise<Section> {
  const { a, b, replications, findings } = comparison;
  const side = ({ label, name, host, seats, platform }: ScenarioComparison['a']): string =>
    `${label} (${name}: ${seats} seats on ${host}, platform ${platform})`;
  return {
    id: place === null ? 'differs' : `differs-${place + 1}`,
    title: place === null ? 'What differs' : `What differs in ${shortName(b)}`,
    body: html`<p class="lead">A is ${side(a)}; B is ${side(b)}. ${replications} pairs of replications with the same random numbers: what differs between two of a pair is what differs between the scenarios.</p>
${listMarkup(findings.map(({ text: finding }) => sentenceOf(finding)))}
${await figuresMarkup(comparisonCharts(comparison, place ?? 0), specifications)}`,
  };
}
