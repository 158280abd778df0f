import { basename } from 'node:path';
import { compareWithBaseline, type NamedRecord } from '../gate/compare-records.ts';
import type { GateResult } from '../gate/result.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderPage } from '../report/page/page.ts';
import { renderGate } from '../report/terminal/gate-table.ts';
import type { ExitCode } from './exit-code.ts';
import { VERDICT_EXIT_CODES } from './gate.ts';
import { recordOrRefuse } from './refuse-record.ts';
import { stems } from './stems.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';
import { worstExit } from './worst-exit.ts';

/** Of counts, and the chance of a false alarm: the gate's own defaults. */
const EXACT_MARGIN = 0.005;
const ALPHA = 0.05;

const MARGIN = 0.03;

/** What the gate finds of each candidate with its own defaults, all of them one family. */
export function compareForReader(
  baseline: NamedRecord,
  candidates: readonly NamedRecord[],
  margin: number = MARGIN,
): readonly GateResult[] {
  return compareWithBaseline(baseline, candidates, {
    ...{ margin, exactMargin: EXACT_MARGIN, alpha: ALPHA, version: ownVersion() },
    ...{ paired: false, allow: new Set() },
  });
}

interface RecordFiles {
  readonly a: string;
  readonly others: readonly string[];
  readonly margin: number;
  readonly out?: string;
  readonly json?: true;
}

/**
 * `nestmark compare A.jsonl B.jsonl…`: what `nestmark gate` finds, for a reader and not for a pipeline. Differences in how
 * they were made are told and nothing is refused for them.
 */
export async function compareRecordFiles(
  { a, others, margin, out, json }: RecordFiles,
  terminal: Terminal,
): Promise<ExitCode> {
  const baseline = { name: basename(a), record: await recordOrRefuse(a) };
  const candidates: NamedRecord[] = [];
  for (const file of others) candidates.push({ name: basename(file), record: await recordOrRefuse(file) });
  const results = compareForReader(baseline, candidates, margin);
  const text = documentOf(results);
  terminal.out.write(
    json === true
      ? text
      : results.map((result) => renderGate(result, { columns: terminal.columns })).join('\n'),
  );
  if (out !== undefined) {
    const [gate, ...besides] = results;
    const names = stems(others);
    const page = await renderPage({ record: baseline.record, gate, besides });
    const parts = results.map((result, index) => ({
      extension: results.length === 1 ? 'json' : `${names[index]}.json`,
      content: documentOf([result]),
    }));
    const paths = await writeReport(out, 'comparison', [{ extension: 'html', content: page }, ...parts]);
    tellWritten(paths, terminal, json);
  }
  return worstExit(results.map(({ verdict }) => VERDICT_EXIT_CODES[verdict]));
}

/** The verdict alone when there is one. */
const documentOf = (results: readonly GateResult[]): string =>
  `${JSON.stringify(results.length === 1 ? results[0] : { schema: 'nestmark/comparisons@1', comparisons: results }, null, 2)}\n`;
