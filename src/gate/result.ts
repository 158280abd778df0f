import type { MetricKey } from './metric.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a comparison of two records came to: `nestmark gate` and `nestmark compare` write it, a report shows it.
 * Effects are candidate over baseline: 1.05 is 5 % more of what the metric counts.
 */
export interface GateResult {
  readonly schema: 'nestmark/gate@1';
  readonly version: string;
  readonly baseline: ComparedRecord;
  readonly candidate: ComparedRecord;
  /** `pairs`: block n of one against block n of the other, measured in turn. `samples`: every block against every one. */
  readonly design: 'pairs' | 'samples';
  /** Chance of a false alarm among all metrics together, over all looks. */
  readonly alpha: number;
  /** When the gate might collect more blocks. */
  readonly looks?: Looks | undefined;
  /** `pass` also when everything that changed became better. */
  readonly verdict: OverallVerdict;
  readonly rows: readonly GateRow[];
  readonly differences: readonly JudgedDifference[];
  readonly warnings: readonly GateWarning[];
}

export type OverallVerdict = 'pass' | 'regressed' | 'inconclusive' | 'incomparable';

export interface ComparedRecord {
  readonly name: string;
  readonly id: string;
  /** ISO 8601. */
  readonly started: string;
  /** Valid ones. */
  readonly blocks: number;
  readonly invalidBlocks: number;
  readonly boots: number;
}

export interface GateRow {
  readonly key: MetricKey;
  /** `cpuid in L2, time` */
  readonly name: string;
  readonly verdict: Verdict;
  /** Null when one side has no value. */
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  readonly exactLike: boolean;
  readonly adjustedChance: number | null;
  /** Smallest true growth that is found four times in five, as a share; null when none is. */
  readonly detectable: number | null;
  /** Median over the blocks of the metric itself: an overhead ratio, or exits an operation. */
  readonly baseline: number | null;
  readonly candidate: number | null;
  readonly blocks: readonly [baseline: number, candidate: number];
  /** Why the verdict is what it is, and what to do about it, in words. */
  readonly reason: string;
}

/** What a difference is about. A user names one with `--allow` when it is the point of the comparison. */
export const ASPECTS = [
  'lab',
  'levels',
  'accelerator',
  'cpu',
  'vcpus',
  'memory',
  'kernel',
  'modules',
  'mitigations',
  'clock-source',
  'qemu',
  'storage',
  'node',
  'image',
  'nestmark',
  'machine',
] as const;

export type Aspect = (typeof ASPECTS)[number];

/** Something about how two records were made that is not the same. */
export interface FingerprintDifference {
  readonly aspect: Aspect;
  /** Where: the lab as a whole, or a level. */
  readonly where: string;
  readonly fact: string;
  readonly baseline: string;
  readonly candidate: string;
}

export interface JudgedDifference extends FingerprintDifference {
  /** Named by `--allow`: it is the point of the comparison. */
  readonly allowed: boolean;
}

/** A gate with a budget looks at the data at most this often, which is settled before the first look. */
export const PLANNED_LOOKS = 2;

/** How often the data were looked at, and what was measured in between. */
export interface Looks {
  readonly planned: typeof PLANNED_LOOKS;
  readonly taken: 1 | typeof PLANNED_LOOKS;
  /** Chance of an error spent at each look. */
  readonly alpha: number;
  /** Blocks that each side might be measured more. */
  readonly budget: number;
  /** Valid blocks that were measured more, before the second look. */
  readonly more: { readonly baseline: number; readonly candidate: number };
}

/** Chance that either side of an interval is wrong: what was spent at the look it was taken at. */
export const alphaOfLook = ({ alpha, looks }: Pick<GateResult, 'alpha' | 'looks'>): number =>
  looks?.alpha ?? alpha;

/** Something the reader of a verdict must know: data, so that every output can word and place it. */
export interface GateWarning {
  readonly code: WarningCode;
  readonly text: string;
}

export const WARNING_CODES = [
  'one-boot',
  'invalid-blocks',
  'moving-control',
  'missing-metric',
  'new-metric',
  'cut-off',
  'nothing-to-compare',
  'not-collected',
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];
