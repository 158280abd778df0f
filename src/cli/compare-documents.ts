import { openLibrary } from '../library/library.ts';
import type { SimulationResult } from '../model/experiment/result.ts';
import type { Sweep } from '../model/experiment/sweep.ts';
import type { Platform } from '../model/scenario/platform.ts';
import type { PlanResult } from '../plan/result/plan-result.ts';
import { type Beside, type BesideKind, hasCommonRows, type Named } from '../report/beside/beside.ts';
import { besidePlans } from '../report/beside/plans.ts';
import { besideProfiles } from '../report/beside/profiles.ts';
import { besideSimulations } from '../report/beside/simulations.ts';
import { besideSweeps } from '../report/beside/sweeps.ts';
import { chartsOf } from '../report/chart/chart-files.ts';
import { readReportDocument } from '../report/file/report-document.ts';
import { shownThings, tableParts } from '../report/file/table-files.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPageWithTables } from '../report/page/page.ts';
import { renderBeside } from '../report/terminal/beside-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { valueOrRefuse } from './refuse.ts';
import { stem, stems } from './stems.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';

interface DocumentFiles {
  readonly a: string;
  readonly others: readonly string[];
  readonly out?: string;
  readonly json?: true;
}

/**
 * `nestmark compare` of what is there already: plans, results, sweeps or profiles, figure by figure. Nothing is run and
 * nothing judged, so that it ends with 0, and with 5 when they have nothing in common.
 */
export async function compareDocuments(
  kind: BesideKind,
  { a, others, out, json }: DocumentFiles,
  terminal: Terminal,
): Promise<ExitCode> {
  const files = [a, ...others];
  const beside = await READERS[kind](files);
  if (!hasCommonRows(beside)) {
    throw new UserError(
      `${files.join(', ')}: found no figure in common, expected some`,
      EXIT_CODE.incomparable,
    );
  }
  terminal.out.write(
    json === true
      ? `${JSON.stringify(beside, null, 2)}\n`
      : renderBeside(beside, { columns: terminal.columns }),
  );
  if (out !== undefined) tellWritten(await written(beside, files, out), terminal, json);
  return EXIT_CODE.fine;
}

async function written(beside: Beside, files: readonly string[], out: string): Promise<readonly string[]> {
  const { page, tables, ...head } = await renderPageWithTables({ beside });
  const things = shownThings(chartsOf({ beside }), tables);
  return await writeReport(out, `${stem(files[0]!)}-compared`, [
    { extension: 'html', content: page },
    {
      extension: 'json',
      content: `${JSON.stringify(beside, null, 2)}\n`,
    },
    ...tableParts(things, 'csv', head),
  ]);
}

const READERS: Readonly<Record<BesideKind, (files: readonly string[]) => Promise<Beside>>> = {
  plans: async (files) => besidePlans(await documentsOf<PlanResult>(files, 'nestmark/plan@1')),
  simulations: async (files) =>
    besideSimulations(await documentsOf<SimulationResult>(files, 'nestmark/result@1')),
  sweeps: async (files) => besideSweeps(await documentsOf<Sweep>(files, 'nestmark/sweep@1')),
  profiles: async (files) => {
    const library = openLibrary();
    return besideProfiles(
      named(files, (file): Platform => valueOrRefuse(library.loadPlatform(file)).platform),
    );
  },
};

async function documentsOf<Document extends { readonly schema: string }>(
  files: readonly string[],
  schema: Document['schema'],
): Promise<readonly Named<Document>[]> {
  const documents = new Map<string, Document>();
  for (const file of files) {
    const document = valueOrRefuse(await readReportDocument(file));
    if (document.schema !== schema) {
      throw new UserError(`${file}: found ${document.schema}, expected ${schema} like ${files[0]}`);
    }
    documents.set(file, document as unknown as Document);
  }
  return named(files, (file) => documents.get(file)!);
}

function named<Document>(
  files: readonly string[],
  documentOf: (file: string) => Document,
): readonly Named<Document>[] {
  const names = stems(files);
  return files.map((file, index) => ({ name: names[index]!, file, document: documentOf(file) }));
}
