import { type Library, type LoadedScenario, openLibrary } from '../library/library.ts';
import { type Axis, productOf, readAxis } from '../model/experiment/axis.ts';
import { assessPrecision, withPrecision } from '../model/experiment/precision.ts';
import { sampledRows, summarise } from '../model/experiment/summarise.ts';
import {
  type CellSettings,
  concludeSweep,
  type RefusedCell,
  type SampledCell,
  type Sweep,
} from '../model/experiment/sweep.ts';
import { NS_PER_SECOND } from '../model/kernel/units.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { formatProblem, type Result } from '../model/scenario/problem.ts';
import type { Setting } from '../model/scenario/setting.ts';
import { sweepToCsv, sweepToJson } from '../report/file/sweep.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderSweep } from '../report/terminal/sweep-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { circumstancesOf, goalOf, planOf, type ReplicationsUntil, replicateGroups } from './experiment.ts';
import { valueOrRefuse } from './refuse.ts';
import { stem } from './stems.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface SweepOptions extends ReplicationsUntil {
  readonly scenario: string;
  readonly vary: readonly string[];
  readonly platform?: string;
  /** Growth of the probe's tail that is the knee, as a share. */
  readonly knee: number;
  readonly out?: string;
  readonly json?: true;
}

/** `nestmark sweep`: every combination of what is varied, with the same random numbers. */
export async function sweep(options: SweepOptions, terminal: Terminal): Promise<ExitCode> {
  const axes = options.vary.map((text) => valueOrRefuse(readAxis(text)));
  const combinations = valueOrRefuse(productOf(axes));
  const library = openLibrary();
  const cells = combinations.map((settings) => ({
    settings: settings.map(({ value }) => value),
    loaded: load(library, options, settings),
  }));
  const sound = cells.flatMap(({ loaded }) => (loaded.ok ? [loaded.value] : []));
  // A scenario none of whose variants is sound is wrong itself, or the option is.
  if (sound.length === 0) valueOrRefuse(cells[0]!.loaded);

  const simulated = await simulateEach(sound, options, terminal);
  let next = 0;
  const sampled = cells.map(({ settings, loaded }): SampledCell | RefusedCell =>
    loaded.ok
      ? { ...describeCell(settings, loaded.value), ...simulated[next++]! }
      : { status: 'refused', settings, problems: loaded.problems.map(formatProblem) },
  );
  const result = concluded(options, axes, sound[0]!, sampled);
  if (options.json === true) terminal.out.write(sweepToJson(result));
  else terminal.out.write(renderSweep(result, { columns: terminal.columns }));
  if (options.out !== undefined) {
    const paths = await writeReport(options.out, `${stem(options.scenario)}-sweep`, [
      { extension: 'html', content: await renderPage({ sweep: result }) },
      { extension: 'csv', content: sweepToCsv(result) },
      { extension: 'json', content: sweepToJson(result) },
    ]);
    tellWritten(paths, terminal, options.json);
  }
  const vague = result.cells.some((cell) => cell.status === 'simulated' && cell.precision?.met === false);
  return vague ? EXIT_CODE.inconclusive : EXIT_CODE.fine;
}

type Simulated = Pick<SampledCell, 'replications' | 'precision' | 'rows' | 'targets' | 'findings'>;

/** Every sound combination, each until it is as precise as asked for. */
function simulateEach(
  sound: readonly LoadedScenario[],
  options: SweepOptions,
  terminal: Terminal,
): Promise<Simulated[]> {
  const goal = goalOf(options);
  const groups = sound.map((loaded) => [planOf(loaded, options.seed)]);
  return replicateGroups<Simulated>(groups, options, terminal, ([seen], index) => {
    const outcomes = seen!;
    const circumstances = circumstancesOf(sound[index]!, options.seed);
    const result = summarise(outcomes, circumstances);
    const rows = sampledRows(outcomes);
    if (goal === null) return { done: { rows, targets: result.targets, findings: result.findings } };
    const { decision, nextLook, precision } = assessPrecision(result, circumstances.probes, goal);
    if (decision === 'continue') return { wanted: nextLook };
    const { replications, targets, findings } = withPrecision(result, precision);
    return { done: { replications, precision, rows, targets, findings } };
  });
}

/** A platform is looked up from where the command is given, as by --platform; all else as if the file said it. */
function load(library: Library, options: SweepOptions, settings: readonly Setting[]): Result<LoadedScenario> {
  const varied = settings.find(({ name }) => name === 'platform');
  if (varied !== undefined && typeof varied.value !== 'string') {
    throw new UserError(`--vary platform: found ${JSON.stringify(varied.value)}, expected names`);
  }
  const platform = varied === undefined ? options.platform : (varied.value as string);
  return library.loadScenario(options.scenario, {
    ...(platform === undefined ? {} : { platform }),
    settings: settings.filter((setting) => setting !== varied),
  });
}

function describeCell(settings: CellSettings, { scenario, hash, platformHash }: LoadedScenario) {
  return {
    status: 'simulated',
    settings,
    scenarioHash: hash,
    platform: { name: scenario.platform.name, hash: platformHash },
    host: scenario.host.name,
    seats: scenario.seats,
    probes: probeRoles(scenario.template.vms),
  } as const;
}

function concluded(
  { seed, replications, knee }: SweepOptions,
  axes: readonly Axis[],
  { scenario }: LoadedScenario,
  sampled: readonly (SampledCell | RefusedCell)[],
): Sweep {
  const described = axes.map((axis) => ({ name: axis[0]!.name, values: axis.map(({ value }) => value) }));
  return {
    schema: 'nestmark/sweep@1',
    version: ownVersion(),
    scenario: { name: scenario.name },
    seed,
    replications,
    warmUpSeconds: scenario.exercise.warmUp / NS_PER_SECOND,
    measuredSeconds: scenario.exercise.duration / NS_PER_SECOND,
    axes: described,
    ...concludeSweep(described, sampled, knee),
  };
}
