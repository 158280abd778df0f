import { evaluate, refuses, sentenceOf, type Verdict } from '../check/evaluate.ts';
import { placeOf } from '../check/place.ts';
import { readRules } from '../check/read-rules.ts';
import { type LoadedScenario, openLibrary } from '../library/library.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface CheckOptions {
  readonly scenario: string;
  readonly platform?: string | undefined;
  readonly all?: true | undefined;
  readonly json?: true | undefined;
}

/** `nestmark check`: every rule that concerns the scenario, those it breaks first. */
export async function check(options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const library = openLibrary();
  const rules = library.ruleTexts().flatMap(({ file, text }) => valueOrRefuse(readRules(file, text)));
  const override = options.platform === undefined ? {} : { platform: options.platform };
  const loaded = valueOrRefuse(library.loadScenario(options.scenario, override));
  const verdicts = evaluate(rules, loaded.scenario);
  const no = refuses(verdicts);
  terminal.out.write(
    options.json === true ? jsonOf(verdicts, loaded, no) : textOf(verdicts, loaded, no, options.all === true),
  );
  return no ? EXIT_CODE.answeredNo : EXIT_CODE.fine;
}

const ORDER = { error: 0, warning: 1, info: 2 } as const;

function textOf(verdicts: readonly Verdict[], loaded: LoadedScenario, no: boolean, all: boolean): string {
  const of = (...outcomes: Verdict['outcome'][]): Verdict[] =>
    verdicts
      .filter(({ outcome }) => outcomes.includes(outcome))
      .sort((a, b) => ORDER[a.rule.severity] - ORDER[b.rule.severity]);
  const blocks = [
    ...of('broken', 'told').map((verdict) => sentence(verdict, loaded)),
    ...unsaid(of('unsaid')),
    ...(all ? of('held').map(({ rule, subject }) => `holds: ${rule.id}, ${subject.name}`) : []),
    summary(verdicts, loaded, no),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sentence(verdict: Verdict, loaded: LoadedScenario): string {
  const { rule, subject, facts } = verdict;
  const [first] = facts;
  const place = first === undefined ? '' : `${placeOf(first.name, subject, loaded)}: `;
  const found = facts.map(({ name, found: value, expected }) => `${name} is ${value}, expected ${expected}`);
  return [
    `${place}${rule.severity}: ${subject.name}: ${[...found, sentenceOf(rule.reason, subject)].join('; ')}`,
    `  What to do: ${sentenceOf(rule.advice, subject)}`,
    `  Rule ${rule.id}; ${rule.source} (${rule.asOf}${rule.known === 'read' ? '' : ', from memory'})`,
  ].join('\n');
}

/** What the scenario does not say, rule by rule: nothing is wrong, and nothing is known to be right. */
function unsaid(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return [];
  const lines = new Map<string, string>();
  for (const { rule, subject, facts } of verdicts) {
    const wanted = facts.map(({ name, expected }) => `${name} (${expected})`).join(', ');
    lines.set(rule.id, `  ${wanted}: ${sentenceOf(rule.reason, subject)} (${rule.id})`);
  }
  return [`To be confirmed, under facts: of the scenario or the VM:\n${[...lines.values()].join('\n')}`];
}

function summary(verdicts: readonly Verdict[], { scenario }: LoadedScenario, no: boolean): string {
  const count = (outcome: Verdict['outcome']): number =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const answer = no ? 'cannot be built so' : 'breaks no rule that makes it impossible';
  return `${scenario.name}: ${answer}. ${count('held')} checks hold, ${count('broken')} are broken, ${count('unsaid')} are to be confirmed, ${count('told')} are to be known.`;
}

function jsonOf(verdicts: readonly Verdict[], loaded: LoadedScenario, no: boolean): string {
  const rows = verdicts.map(({ rule, subject, outcome, facts }) => ({
    rule: rule.id,
    severity: rule.severity,
    subject: subject.name,
    outcome,
    facts: facts.map((fact) => ({ ...fact, place: placeOf(fact.name, subject, loaded) })),
    reason: sentenceOf(rule.reason, subject),
    advice: sentenceOf(rule.advice, subject),
    source: rule.source,
    asOf: rule.asOf,
    known: rule.known,
  }));
  return `${JSON.stringify({ schema: 'nestmark/check@1', scenario: loaded.scenario.name, possible: !no, verdicts: rows }, null, 2)}\n`;
}
