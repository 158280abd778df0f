import { basename, extname } from 'node:path';
import { type LoadedScenario, openLibrary } from '../library/library.ts';
import {
  type ComparedScenario,
  type ComparisonAnswer,
  compareRows,
  decidingDifferences,
  type ScenarioComparison,
} from '../model/experiment/comparison.ts';
import { assessFigures, precisionFinding } from '../model/experiment/precision.ts';
import type { ReplicationOutcome } from '../model/experiment/replication.ts';
import type { Finding } from '../model/experiment/result.ts';
import { sampledRows, summarise } from '../model/experiment/summarise.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { comparisonToCsv, comparisonToJson } from '../report/file/comparison.ts';
import { writeReport } from '../report/file/write-report.ts';
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
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface CompareScenariosOptions extends ReplicationsUntil {
  readonly a: string;
  readonly b: string;
  readonly platform?: string;
  /** Differences below this share do not matter. */
  readonly margin: number;
  readonly out?: string;
  readonly json?: true;
}

/** Two scenarios with the same random numbers: what differs, and by how much. */
export async function compareScenarios(
  options: CompareScenariosOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const library = openLibrary();
  const override = options.platform === undefined ? {} : { platform: options.platform };
  const a = valueOrRefuse(library.loadScenario(options.a, override));
  const b = valueOrRefuse(library.loadScenario(options.b, override));
  refuseUnlikeExercises(a, b, options);

  const comparison = await comparisonOf(a, b, options, terminal);
  if (comparison.rows.length === 0) {
    throw new UserError(
      `${options.a} and ${options.b} have no role in common: give the VMs to be compared the same names`,
      EXIT_CODE.incomparable,
    );
  }
  if (options.json === true) terminal.out.write(comparisonToJson(comparison));
  else terminal.out.write(renderComparison(comparison, { columns: terminal.columns }));
  if (options.out !== undefined) {
    const paths = await writeReport(options.out, `${stem(options.a)}-vs-${stem(options.b)}`, [
      { extension: 'csv', content: comparisonToCsv(comparison) },
      { extension: 'json', content: comparisonToJson(comparison) },
    ]);
    const listing = `\nWritten:\n${paths.map((path) => `  ${path}\n`).join('')}`;
    (options.json === true ? terminal.err : terminal.out).write(listing);
  }
  const code = EXIT_CODES[comparison.answer];
  return code === EXIT_CODE.fine && comparison.precision?.met === false ? EXIT_CODE.inconclusive : code;
}

async function comparisonOf(
  a: LoadedScenario,
  b: LoadedScenario,
  options: CompareScenariosOptions,
  terminal: Terminal,
): Promise<ScenarioComparison> {
  const goal = goalOf(options);
  const probes = new Set([...probesOf(a)].filter((role) => probesOf(b).has(role)));
  const findingsOf = (outcomes: readonly ReplicationOutcome[], loaded: LoadedScenario): readonly Finding[] =>
    summarise(outcomes, circumstancesOf(loaded, options.seed)).findings;

  const look = ([first, second]: readonly (readonly ReplicationOutcome[])[]): Look<ScenarioComparison> => {
    const replications = first!.length;
    const compared = compareRows(sampledRows(first!), sampledRows(second!), probes, options.margin);
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
          ...saidOf('A', findingsOf(first!, a)),
          ...saidOf('B', findingsOf(second!, b)),
          ...(unmet === null ? [] : [unmet]),
        ],
      },
    };
  };
  const plans = [a, b].map((loaded) => planOf(loaded, options.seed));
  const [comparison] = await replicateGroups([plans], options, terminal, look);
  return comparison!;
}

function described(a: LoadedScenario, b: LoadedScenario, options: CompareScenariosOptions) {
  return {
    schema: 'nestmark/comparison@1',
    version: ownVersion(),
    of: 'scenarios',
    a: comparedScenario(options.a, a),
    b: comparedScenario(options.b, b),
    seed: options.seed,
    margin: options.margin,
  } as const;
}

const saidOf = (side: string, findings: readonly Finding[]): Finding[] =>
  findings.map((finding) => ({ ...finding, text: `${side}: ${finding.text}` }));

const probesOf = ({ scenario }: LoadedScenario): ReadonlySet<string> => probeRoles(scenario.template.vms);

function comparedScenario(label: string, { scenario, hash, platformHash }: LoadedScenario): ComparedScenario {
  const { name, platform, host, seats } = scenario;
  return { label, name, hash, platform: platform.name, platformHash, host: host.name, seats };
}

/** A figure of ten seconds and one of an hour differ by more than what is to be compared. */
function refuseUnlikeExercises(a: LoadedScenario, b: LoadedScenario, names: CompareScenariosOptions): void {
  const [first, second] = [a.scenario.exercise, b.scenario.exercise];
  if (first.duration === second.duration && first.warmUp === second.warmUp) return;
  throw new UserError(
    `${names.a} and ${names.b} differ in how long their exercise and its warm-up are: make them equal`,
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

const stem = (file: string): string => basename(file, extname(file));
