import { extname } from 'node:path';
import { openLibrary } from '../library/library.ts';
import { type ReportDocument, readReportDocument } from '../report/file/report-document.ts';
import { writeReport } from '../report/file/write-report.ts';
import type { Inputs as PageInputs } from '../report/page/inputs.ts';
import { renderPage } from '../report/page/page.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { pictureParts } from './picture-parts.ts';
import { recordOrRefuse, valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface ReportOptions {
  readonly files: readonly string[];
  readonly out: string;
  readonly name: string;
  readonly title?: string;
  readonly pictures?: true;
}

type Inputs = { -readonly [K in keyof PageInputs]: PageInputs[K] };

/** `nestmark report`: one page of what was measured, fitted and predicted. */
export async function report(options: ReportOptions, terminal: Terminal): Promise<ExitCode> {
  const inputs: Inputs = {};
  for (const file of options.files) await readInto(inputs, file);
  const page = await renderPage({ ...inputs, title: options.title });
  const paths = await writeReport(options.out, options.name, [
    { extension: 'html', content: page },
    ...(options.pictures === true ? await pictureParts(inputs) : []),
  ]);
  terminal.out.write(`Written:\n${paths.map((path) => `  ${path}\n`).join('')}`);
  return EXIT_CODE.fine;
}

/** What a file is, is told by its ending. */
async function readInto(inputs: Inputs, file: string): Promise<void> {
  switch (extname(file)) {
    case '.jsonl':
      once(inputs.record, file, 'record');
      inputs.record = await recordOrRefuse(file);
      return;
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
        `${file}: expected a record (.jsonl), a platform profile (.yaml), or what simulate, compare, sweep, gate or history wrote (.json)`,
      );
  }
}

function takeDocument(inputs: Inputs, document: ReportDocument, file: string): void {
  switch (document.schema) {
    case 'nestmark/result@1':
      once(inputs.result, file, 'result');
      inputs.result = document;
      return;
    case 'nestmark/comparison@1':
      once(inputs.comparison, file, 'comparison');
      inputs.comparison = document;
      return;
    case 'nestmark/sweep@1':
      once(inputs.sweep, file, 'sweep');
      inputs.sweep = document;
      return;
    case 'nestmark/gate@1':
      once(inputs.gate, file, 'verdict');
      inputs.gate = document;
      return;
    case 'nestmark/history@1':
      once(inputs.history, file, 'history');
      inputs.history = document;
      return;
  }
}

function once(known: unknown, file: string, kind: string): void {
  if (known !== undefined) throw new UserError(`${file}: a second ${kind}; a page shows one of each`);
}
