import { describe, expect, it } from 'vitest';
import { lastBlock, withMoreBlocks } from '../../../src/bench/record/more-blocks.ts';
import { compareRecords } from '../../../src/gate/compare-records.ts';
import { blockedRecord } from '../../gate/blocked-record.ts';

const OPTIONS = {
  ...{ margin: 0.03, exactMargin: 0.005, alpha: 0.05, version: '0.1.0', paired: false },
  allow: new Set<never>(),
};

describe('more blocks of a record', () => {
  const record = blockedRecord({ blocks: 4, invalid: [2] });
  const more = blockedRecord({ blocks: 3, invalid: [1], replication: 1 });
  const whole = withMoreBlocks(record, more, lastBlock(record));

  it('are numbered on, in boots of their own, and none is lost', () => {
    expect(whole.blocks.map(({ block, valid }) => [block, valid])).toEqual([
      [1, true],
      [2, false],
      [3, true],
      [4, true],
      [5, false],
      [6, true],
      [7, true],
    ]);
    expect(whole.samples).toHaveLength(record.samples.length + more.samples.length);
    expect(new Set(whole.samples.filter(({ block }) => block > 4).map(({ boot }) => boot))).toEqual(
      new Set([2]),
    );
    expect(new Set(whole.counters.map(({ block }) => block))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });

  it('count in a comparison as blocks of the record do', () => {
    const result = compareRecords({ name: 'a', record: whole }, { name: 'b', record: whole }, OPTIONS);
    expect(result.baseline).toMatchObject({ blocks: 5, invalidBlocks: 2, boots: 2 });
  });
});

it('spends half of alpha at each look, and says so', () => {
  const side = { name: 'a', record: blockedRecord({ blocks: 10 }) };
  const more = { baseline: 0, candidate: 0 };
  const looks = { planned: 2, taken: 1, alpha: 0.025, budget: 5, more } as const;
  const result = compareRecords(side, side, { ...OPTIONS, looks });
  const once = compareRecords(side, side, OPTIONS);
  expect(result).toMatchObject({ alpha: 0.05, looks });
  for (const [index, row] of result.rows.entries()) {
    if (row.exactLike) continue;
    expect(row.low!).toBeLessThan(once.rows[index]!.low!);
    expect(row.high!).toBeGreaterThan(once.rows[index]!.high!);
  }
});
