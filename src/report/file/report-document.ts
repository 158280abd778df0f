import type { HistoryResult } from '../../gate/history/history-result.ts';
import type { GateResult } from '../../gate/result.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Result } from '../../model/scenario/problem.ts';
import { GATE_DOCUMENT } from './gate-document.ts';
import { HISTORY_DOCUMENT } from './history-document.ts';
import { type DocumentKind, readDocument, readJsonFile } from './read-document.ts';
import { RESULT_DOCUMENT } from './read-result.ts';

/** Every JSON file a report can be made of; `schema` tells them apart. */
export type ReportDocument = SimulationResult | GateResult | HistoryResult;

const KINDS: readonly DocumentKind<ReportDocument>[] = [RESULT_DOCUMENT, GATE_DOCUMENT, HISTORY_DOCUMENT];

/** What is in a file that a command of nestmark wrote; never throws for what is wrong with it. */
export async function readReportDocument(file: string): Promise<Result<ReportDocument>> {
  const read = await readJsonFile(file);
  return read.ok ? readDocument(read.value, file, KINDS) : read;
}
