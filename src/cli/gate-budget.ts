import { lastBlock, withMoreBlocks } from '../bench/record/more-blocks.ts';
import { type CompareOptions, compareRecords, type NamedRecord } from '../gate/compare-records.ts';
import { rulesOfLook } from '../gate/looks.ts';
import { type GateResult, type GateWarning, type Looks, PLANNED_LOOKS } from '../gate/result.ts';
import { type Collected, collectBlocks } from './collect-blocks.ts';
import { UserError } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export interface Budget {
  /** Blocks that each side may be measured more. */
  readonly blocks: number;
  /** Commands that measure; null: the candidate as its record says, the baseline not at all. */
  readonly candidate: string | null;
  readonly baseline: string | null;
}

/** The two records with their files. */
export interface GateFiles {
  readonly baseline: NamedRecord & { readonly file: string };
  readonly candidate: NamedRecord & { readonly file: string };
}

/**
 * At most two looks: at the records as they are, and, when that is inconclusive, at them with as many blocks more as the
 * budget has. What was seen first stays in what is looked at second, and there is no third (docs/gate.md).
 */
export async function gateWithinBudget(
  { baseline, candidate }: GateFiles,
  compared: Omit<CompareOptions, 'looks'>,
  budget: Budget,
  terminal: Terminal,
): Promise<GateResult> {
  if (compared.paired && budget.baseline === null) {
    throw new UserError(
      '--paired with --budget: found no --collect-baseline, expected it: blocks that are measured side by side are measured more on both sides',
    );
  }
  const looks: Looks = {
    ...{ planned: PLANNED_LOOKS, taken: 1, alpha: rulesOfLook(compared, budget.blocks).alpha },
    ...{ budget: budget.blocks, more: { baseline: 0, candidate: 0 } },
  };
  const first = compareRecords(baseline, candidate, { ...compared, looks });
  if (first.verdict !== 'inconclusive' || !moreWouldTell(first)) return first;
  const collect = (side: 'baseline' | 'candidate'): Promise<Collected> => {
    const of = side === 'baseline' ? baseline : candidate;
    return collectBlocks({ file: of.file, side, command: budget[side], blocks: budget.blocks }, of, terminal);
  };
  const candidateMore = await collect('candidate');
  const baselineMore = budget.baseline === null ? null : await collect('baseline');
  const failures = [candidateMore, baselineMore].flatMap((each) => each?.failure ?? []);
  if (failures.length > 0) {
    const warnings = failures.map((text): GateWarning => ({ code: 'not-collected', text }));
    return compareRecords(baseline, candidate, { ...compared, looks, warnings });
  }
  // The same numbers on both sides: a pair is told by its block.
  const after = Math.max(lastBlock(baseline.record), lastBlock(candidate.record));
  const grown = (side: NamedRecord, collected: Collected | null): NamedRecord =>
    collected?.more == null
      ? side
      : { name: side.name, record: withMoreBlocks(side.record, collected.more.record, after) };
  const sides = [grown(baseline, baselineMore), grown(candidate, candidateMore)] as const;
  const second = (more: Looks['more']): GateResult =>
    compareRecords(sides[0], sides[1], { ...compared, looks: { ...looks, taken: PLANNED_LOOKS, more } });
  const { baseline: before, candidate: now } = second(looks.more);
  return second({
    baseline: before.blocks - first.baseline.blocks,
    candidate: now.blocks - first.candidate.blocks,
  });
}

/** A metric that one side lacks stays untold however long is measured. */
const moreWouldTell = ({ rows }: GateResult): boolean =>
  rows.some(({ verdict, candidate }) => verdict === 'inconclusive' && candidate !== null);
