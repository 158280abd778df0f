import type { BenchRecord } from '../../bench/record/record.ts';
import type { HistoryResult } from '../../gate/history/history-result.ts';
import type { GateResult } from '../../gate/result.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Verification } from './verified.ts';

/** What a page is made of; sections appear only for what is there. */
export interface Inputs {
  readonly result?: SimulationResult | undefined;
  readonly record?: BenchRecord | undefined;
  readonly platform?: Platform | undefined;
  readonly comparison?: ScenarioComparison | undefined;
  /** Of further scenarios with the same first one. */
  readonly furtherComparisons?: readonly ScenarioComparison[] | undefined;
  readonly sweep?: Sweep | undefined;
  readonly sensitivity?: Sensitivity | undefined;
  readonly gate?: GateResult | undefined;
  /** Further comparisons with the same baseline. */
  readonly besides?: readonly GateResult[] | undefined;
  readonly history?: HistoryResult | undefined;
  readonly verification?: Verification | undefined;
}
