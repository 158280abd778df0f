import type { Scenario } from '../model/scenario/scenario.ts';
import type { Condition, Rule } from './rule.ts';
import { type FactValue, type Subject, subjectsOf } from './subjects.ts';

/** What a rule says of one thing it concerns. */
export interface Verdict {
  readonly rule: Rule;
  readonly subject: Subject;
  /** `told`: the rule has nothing to fulfil, it is there to be known. `unsaid`: the scenario does not say. */
  readonly outcome: 'held' | 'broken' | 'told' | 'unsaid';
  /** The facts at fault or not said. */
  readonly facts: readonly {
    readonly name: string;
    readonly found: FactValue | null;
    readonly expected: string;
  }[];
}

/** Every rule against everything it concerns, in the rules' order. */
export function evaluate(rules: readonly Rule[], scenario: Scenario): readonly Verdict[] {
  const subjects = subjectsOf(scenario);
  return rules.flatMap((rule) =>
    subjects.filter((subject) => concerns(rule, subject)).map((subject): Verdict => judge(rule, subject)),
  );
}

/** Whether the answer is no: something that must not be is. */
export const refuses = (verdicts: readonly Verdict[]): boolean =>
  verdicts.some(({ rule, outcome }) => outcome === 'broken' && rule.severity === 'error');

/** A rule's sentence, with what is true of the subject in place of each `{fact}`. */
export const sentenceOf = (text: string, { facts }: Subject): string =>
  text.replace(/\{([a-z-]+)\}/g, (_, fact: string) => String(facts[fact] ?? fact));

function concerns(rule: Rule, subject: Subject): boolean {
  const kinds = rule.each === 'vm' ? ['vm', 'hypervisor'] : [rule.each];
  return (
    kinds.includes(subject.kind) &&
    Object.entries(rule.when).every(([name, condition]) => fulfils(subject.facts[name], condition))
  );
}

function judge(rule: Rule, subject: Subject): Verdict {
  const needs = Object.entries(rule.needs);
  if (needs.length === 0) return { rule, subject, outcome: 'told', facts: [] };
  const faults = needs
    .filter(([name, condition]) => !fulfils(subject.facts[name], condition))
    .map(([name, condition]) => ({ name, found: subject.facts[name] ?? null, expected: wordsOf(condition) }));
  const broken = faults.filter(({ found }) => found !== null);
  if (broken.length > 0) return { rule, subject, outcome: 'broken', facts: broken };
  return { rule, subject, outcome: faults.length === 0 ? 'held' : 'unsaid', facts: faults };
}

function fulfils(fact: FactValue | undefined, condition: Condition): boolean {
  if (fact === undefined) return false;
  if (condition.kind === 'one-of') return condition.values.includes(fact);
  const { least, most } = condition;
  return typeof fact === 'number' && (least === null || fact >= least) && (most === null || fact <= most);
}

function wordsOf(condition: Condition): string {
  if (condition.kind === 'one-of') return condition.values.join(' or ');
  const { least, most } = condition;
  if (least === null) return `at most ${most}`;
  return most === null ? `at least ${least}` : `${least} to ${most}`;
}
