import { basename } from 'node:path';
import { compareRecords, type NamedRecord } from '../gate/compare-records.ts';
import type { GateResult } from '../gate/result.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderGate } from '../report/terminal/gate-table.ts';
import type { ExitCode } from './exit-code.ts';
import { VERDICT_EXIT_CODES } from './gate.ts';
import { recordOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/** Of counts, and the chance of a false alarm: the gate's own defaults. */
const EXACT_MARGIN = 0.005;
const ALPHA = 0.05;

const MARGIN = 0.03;

/** What the gate finds of two records with its own defaults. */
export function compareForReader(
  baseline: NamedRecord,
  candidate: NamedRecord,
  margin: number = MARGIN,
): GateResult {
  return compareRecords(baseline, candidate, {
    ...{ margin, exactMargin: EXACT_MARGIN, alpha: ALPHA, version: ownVersion() },
    ...{ paired: false, allow: new Set() },
  });
}

interface RecordFiles {
  readonly a: string;
  readonly b: string;
  readonly margin: number;
  readonly out?: string;
  readonly json?: true;
}

/**
 * `nestmark compare A.jsonl B.jsonl`: what `nestmark gate` finds, for a reader and not for a pipeline. Differences in how
 * the two were made are told and nothing is refused for them.
 */
export async function compareRecordFiles(
  { a, b, margin, out, json }: RecordFiles,
  terminal: Terminal,
): Promise<ExitCode> {
  const [baseline, candidate] = [
    { name: basename(a), record: await recordOrRefuse(a) },
    { name: basename(b), record: await recordOrRefuse(b) },
  ];
  const result = compareForReader(baseline, candidate, margin);
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (out !== undefined) await writeReport(out, 'comparison', [{ extension: 'json', content: text }]);
  terminal.out.write(json === true ? text : renderGate(result, { columns: terminal.columns }));
  return VERDICT_EXIT_CODES[result.verdict];
}
