import { basename, extname } from 'node:path';
import { type LoadedScenario, openLibrary } from '../library/library.ts';
import {
  type ComparedScenario,
  type ComparisonAnswer,
  compareRows,
  type ScenarioComparison,
} from '../model/experiment/comparison.ts';
import type { Finding } from '../model/experiment/result.ts';
import { sampledRows, summarise } from '../model/experiment/summarise.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { comparisonToCsv, comparisonToJson } from '../report/file/comparison.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderComparison } from '../report/terminal/scenario-comparison.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { circumstancesOf, type Replications, replicateEach } from './experiment.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface CompareScenariosOptions extends Replications {
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
  return EXIT_CODES[comparison.answer];
}

async function comparisonOf(
  a: LoadedScenario,
  b: LoadedScenario,
  options: CompareScenariosOptions,
  terminal: Terminal,
): Promise<ScenarioComparison> {
  const [first, second] = await replicateEach([a, b], options, terminal, (outcomes, loaded) => ({
    rows: sampledRows(outcomes),
    findings: summarise(outcomes, circumstancesOf(loaded, options.seed)).findings,
  }));
  const probes = new Set([...probesOf(a)].filter((role) => probesOf(b).has(role)));
  const compared = compareRows(first!.rows, second!.rows, probes, options.margin);
  return {
    schema: 'nestmark/comparison@1',
    version: ownVersion(),
    of: 'scenarios',
    a: comparedScenario(options.a, a),
    b: comparedScenario(options.b, b),
    seed: options.seed,
    replications: options.replications,
    margin: options.margin,
    ...compared,
    findings: [...saidOf('A', first!.findings), ...saidOf('B', second!.findings)],
  };
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
