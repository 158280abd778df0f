import { basename, extname } from 'node:path';
import { type LoadedScenario, openLibrary } from '../library/library.ts';
import type { ReplicationOutcome, ReplicationPlan } from '../model/experiment/replication.ts';
import type { SimulationResult } from '../model/experiment/result.ts';
import { summarise } from '../model/experiment/summarise.ts';
import { compile } from '../model/scenario/compile.ts';
import { countBases, workloadsOf } from '../model/scenario/count-bases.ts';
import type { VirtualMachine } from '../model/scenario/scenario.ts';
import { rowsToCsv } from '../report/file/csv.ts';
import { resultToJson } from '../report/file/json.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderTable } from '../report/terminal/table.ts';
import { runReplications } from '../workers/replication-pool.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { pictureParts } from './picture-parts.ts';
import { Progress } from './progress.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface SimulateOptions {
  readonly scenario: string;
  readonly platform?: string;
  readonly seed: number;
  readonly replications: number;
  readonly workers: number;
  readonly out?: string;
  readonly pictures?: true;
  readonly json?: true;
}

/** `nestmark simulate`: answers with a table and files, or one JSON document. */
export async function simulate(options: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
  const override = options.platform === undefined ? {} : { platform: options.platform };
  const loaded = valueOrRefuse(openLibrary().loadScenario(options.scenario, override));
  const outcomes = await replicate(loaded, options, terminal);
  const result = summariseScenario(loaded, options, outcomes);
  if (options.json === true) terminal.out.write(resultToJson(result));
  else terminal.out.write(renderTable(result, { columns: terminal.columns }));
  if (options.out !== undefined) {
    const name = basename(options.scenario, extname(options.scenario));
    const paths = await writeReport(options.out, name, [
      { extension: 'html', content: await renderPage({ result, platform: loaded.scenario.platform }) },
      { extension: 'csv', content: rowsToCsv(result.rows) },
      { extension: 'json', content: resultToJson(result) },
      ...(options.pictures === true ? await pictureParts({ result }) : []),
    ]);
    const listing = `\nWritten:\n${paths.map((path) => `  ${path}\n`).join('')}`;
    (options.json === true ? terminal.err : terminal.out).write(listing);
  }
  return exitCodeOf(result);
}

async function replicate(
  { scenario }: LoadedScenario,
  { seed, replications, workers }: SimulateOptions,
  terminal: Terminal,
): Promise<ReplicationOutcome[]> {
  const { warmUp, duration } = scenario.exercise;
  const plan: ReplicationPlan = { specification: compile(scenario), seed, warmUp, duration };
  const progress = new Progress(terminal, 'Simulating');
  const show = (finished: number): void =>
    progress.show(finished / replications, `${finished} of ${replications} replications`);
  show(0);
  try {
    return await runReplications(plan, replications, { workers, signal: terminal.signal, onFinished: show });
  } finally {
    progress.clear();
  }
}

function summariseScenario(
  { scenario, hash, platformHash }: LoadedScenario,
  { seed }: SimulateOptions,
  outcomes: readonly ReplicationOutcome[],
): SimulationResult {
  const { host, platform } = scenario;
  return summarise(outcomes, {
    version: ownVersion(),
    scenario: { name: scenario.name, hash },
    platform: { name: platform.name, hash: platformHash, bases: countBases(platform, workloadsOf(scenario)) },
    host: { name: host.name, cpus: host.cpus, memoryBytes: host.memory, source: host.source },
    seats: scenario.seats,
    seed,
    exercise: scenario.exercise,
    targets: scenario.targets,
    probes: probeRoles(scenario.template.vms),
  });
}

/** Roles whose workload is the interactive probe, e.g. `hypervisor/desktop`. */
function probeRoles(vms: readonly VirtualMachine[], below = ''): ReadonlySet<string> {
  return new Set(
    vms.flatMap(({ name, workload, vms: inner }) => [
      ...(workload?.probe === true ? [below + name] : []),
      ...probeRoles(inner, `${below}${name}/`),
    ]),
  );
}

/** 1 when a target is missed; 4 when none is, but one cannot be told. */
function exitCodeOf({ targets }: SimulationResult): ExitCode {
  if (targets.some(({ verdict }) => verdict === 'missed')) return EXIT_CODE.answeredNo;
  if (targets.some(({ verdict }) => verdict === 'inconclusive')) return EXIT_CODE.inconclusive;
  return EXIT_CODE.fine;
}
