import { pooled } from '../../bench/record/pool.ts';
import type { BenchRecord, RecordCounters } from '../../bench/record/record.ts';
import { workloadOrder } from './workload-order.ts';

/** Exits for each operation of a workload, counted by the hypervisor at `countedAt` while it ran above it. */
export interface ExitPass {
  readonly workload: string;
  /** Where the workload ran. */
  readonly level: number;
  readonly countedAt: number;
  readonly operations: number;
  readonly total: number;
  /** By reason where the record has reasons, else by whatever else the hypervisor counts. */
  readonly parts: ReadonlyMap<string, number>;
}

/** KVM's own total, in `debugfs kvm`. */
const TOTAL = 'exits';
/** How sources that count each exit once, by its reason, begin (record.ts). */
const BY_REASON = 'kvm_exit by reason';

/** What each hypervisor counted, one pass for each workload, where it ran and who counted; sources put together. */
export function exitPasses(record: BenchRecord): readonly ExitPass[] {
  const passes = new Map<string, RecordCounters[]>();
  for (const counters of pooled(record).counters) {
    if (counters.operations <= 0) continue;
    const key = JSON.stringify([counters.workload, counters.workloadLevel, counters.level]);
    passes.set(key, [...(passes.get(key) ?? []), counters]);
  }
  const order = workloadOrder(record);
  return [...passes.values()]
    .map(passOf)
    .filter((pass) => pass !== null)
    .sort(
      (a, b) =>
        order.get(a.workload)! - order.get(b.workload)! || a.level - b.level || a.countedAt - b.countedAt,
    );
}

function passOf(counters: readonly RecordCounters[]): ExitPass | null {
  const reasons = counters.find(({ source }) => source.startsWith(BY_REASON));
  const totals = counters.find(({ delta }) => Object.hasOwn(delta, TOTAL));
  const source = reasons ?? totals;
  if (source === undefined) return null;
  const perOperation = (value: number): number => value / source.operations;
  const parts = new Map(
    Object.entries(source.delta)
      .filter(([name]) => name !== TOTAL)
      .map(([name, value]) => [name, perOperation(value)]),
  );
  const total =
    totals === undefined
      ? [...parts.values()].reduce((sum, value) => sum + value, 0)
      : totals.delta[TOTAL]! / totals.operations;
  const { workload, workloadLevel, level, operations } = source;
  return { workload, level: workloadLevel, countedAt: level, operations, total, parts };
}
