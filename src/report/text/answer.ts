import type { Row, SimulationResult, TargetVerdict } from '../../model/experiment/result.ts';
import { figureText, settingText, unitSuffix } from './figure.ts';
import { capitalised, targetWords } from './wording.ts';

/** The question a page or a table answers, and the answer in one sentence. */
export interface Answer {
  readonly question: string;
  readonly verdict: 'yes' | 'no' | 'unsure' | 'none';
  /** One or two words: what a reader sees first. */
  readonly headline: string;
  readonly sentence: string;
}

/** One missed target makes it no; otherwise one inconclusive target makes it unsure. */
export function answerOf(result: SimulationResult): Answer {
  const subject = `${seatsText(result.seats)} of “${result.scenario.name}” on ${result.host.name}`;
  if (result.targets.length === 0) {
    return {
      question: `How will ${subject} feel?`,
      verdict: 'none',
      headline: 'No target was set',
      sentence: slowestSentence(result.rows),
    };
  }
  const question = `Will ${subject} meet ${result.targets.length === 1 ? 'the target' : 'the targets'}?`;
  const missed = result.targets.filter(({ verdict }) => verdict === 'missed');
  const unsure = result.targets.filter(({ verdict }) => verdict === 'inconclusive');
  if (missed.length > 0) {
    return { question, verdict: 'no', headline: 'No', sentence: sentenceOf(missed) };
  }
  if (unsure.length > 0) {
    return { question, verdict: 'unsure', headline: 'Cannot tell yet', sentence: sentenceOf(unsure) };
  }
  return { question, verdict: 'yes', headline: 'Yes', sentence: sentenceOf(result.targets) };
}

/** `ready time is 3.1 % (2.8–3.4), within the limit of 5 %`. */
export function targetText(target: TargetVerdict): string {
  if (target.observed === null) return `${targetWords(target.target)} cannot be told: nothing was answered`;
  const observed = figureText({ ...target, mean: target.observed }, target.unit);
  const limit = `${settingText(target.limit)}${unitSuffix(target.unit)}`;
  const relation = target.target === 'memory-headroom' ? RELATION_AT_LEAST : RELATION;
  return `${targetWords(target.target)} is ${observed}, ${relation[target.verdict]} ${limit}`;
}

const RELATION: Readonly<Record<TargetVerdict['verdict'], string>> = {
  met: 'within the limit of',
  missed: 'beyond the limit of',
  inconclusive: 'an interval that reaches across the limit of',
};

/** Of what is asked for at least. */
const RELATION_AT_LEAST: typeof RELATION = {
  met: 'at least the',
  missed: 'less than the',
  inconclusive: 'an interval that reaches across the',
};

const seatsText = (seats: number): string => (seats === 1 ? '1 seat' : `${seats} seats`);

function sentenceOf(targets: readonly TargetVerdict[]): string {
  const text = targets.map(targetText).join('; ');
  return `${capitalised(text)}.`;
}

function slowestSentence(rows: readonly Row[]): string {
  const slowest = rows
    .filter(({ metric }) => metric === 'slowdown-p95')
    .reduce<Row | null>((worst, row) => (worst === null || row.mean > worst.mean ? row : worst), null);
  if (slowest === null) return 'No response times were simulated.';
  return `Slowest is ${slowest.entity}: its 95th percentile of response is ${figureText(slowest, slowest.unit)} that of the same VM alone on the metal.`;
}
