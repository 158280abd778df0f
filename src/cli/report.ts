import { basename, extname } from 'node:path';
import { isRecordFile } from '../bench/record/record-file.ts';
import type { NamedRecord } from '../gate/compare-records.ts';
import type { GateResult } from '../gate/result.ts';
import { openLibrary } from '../library/library.ts';
import type { ScenarioComparison } from '../model/experiment/comparison.ts';
import type { PlanResult } from '../plan/result/plan-result.ts';
import { chartsOf } from '../report/chart/chart-files.ts';
import { type ReportDocument, readReportDocument } from '../report/file/report-document.ts';
import { shownThings, tableParts } from '../report/file/table-files.ts';
import { type ReportPart, writeReport } from '../report/file/write-report.ts';
import type { Inputs as PageInputs } from '../report/page/inputs.ts';
import { renderPageWithTables } from '../report/page/page.ts';
import { planCharts, renderPlanPage } from '../report/plan/page.ts';
import { compareForReader } from './compare-record-files.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { pictureParts } from './picture-parts.ts';
import { valueOrRefuse } from './refuse.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';

type ReportFormat = 'html' | 'svg' | 'png' | 'csv' | 'markdown' | 'json';

export interface ReportOptions {
  readonly files: readonly string[];
  readonly out: string;
  readonly name: string;
  readonly title?: string;
  readonly format?: readonly ReportFormat[];
  readonly pictures?: true;
}

/** What a page shows. A plan is a page by itself. */
type Inputs = { -readonly [K in keyof PageInputs]: PageInputs[K] } & {
  /** Records with their files' names: the first is shown, each further one held against it, as `nestmark compare` does. */
  records: NamedRecord[];
  plan?: PlanResult;
};

/** `nestmark report`: one page of what was measured, fitted and predicted. */
export async function report(options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  const inputs: Inputs = { records: [] };
  for (const file of options.files) await readInto(inputs, file);
  const [first, ...further] = inputs.records;
  if (first !== undefined) inputs.record = first.record;
  if (further.length > 0) for (const gate of compareForReader(first!, further)) takeGate(inputs, gate);
  if (inputs.plan !== undefined && options.files.length > 1) {
    throw new UserError(
      `found a plan among ${options.files.length} files, expected it alone: a plan is a page by itself`,
    );
  }
  const parts = await partsOf(inputs, options);
  const paths = await writeReport(options.out, options.name, parts);
  terminal.out.write(`Written:\n${paths.map((path) => `  ${path}\n`).join('')}`);
  return EXIT_CODE.fine;
}

async function partsOf(inputs: Inputs, options: ReportOptions): Promise<readonly ReportPart[]> {
  const formats = new Set(options.format ?? ['html']);
  if (options.pictures === true) for (const picture of ['svg', 'png'] as const) formats.add(picture);
  const { plan } = inputs;
  const { page, tables, ...head } =
    plan === undefined
      ? await renderPageWithTables({ ...inputs, title: options.title })
      : await renderPlanPage(plan, options.title);
  const charts = plan === undefined ? chartsOf(inputs) : planCharts(plan);
  const things = shownThings(charts, tables);
  const pictures = formats.has('svg') || formats.has('png') ? await pictureParts(charts) : [];
  return [
    ...(formats.has('html') ? [{ extension: 'html', content: page }] : []),
    ...pictures.filter(({ extension }) => formats.has(extension.endsWith('.svg') ? 'svg' : 'png')),
    ...(['csv', 'markdown', 'json'] as const).flatMap((format) =>
      formats.has(format) ? tableParts(things, format, head) : [],
    ),
  ];
}

/** What a file is, is told by its ending. */
async function readInto(inputs: Inputs, file: string): Promise<void> {
  if (isRecordFile(file)) {
    inputs.records.push({ name: basename(file), record: await recordOrRefuse(file) });
    return;
  }
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
      once(inputs.platform, file, 'platform profile');
      inputs.platform = valueOrRefuse(openLibrary().loadPlatform(file)).platform;
      return;
    case '.json':
      takeDocument(inputs, valueOrRefuse(await readReportDocument(file)), file);
      return;
    default:
      throw new UserError(
        `${file}: expected a record (.jsonl), a platform profile (.yaml), or what simulate, compare, sweep, sensitivity, gate, history or plan wrote (.json)`,
      );
  }
}

function takeGate(inputs: Inputs, gate: GateResult): void {
  if (inputs.gate === undefined) inputs.gate = gate;
  else inputs.besides = [...(inputs.besides ?? []), gate];
}

/** Of scenarios, each further one held against the same first one. */
function takeComparison(inputs: Inputs, comparison: ScenarioComparison, file: string): void {
  const { comparison: first, furtherComparisons = [] } = inputs;
  if (first === undefined) {
    inputs.comparison = comparison;
    return;
  }
  if (first.a.hash !== comparison.a.hash || first.a.platformHash !== comparison.a.platformHash) {
    throw new UserError(
      `${file}: found a comparison with ${comparison.a.label}, expected one with ${first.a.label} as the first of the page has (of the same content)`,
    );
  }
  inputs.furtherComparisons = [...furtherComparisons, comparison];
}

function takeDocument(inputs: Inputs, document: ReportDocument, file: string): void {
  switch (document.schema) {
    case 'nestmark/result@1':
      once(inputs.result, file, 'result');
      inputs.result = document;
      return;
    case 'nestmark/comparison@1':
      takeComparison(inputs, document, file);
      return;
    case 'nestmark/sweep@1':
      once(inputs.sweep, file, 'sweep');
      inputs.sweep = document;
      return;
    case 'nestmark/sensitivity@1':
      once(inputs.sensitivity, file, 'sensitivity');
      inputs.sensitivity = document;
      return;
    case 'nestmark/gate@1':
      takeGate(inputs, document);
      return;
    case 'nestmark/plan@1':
      inputs.plan = document;
      return;
    case 'nestmark/beside@1':
      once(inputs.beside, file, 'set of documents side by side');
      inputs.beside = document;
      return;
    case 'nestmark/history@1':
      once(inputs.history, file, 'history');
      inputs.history = document;
      return;
  }
}

function once(known: unknown, file: string, kind: string): void {
  if (known !== undefined)
    throw new UserError(
      `${file}: a second ${kind}; a page shows one of each, and of records, verdicts and comparisons any number; nestmark compare puts any number side by side`,
    );
}
