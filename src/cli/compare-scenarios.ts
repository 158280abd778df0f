import { type LoadedScenario, openLibrary } from '../library/library.ts';
import {
  type ComparedRows,
  type ComparedScenario,
  type ComparisonAnswer,
  compareAll,
  decidingDifferences,
  type ScenarioComparison,
} from '../model/experiment/comparison.ts';
import { assessFigures, precisionFinding } from '../model/experiment/precision.ts';
import type { ReplicationOutcome } from '../model/experiment/replication.ts';
import type { Finding } from '../model/experiment/result.ts';
import { sampledRows, summarise } from '../model/experiment/summarise.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { comparisonsToJson, comparisonToCsv, comparisonToJson } from '../report/file/comparison.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderComparison } from '../report/terminal/scenario-comparison.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import {
  circumstancesOf,
  goalOf,
  type Look,
  planOf,
  type ReplicationsUntil,
  replicateGroups,
} from './experiment.ts';
import { valueOrRefuse } from './refuse.ts';
import { stem, stems } from './stems.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';
import { worstExit } from './worst-exit.ts';

export interface CompareScenariosOptions extends ReplicationsUntil {
  /** What the others are held against. */
  readonly a: string;
  readonly others: readonly string[];
  readonly platform?: string;
  /** Differences below this share do not matter. */
  readonly margin: number;
  readonly out?: string;
  readonly json?: true;
}

/** Scenarios with the same random numbers: what differs from the first, and by how much. */
export async function compareScenarios(
  options: CompareScenariosOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const library = openLibrary();
  const override = options.platform === undefined ? {} : { platform: options.platform };
  const load = (file: string): Named => ({
    file,
    loaded: valueOrRefuse(library.loadScenario(file, override)),
  });
  const a = load(options.a);
  const others = options.others.map(load);
  for (const b of others) refuseUnlikeExercises(a, b);

  const comparisons = await comparisonsOf(a, others, options, terminal);
  comparisons.forEach(({ rows }, index) => {
    if (rows.length > 0) return;
    throw new UserError(
      `${options.a} and ${options.others[index]} have no role in common: give the VMs to be compared the same names`,
      EXIT_CODE.incomparable,
    );
  });
  terminal.out.write(
    options.json === true
      ? comparisonsToJson(comparisons)
      : comparisons.map((one) => renderComparison(one, { columns: terminal.columns })).join('\n'),
  );
  if (options.out !== undefined) {
    const paths = await writeComparisons(comparisons, options, options.out);
    tellWritten(paths, terminal, options.json);
  }
  return worstExit(
    comparisons.map(({ answer, precision }) => {
      const code = EXIT_CODES[answer];
      return code === EXIT_CODE.fine && precision?.met === false ? EXIT_CODE.inconclusive : code;
    }),
  );
}

/** One page of all, and a table and a document of each. */
async function writeComparisons(
  comparisons: readonly ScenarioComparison[],
  { a, others }: CompareScenariosOptions,
  out: string,
): Promise<readonly string[]> {
  const [comparison, ...furtherComparisons] = comparisons;
  const page = await renderPage({ comparison, furtherComparisons });
  const single = others.length === 1;
  const names = stems(others);
  return await writeReport(out, single ? `${stem(a)}-vs-${stem(others[0]!)}` : `${stem(a)}-compared`, [
    { extension: 'html', content: page },
    ...comparisons.flatMap((one, index) => {
      const own = single ? '' : `${names[index]}.`;
      return [
        { extension: `${own}csv`, content: comparisonToCsv(one) },
        { extension: `${own}json`, content: comparisonToJson(one) },
      ];
    }),
  ]);
}

interface Named {
  /** As it was named on the command line. */
  readonly file: string;
  readonly loaded: LoadedScenario;
}

async function comparisonsOf(
  a: Named,
  others: readonly Named[],
  options: CompareScenariosOptions,
  terminal: Terminal,
): Promise<readonly ScenarioComparison[]> {
  const probes = others.map((b) => {
    const inB = probesOf(b.loaded);
    return new Set([...probesOf(a.loaded)].filter((role) => inB.has(role)));
  });
  const look = (outcomes: readonly (readonly ReplicationOutcome[])[]): Look<ScenarioComparison[]> => {
    const [first, ...rest] = outcomes;
    const compared = compareAll(
      sampledRows(first!),
      rest.map((second, index) => ({ rows: sampledRows(second), probes: probes[index]! })),
      options.margin,
    );
    const looks = others.map((b, index) =>
      lookAt(
        { named: a, outcomes: first! },
        { named: b, outcomes: rest[index]! },
        { rows: compared[index]!, probes: probes[index]! },
        options,
      ),
    );
    const wanted = Math.max(...looks.map((one) => ('wanted' in one ? one.wanted : 0)));
    return wanted > 0 ? { wanted } : { done: looks.flatMap((one) => ('done' in one ? [one.done] : [])) };
  };
  const plans = [a, ...others].map(({ loaded }) => planOf(loaded, options.seed));
  const [comparisons] = await replicateGroups([plans], options, terminal, look);
  return comparisons!;
}

