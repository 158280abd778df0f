import type { RecordCounters } from '../../../src/bench/record/record.ts';

/** What level 0 counted while cpuid ran in L2. */
export const countersLine = (
  source: string,
  delta: RecordCounters['delta'],
  operations = 100,
): RecordCounters => ({
  kind: 'counters',
  boot: 1,
  block: 1,
  level: 0,
  workloadLevel: 2,
  workload: 'cpuid',
  operations,
  source,
  delta,
});
