import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import type { Verification } from '../report/page/verified.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/** With --out: the page of a verification, and its document. */
export async function writeVerification(
  folder: string | undefined,
  name: string,
  verification: Omit<Verification, 'version'>,
  document: unknown,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): Promise<void> {
  if (folder === undefined) return;
  const page = await renderPage({ verification: { ...verification, version: ownVersion() } });
  const paths = await writeReport(folder, name, [
    { extension: 'html', content: page },
    { extension: 'json', content: `${JSON.stringify(document, null, 2)}\n` },
  ]);
  tellWritten(paths, terminal, json);
}
