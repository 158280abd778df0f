import type { HistoryResult } from '../../gate/history/history-result.ts';
import type { GateResult } from '../../gate/result.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { Result } from '../../model/scenario/problem.ts';
import type { PlanResult } from '../../plan/result/plan-result.ts';
import type { Beside } from '../beside/beside.ts';
import { BESIDE_DOCUMENT } from './beside-document.ts';
import { COMPARISON_DOCUMENT } from './comparison-document.ts';
import { GATE_DOCUMENT } from './gate-document.ts';
import { HISTORY_DOCUMENT } from './history-document.ts';
import { PLAN_DOCUMENT } from './plan-document.ts';
import { type DocumentKind, readDocument, readJsonFile } from './read-document.ts';
import { RESULT_DOCUMENT } from './read-result.ts';
import { SENSITIVITY_DOCUMENT } from './sensitivity-document.ts';
import { SWEEP_DOCUMENT } from './sweep-document.ts';

/** Every JSON file a report can be made of; `schema` tells them apart. */
export type ReportDocument =
  | SimulationResult
  | ScenarioComparison
  | Sweep
  | Sensitivity
  | GateResult
  | HistoryResult
  | PlanResult
  | Beside;

const KINDS: readonly DocumentKind<ReportDocument>[] = [
  RESULT_DOCUMENT,
  COMPARISON_DOCUMENT,
  SWEEP_DOCUMENT,
  SENSITIVITY_DOCUMENT,
  GATE_DOCUMENT,
  HISTORY_DOCUMENT,
  PLAN_DOCUMENT,
  BESIDE_DOCUMENT,
];

/** What is in a file that a command of nestmark wrote; never throws for what is wrong with it. */
export async function readReportDocument(file: string): Promise<Result<ReportDocument>> {
  const read = await readJsonFile(file);
  return read.ok ? readDocument(read.value, file, KINDS) : read;
}
