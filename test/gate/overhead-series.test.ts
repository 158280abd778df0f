import { expect, it } from 'vitest';
import type { RecordCounters } from '../../src/bench/record/record.ts';
import { overheadSeries } from '../../src/gate/overhead-series.ts';
import { blockedRecord } from './blocked-record.ts';

const record = blockedRecord({
  blocks: 4,
  workloads: [
    ['cpuid', 'exit'],
    ['msr-write', 'exit'],
    ['compile', 'application'],
  ],
});
const exitsOf = (counters: readonly RecordCounters[], workload: string) =>
  overheadSeries({ ...record, counters }).filter(
    ({ key }) => key.workload === workload && key.kind === 'exits' && key.level === 1,
  );

it('counts of a probe the exits of its own reason, in which no tick is', () => {
  const counters = record.counters.map((line) =>
    line.source.startsWith('kvm_exit') && line.workload === 'cpuid'
      ? { ...line, delta: { CPUID: 1000, interrupt: line.block * 7, msr_write: line.block } }
      : line,
  );
  const [series] = exitsOf(counters, 'cpuid');
  expect(series!.values.map(({ value }) => value)).toEqual([1, 1, 1, 1]);
  expect(series!.exactLike).toBe(true);
});

it('has no exits of a probe whose own reason is a tick’s too, and totals of an application', () => {
  expect(exitsOf(record.counters, 'msr-write')).toEqual([]);
  const [series] = exitsOf(record.counters, 'compile');
  expect(series!.exactLike).toBe(false);
  expect(series!.values).toHaveLength(4);
});

it('takes totals where nobody counted reasons, and does not call them exact', () => {
  const totals = record.counters.filter(({ source }) => source.startsWith('debugfs'));
  const [series] = exitsOf(totals, 'cpuid');
  expect(series).toMatchObject({ exactLike: false });
});
