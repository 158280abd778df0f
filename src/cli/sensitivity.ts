import { basename, extname } from 'node:path';
import { type LoadedScenario, openLibrary } from '../library/library.ts';
import type { ReplicationPlan } from '../model/experiment/replication.ts';
import type { SampledRow } from '../model/experiment/row.ts';
import {
  answerRow,
  ENDS,
  type End,
  movedAnswer,
  pinned,
  type Sensitivity,
  type SensitivityRow,
  swingOf,
  type UncertainNumber,
  uncertainNumbers,
} from '../model/experiment/sensitivity.ts';
import { sampledRows, withoutSample } from '../model/experiment/summarise.ts';
import type { Nanoseconds } from '../model/kernel/units.ts';
import type { Engine } from '../model/machine/engine.ts';
import { compile } from '../model/scenario/compile.ts';
import { probeRoles } from '../model/scenario/probe-roles.ts';
import { sensitivityToCsv } from '../report/file/sensitivity.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderSensitivity } from '../report/terminal/sensitivity-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { planOf, type Replications, replicatePlans } from './experiment.ts';
import { valueOrRefuse } from './refuse.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface SensitivityOptions extends Replications {
  readonly scenario: string;
  readonly platform?: string;
  readonly top: number;
  readonly out?: string;
  readonly json?: true;
}

/** `nestmark sensitivity`: which of the numbers a prediction rests on moves it most. */
export async function sensitivity(options: SensitivityOptions, terminal: Terminal): Promise<ExitCode> {
  const override = options.platform === undefined ? {} : { platform: options.platform };
  const loaded = valueOrRefuse(openLibrary().loadScenario(options.scenario, override));
  const result = await sensitivityOf(loaded, options, terminal);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (options.json === true) terminal.out.write(text);
  else terminal.out.write(renderSensitivity(result, { columns: terminal.columns }));
  if (options.out !== undefined) {
    const name = `${basename(options.scenario, extname(options.scenario))}-sensitivity`;
    const paths = await writeReport(options.out, name, [
      { extension: 'html', content: await renderPage({ sensitivity: result }) },
      { extension: 'csv', content: sensitivityToCsv(result) },
      { extension: 'json', content: text },
    ]);
    tellWritten(paths, terminal, options.json);
  }
  return EXIT_CODE.fine;
}

async function sensitivityOf(
  loaded: LoadedScenario,
  options: SensitivityOptions,
  terminal: Terminal,
): Promise<Sensitivity> {
  const { scenario, hash, platformHash } = loaded;
  const { seed, replications, top } = options;
  const uncertain = uncertainNumbers(scenario);
  const quick = await moved(loaded, uncertain, { ...options, replications: 1, engine: 'fluid' }, terminal);
  const kept = [...quick.rows]
    .sort((a, b) => swingOf(b) - swingOf(a) || (a.parameter < b.parameter ? -1 : 1))
    .slice(0, top);
  const { base, rows } = await moved(loaded, kept, { ...options, engine: 'exact' }, terminal);
  const { entity, level, metric, unit, mean, low, high } = withoutSample(base);
  return {
    schema: 'nestmark/sensitivity@1',
    version: ownVersion(),
    scenario: { name: scenario.name, hash },
    platform: { name: scenario.platform.name, hash: platformHash },
    host: scenario.host.name,
    seats: scenario.seats,
    ...{ seed, replications },
    answer: { entity, level, metric, unit, mean, low, high },
    rows: [...rows].sort((a, b) => swingOf(b) - swingOf(a) || (a.parameter < b.parameter ? -1 : 1)),
    uncertain: uncertain.length,
  };
}

/** The first pass only sorts: a part of the exercise is enough for that. */
const PART = 4;

function shortened(plan: ReplicationPlan): ReplicationPlan {
  const part = (time: Nanoseconds): Nanoseconds => Math.ceil(time / PART) as Nanoseconds;
  return { ...plan, warmUp: part(plan.warmUp), duration: part(plan.duration) };
}

interface Moved {
  readonly base: SampledRow;
  readonly rows: readonly SensitivityRow[];
}

/** Each of the numbers at both ends, all with the random numbers of the scenario as it is. */
async function moved(
  loaded: LoadedScenario,
  numbers: readonly UncertainNumber[],
  { seed, engine, ...how }: Replications & { readonly engine: Engine },
  terminal: Terminal,
): Promise<Moved> {
  const plan = engine === 'fluid' ? shortened(planOf(loaded, seed, engine)) : planOf(loaded, seed, engine);
  const at = (parameter: string, end: End): ReplicationPlan => ({
    ...plan,
    specification: compile(loaded.scenario, pinned(parameter, end)),
  });
  const plans = [plan, ...numbers.flatMap(({ parameter }) => ENDS.map((end) => at(parameter, end)))];
  const [base, ...ends] = await replicatePlans(plans, how, terminal, sampledRows);
  const answer = answerRow(base!, probeRoles(loaded.scenario.template.vms));
  if (answer === null) {
    throw new UserError(
      `${loaded.scenario.name}: found no role whose tail slowdown is known, expected one with a workload that answers requests`,
    );
  }
  const rows = numbers.flatMap(({ parameter, figure }, index): SensitivityRow[] => {
    const atLow = movedAnswer(answer, ends[2 * index]!);
    const atHigh = movedAnswer(answer, ends[2 * index + 1]!);
    return atLow === null || atHigh === null ? [] : [{ parameter, figure, atLow, atHigh }];
  });
  return { base: answer, rows };
}
