import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/bench/record/read-record.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { relativeError, summariseErrors } from '../../src/verify/comparison.ts';
import { verifyLadder } from '../../src/verify/exits/verify-ladder.ts';
import { verifyRecord } from '../../src/verify/exits/verify-record.ts';
import { syntheticRecord } from '../calibrate/synthetic-record.ts';

describe('the published ladder', () => {
  const rows = verifyLadder(1);

  it('is given back where it was fitted', () => {
    for (const { measured, predicted, fitted } of rows) {
      if (fitted) expect(predicted).toBeCloseTo(measured, 6);
    }
  });

  it('has L3 predicted, with an interval around the prediction', () => {
    const predicted = rows.filter(({ fitted }) => !fitted);
    expect(predicted.map(({ name }) => name)).toEqual([
      'hypercall, L3',
      'device notify, L3',
      'program timer, L3',
      'send IPI, L3',
    ]);
    for (const row of predicted) {
      expect(row.interval![0]).toBeLessThan(row.predicted);
      expect(row.interval![1]).toBeGreaterThan(row.predicted);
    }
    expect(summariseErrors(rows)!.count).toBe(4);
  });

  it('is the same for the same seed, and not for another', () => {
    expect(verifyLadder(1)).toEqual(rows);
    expect(verifyLadder(2)).not.toEqual(rows);
  });
});

describe('a record', () => {
  it('with L3 has it predicted from L1 and L2', () => {
    const rows = verifyRecord(syntheticRecord({ levels: [0, 1, 2, 3] }), 1);
    const third = rows.filter(({ fitted }) => !fitted);
    expect(third.length).toBeGreaterThan(0);
    for (const row of third) {
      expect(row.name).toMatch(/, L3$/);
      expect(row.interval![0]).toBeLessThanOrEqual(row.predicted);
      expect(row.interval![1]).toBeGreaterThanOrEqual(row.predicted);
      expect(row.measured).toBeGreaterThan(ns(0));
    }
  });

  it('made in the emulated lab down to L3 has it predicted from L1 and L2', () => {
    const file = 'test/fixtures/records/emulated-instructions-depth-3.jsonl';
    const rows = verifyRecord(readRecord(readFileSync(file, 'utf8'), file), 1);
    const third = rows.filter(({ fitted }) => !fitted);
    expect(third).toHaveLength(8);
    const faults = third.filter(({ name }) => name.startsWith('bare-page-touch'));
    for (const row of third.filter((each) => !faults.includes(each))) {
      expect(Math.abs(relativeError(row)), row.name).toBeLessThan(0.02);
      expect(row.interval![0]).toBeLessThan(row.measured);
      expect(row.interval![1]).toBeGreaterThan(row.measured);
    }
    // A fault in L3 writes page tables that two hypervisors watch: more traps than any fault in L2 shows.
    for (const row of faults) expect(Math.abs(relativeError(row))).toBeLessThan(0.35);
  });

  it('without L3 predicts nothing', () => {
    expect(summariseErrors(verifyRecord(syntheticRecord(), 1))).toBeNull();
  });
});
