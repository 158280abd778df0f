import { type ExitsOfOne, exitsOfOne } from '../../bench/record/exits-of-one.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import { workloadOrder } from './workload-order.ts';

/** Exits of one operation, workloads in the order they were planned, by where they ran and who counted. */
export function exitsInOrder(record: BenchRecord): readonly ExitsOfOne[] {
  const order = workloadOrder(record);
  return [...exitsOfOne(record)].sort(
    (a, b) =>
      order.get(a.workload)! - order.get(b.workload)! || a.level - b.level || a.countedAt - b.countedAt,
  );
}
