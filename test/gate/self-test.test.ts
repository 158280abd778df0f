import { expect, it } from 'vitest';
import { selfTest } from '../../src/gate/self-test.ts';
import { blockedRecord } from './blocked-record.ts';

const RULES = { margin: 0.03, exactMargin: 0.005, alpha: 0.05 };

it('raises next to no alarm on a machine with ordinary noise', () => {
  const found = selfTest(blockedRecord({ blocks: 20 }), RULES, 200)!;
  expect(found).toMatchObject({ splits: 200, blocks: 10 });
  expect(found.falseAlarms).toBeLessThanOrEqual(0.01);
  expect(found.pass + found.inconclusive + found.falseAlarms).toBeCloseTo(1, 12);
});

it('names the metric that cannot be trusted: one that runs at two heights', () => {
  const record = blockedRecord({ blocks: 6 });
  const counters = record.counters.map((line) =>
    line.workload === 'cpuid' && line.workloadLevel === 2
      ? { ...line, delta: { ...line.delta, cpuid: line.block > 3 ? 1020 : 1000 } }
      : line,
  );
  const found = selfTest({ ...record, counters }, RULES, 400)!;
  expect(found.alarms.map(({ name }) => name)).toEqual(['cpuid in L2, exits an operation']);
  // One deal in twenty puts all blocks of one height on one side, in the order that looks like growth.
  expect(found.falseAlarms).toBeGreaterThan(0.02);
  expect(found.falseAlarms).toBeLessThan(0.09);
});

it('says the same each time', () => {
  const record = blockedRecord({ blocks: 8 });
  expect(selfTest(record, RULES, 50)).toEqual(selfTest(record, RULES, 50));
});

it('needs six blocks', () => {
  expect(selfTest(blockedRecord({ blocks: 5 }), RULES, 10)).toBeNull();
});
