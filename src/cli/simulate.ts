import { type LoadedScenario, openLibrary } from '../library/library.ts';
import { assessPrecision, type PrecisionGoal, withPrecision } from '../model/experiment/precision.ts';
import type { ReplicationOutcome } from '../model/experiment/replication.ts';
import type { PhaseRows, SimulationResult, Uncertainty } from '../model/experiment/result.ts';
import { sampledRows, summarise } from '../model/experiment/summarise.ts';
import { RUNS_OF_SET, uncertainRuns, uncertaintyOf } from '../model/experiment/uncertainty.ts';
import { NS_PER_SECOND } from '../model/kernel/units.ts';
import type { Engine } from '../model/machine/engine.ts';
import { inPhase } from '../model/scenario/work-by-role.ts';
import { resultCharts } from '../report/chart/all-charts.ts';
import { rowsToCsv } from '../report/file/csv.ts';
import { resultToJson } from '../report/file/json.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderTable } from '../report/terminal/table.ts';
import { ReplicationPool, type ReplicationTask } from '../workers/replication-pool.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { circumstancesOf, goalOf, planOf } from './experiment.ts';
import { pictureParts } from './picture-parts.ts';
import { Progress } from './progress.ts';
import { valueOrRefuse } from './refuse.ts';
import { stem } from './stems.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';

export interface SimulateOptions {
  readonly scenario: string;
  readonly platform?: string;
  readonly seed: number;
  readonly engine: Engine;
  /** With a precision: those before the first look. */
  readonly replications: number;
  /** Half-width wanted, as a share. */
  readonly precision?: number;
  readonly maxReplications: number;
  /** Sets of uncertain figures to be drawn. */
  readonly uncertainty?: number;
  readonly workers: number;
  readonly out?: string;
  readonly pictures?: true;
  readonly json?: true;
}

/** `nestmark simulate`: answers with a table and files, or one JSON document. */
export async function simulate(options: SimulateOptions, terminal: Terminal): Promise<ExitCode> {
  const { loaded, result } = await answer(options, terminal);
  if (options.json === true) terminal.out.write(resultToJson(result));
  else terminal.out.write(renderTable(result, { columns: terminal.columns }));
  if (options.out !== undefined) {
    const name = stem(options.scenario);
    const paths = await writeReport(options.out, name, [
      { extension: 'html', content: await renderPage({ result, platform: loaded.scenario.platform }) },
      { extension: 'csv', content: rowsToCsv(result.rows) },
      { extension: 'json', content: resultToJson(result) },
      ...(options.pictures === true ? await pictureParts(resultCharts(result)) : []),
    ]);
    tellWritten(paths, terminal, options.json);
  }
  return exitCodeOf(result);
}

/** Reads the scenario while the threads start. */
async function answer(
  options: SimulateOptions,
  terminal: Terminal,
): Promise<{ readonly loaded: LoadedScenario; readonly result: SimulationResult }> {
  const pool = new ReplicationPool({ workers: options.workers, signal: terminal.signal });
  try {
    pool.start(options.replications);
    const override = options.platform === undefined ? {} : { platform: options.platform };
    const loaded = valueOrRefuse(openLibrary().loadScenario(options.scenario, override));
    return { loaded, result: await answerOf(loaded, options, pool, terminal) };
  } finally {
    await pool.close();
  }
}

/** Replications in batches, until there are as many as asked for, or as the precision takes. */
async function answerOf(
  loaded: LoadedScenario,
  options: SimulateOptions,
  pool: ReplicationPool,
  terminal: Terminal,
): Promise<SimulationResult> {
  const { seed, engine, uncertainty: sets = 0 } = options;
  const replications = Math.max(options.replications, RUNS_OF_SET * sets);
  const goal = goalOf({ ...options, replications });
  const plan = planOf(loaded, seed, engine);
  const circumstances = circumstancesOf(loaded, seed);
  const outcomes: ReplicationOutcome[] = [];
  const progress = new Progress(terminal, 'Simulating');

  /** In the order of the tasks. @param before how many of the same were run before. */
  const run = async (
    tasks: readonly ReplicationTask[],
    what: string,
    before = 0,
  ): Promise<ReplicationOutcome[]> => {
    const results = new Array<ReplicationOutcome>(tasks.length);
    const all = before + tasks.length;
    let finished = before;
    const show = (): void => progress.show(finished / all, `${finished} of ${all} ${what}`);
    show();
    await pool.run(tasks, (outcome, place) => {
      results[place] = outcome;
      finished += 1;
      show();
    });
    return results;
  };

  const replicateUpTo = async (wanted: number): Promise<SimulationResult> => {
    const first = outcomes.length;
    const tasks = Array.from({ length: wanted - first }, (_, i) => ({ plan, replication: first + i }));
    outcomes.push(...(await run(tasks, 'replications', first)));
    return summarise(outcomes, circumstances);
  };

  const drawFigures = async (): Promise<Uncertainty> => {
    const runs = uncertainRuns(loaded.scenario, plan, sets);
    const tasks = runs.flatMap(({ plans }) =>
      plans.map((drawn, replication) => ({ plan: drawn, replication })),
    );
    const drawn = await run(tasks, 'runs with figures drawn');
    const each = RUNS_OF_SET * sets;
    return uncertaintyOf(
      outcomes,
      runs.map(({ subject }, index) => ({
        subject,
        outcomes: drawn.slice(index * each, (index + 1) * each),
      })),
    );
  };

  /** What the phases beside the exercise give, each as if it were the exercise. */
  const answerPhases = async (): Promise<PhaseRows[]> => {
    const answered: PhaseRows[] = [];
    for (const phase of loaded.scenario.otherPhases ?? []) {
      const during = planOf({ ...loaded, scenario: inPhase(loaded.scenario, phase) }, seed, engine);
      const tasks = Array.from({ length: replications }, (_, replication) => ({ plan: during, replication }));
      const results = await run(tasks, `replications, ${phase.kind}`);
      answered.push({
        kind: phase.kind,
        warmUpSeconds: phase.warmUp / NS_PER_SECOND,
        measuredSeconds: phase.duration / NS_PER_SECOND,
        rows: sampledRows(results),
      });
    }
    return answered;
  };

  try {
    let result = await replicateUpTo(replications);
    if (goal !== null) result = await untilPrecise(result, circumstances.probes, goal, replicateUpTo);
    const phases = await answerPhases();
    return {
      ...result,
      ...(phases.length === 0 ? {} : { phases }),
      ...(sets === 0 ? {} : { uncertainty: await drawFigures() }),
    };
  } finally {
    progress.clear();
  }
}

async function untilPrecise(
  first: SimulationResult,
  probes: ReadonlySet<string>,
  goal: PrecisionGoal,
  replicateUpTo: (wanted: number) => Promise<SimulationResult>,
): Promise<SimulationResult> {
  let result = first;
  for (;;) {
    const { decision, nextLook, precision } = assessPrecision(result, probes, goal);
    if (decision !== 'continue') return withPrecision(result, precision);
    result = await replicateUpTo(nextLook);
  }
}

/** 1 when a target is missed; 4 when none is, but one cannot be told, or is not known as well as was asked. */
function exitCodeOf({ targets, precision }: SimulationResult): ExitCode {
  if (targets.some(({ verdict }) => verdict === 'missed')) return EXIT_CODE.answeredNo;
  if (targets.some(({ verdict }) => verdict === 'inconclusive')) return EXIT_CODE.inconclusive;
  return precision?.met === false ? EXIT_CODE.inconclusive : EXIT_CODE.fine;
}