interface Side {
  readonly named: Named;
  readonly outcomes: readonly ReplicationOutcome[];
}

/** What the outcomes of two so far say, or how many there should be. */
function lookAt(
  { named: a, outcomes: first }: Side,
  { named: b, outcomes: second }: Side,
  { rows: compared, probes }: { readonly rows: ComparedRows; readonly probes: ReadonlySet<string> },
  options: CompareScenariosOptions,
): Look<ScenarioComparison> {
  const goal = goalOf(options);
  const findingsOf = (outcomes: readonly ReplicationOutcome[], loaded: LoadedScenario): readonly Finding[] =>
    summarise(outcomes, circumstancesOf(loaded, options.seed)).findings;

  const replications = first.length;
  const assessment =
    goal === null ? null : assessFigures(decidingDifferences(compared, probes), replications, goal);
  if (assessment?.decision === 'continue') return { wanted: assessment.nextLook };
  const precision = assessment?.precision;
  const unmet = precision === undefined ? null : precisionFinding(precision, replications);
  return {
    done: {
      ...described(a, b, options),
      replications,
      ...(precision === undefined ? {} : { precision }),
      ...compared,
      findings: [
        ...saidOf(findingsOf(first, a.loaded), findingsOf(second, b.loaded)),
        ...unlikeLevels(a, b),
        ...(unmet === null ? [] : [unmet]),
      ],
    },
  };
}

function described(a: Named, b: Named, options: CompareScenariosOptions) {
  return {
    schema: 'nestmark/comparison@1',
    version: ownVersion(),
    of: 'scenarios',
    a: comparedScenario(a),
    b: comparedScenario(b),
    seed: options.seed,
    margin: options.margin,
  } as const;
}

/** The same role is another level there: what differs is nesting itself, or a part of it. */
function unlikeLevels({ loaded: a }: Named, { loaded: b }: Named): Finding[] {
  const deeper = b.scenario.host.level - a.scenario.host.level;
  if (deeper === 0) return [];
  const [levels, where] = [
    Math.abs(deeper) === 1 ? 'a level' : `${Math.abs(deeper)} levels`,
    deeper > 0 ? 'deeper' : 'less deep',
  ];
  return [
    {
      severity: 'note',
      code: 'levels-differ',
      text: `the host is ${b.scenario.host.level === 0 ? 'the metal' : `a VM at level ${b.scenario.host.level}`} in B: every role stands ${levels} ${where} there than in A`,
    },
  ];
}

/** What is said of each, once where it is the same. */
function saidOf(ofA: readonly Finding[], ofB: readonly Finding[]): Finding[] {
  const of = (side: string, finding: Finding): Finding => ({ ...finding, text: `${side}: ${finding.text}` });
  const inA = new Set(ofA.map(({ text }) => text));
  const inB = new Set(ofB.map(({ text }) => text));
  return [
    ...ofA.map((finding) => of(inB.has(finding.text) ? 'A and B' : 'A', finding)),
    ...ofB.filter(({ text }) => !inA.has(text)).map((finding) => of('B', finding)),
  ];
}

const probesOf = ({ scenario }: LoadedScenario): ReadonlySet<string> => probeRoles(scenario.template.vms);

function comparedScenario({
  file: label,
  loaded: { scenario, hash, platformHash },
}: Named): ComparedScenario {
  const { name, platform, host, seats } = scenario;
  return { label, name, hash, platform: platform.name, platformHash, host: host.name, seats };
}

/** A figure of ten seconds and one of an hour differ by more than what is to be compared. */
function refuseUnlikeExercises(a: Named, b: Named): void {
  const [first, second] = [a.loaded.scenario.exercise, b.loaded.scenario.exercise];
  if (first.duration === second.duration && first.warmUp === second.warmUp) return;
  throw new UserError(
    `${a.file} and ${b.file} differ in how long their exercise and its warm-up are: make them equal`,
    EXIT_CODE.incomparable,
  );
}

const EXIT_CODES: Readonly<Record<ComparisonAnswer, ExitCode>> = {
  slower: EXIT_CODE.answeredNo,
  faster: EXIT_CODE.fine,
  alike: EXIT_CODE.fine,
  unclear: EXIT_CODE.inconclusive,
  'nothing to compare': EXIT_CODE.fine,
};
