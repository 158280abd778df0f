import { appendFile, stat } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { compareRecords, type NamedRecord } from '../gate/compare-records.ts';
import { toAnnotations, toStepSummary } from '../gate/export/github.ts';
import { toJunit } from '../gate/export/junit.ts';
import { toMarkdown } from '../gate/export/markdown.ts';
import { toOpenMetrics } from '../gate/export/open-metrics.ts';
import { toBencher, toSmallerIsBetter } from '../gate/export/trackers.ts';
import type { Aspect, GateResult, OverallVerdict } from '../gate/result.ts';
import { selfTest } from '../gate/self-test.ts';
import type { DecisionRules } from '../gate/verdict.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderGate } from '../report/terminal/gate-table.ts';
import { renderSelfTest } from '../report/terminal/self-test-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { type Budget, gateWithinBudget } from './gate-budget.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface GateOptions {
  readonly baseline: string;
  readonly candidate?: string;
  readonly margin: number;
  readonly exactMargin: number;
  readonly alpha: number;
  readonly paired?: true;
  readonly allow?: readonly Aspect[];
  readonly acceptInconclusive?: true;
  readonly budget?: number;
  readonly collect?: string;
  readonly collectBaseline?: string;
  readonly selfTest?: true;
  readonly splits: number;
  readonly junit?: string;
  readonly markdown?: string;
  readonly openMetrics?: string;
  readonly bencher?: string;
  readonly smallerIsBetter?: string;
  readonly github?: true;
  readonly out?: string;
  readonly json?: true;
}

/** `nestmark gate`: two records in, one verdict out. */
export async function gate(options: GateOptions, terminal: Terminal): Promise<ExitCode> {
  const { margin, exactMargin, alpha } = options;
  const rules: DecisionRules = { margin, exactMargin, alpha };
  const baseline = await namedRecord(options.baseline);
  if (options.selfTest === true) return runSelfTest(baseline, rules, options, terminal);
  if (options.candidate === undefined) {
    throw new UserError(
      '--candidate: found none, expected the record to hold against the baseline (or --self-test)',
    );
  }
  const candidate = await namedRecord(options.candidate);
  const compared = {
    ...rules,
    version: ownVersion(),
    paired: options.paired === true,
    allow: new Set(options.allow),
  };
  const budget = budgetOf(options);
  const result =
    budget === null
      ? compareRecords(baseline, candidate, compared)
      : await gateWithinBudget(
          {
            baseline: { ...baseline, file: options.baseline },
            candidate: { ...candidate, file: options.candidate },
          },
          compared,
          budget,
          terminal,
        );
  await writeExports(result, options);
  if (options.json === true) terminal.out.write(`${JSON.stringify(result, null, 2)}\n`);
  else terminal.out.write(renderGate(result, { columns: terminal.columns }));
  await tellGitHub(result, options, terminal);
  if (result.verdict === 'inconclusive' && options.acceptInconclusive === true) return EXIT_CODE.fine;
  return VERDICT_EXIT_CODES[result.verdict];
}

function budgetOf({ budget, collect, collectBaseline }: GateOptions): Budget | null {
  if (budget !== undefined) {
    return { blocks: budget, candidate: collect ?? null, baseline: collectBaseline ?? null };
  }
  if (collect === undefined && collectBaseline === undefined) return null;
  throw new UserError(
    '--collect: found no --budget, expected how many blocks may be measured more, such as --budget 10',
  );
}

/** What a comparison of records ends with. */
export const VERDICT_EXIT_CODES: Readonly<Record<OverallVerdict, ExitCode>> = {
  pass: EXIT_CODE.fine,
  regressed: EXIT_CODE.answeredNo,
  inconclusive: EXIT_CODE.inconclusive,
  incomparable: EXIT_CODE.incomparable,
};

async function namedRecord(file: string): Promise<NamedRecord> {
  return { name: basename(file), record: await recordOrRefuse(file) };
}

function runSelfTest(
  { name, record }: NamedRecord,
  rules: DecisionRules,
  { splits, json }: GateOptions,
  terminal: Terminal,
): ExitCode {
  const found = selfTest(record, rules, splits);
  if (found === null) {
    throw new UserError(
      `${name}: found too few valid blocks for a self-test, expected at least 6; measure more with nestmark bench --blocks`,
      EXIT_CODE.inconclusive,
    );
  }
  if (json === true) terminal.out.write(`${JSON.stringify(found, null, 2)}\n`);
  else terminal.out.write(renderSelfTest(found, name, { columns: terminal.columns }));
  return found.falseAlarms > rules.alpha ? EXIT_CODE.answeredNo : EXIT_CODE.fine;
}

async function writeExports(result: GateResult, options: GateOptions): Promise<void> {
  const wanted: readonly (readonly [file: string | undefined, content: (result: GateResult) => string])[] = [
    [options.junit, toJunit],
    [options.markdown, toMarkdown],
    [options.openMetrics, toOpenMetrics],
    [options.bencher, toBencher],
    [options.smallerIsBetter, toSmallerIsBetter],
    [options.out, (whole) => `${JSON.stringify(whole, null, 2)}\n`],
  ];
  for (const [file, contentOf] of wanted) {
    if (file === undefined) continue;
    const extension = extname(file);
    const name = basename(file, extension);
    if (extension === '')
      throw new UserError(`${file}: expected a file name with an extension, such as ${file}.xml`);
    await writeReport(dirname(file), name, [{ extension: extension.slice(1), content: contentOf(result) }]);
  }
}

/** Annotations are commands on a step's output; with `--json` that must stay one document, so they are left out. */
async function tellGitHub(
  result: GateResult,
  { github, json }: GateOptions,
  terminal: Terminal,
): Promise<void> {
  if (github !== true && process.env['GITHUB_ACTIONS'] !== 'true') return;
  const summary = process.env['GITHUB_STEP_SUMMARY'];
  if (summary !== undefined && summary !== '') {
    const written = await stat(summary).then(
      ({ size }) => size,
      () => 0,
    );
    await appendFile(summary, toStepSummary(result, written));
  }
  if (json !== true) terminal.out.write(toAnnotations(result));
}
