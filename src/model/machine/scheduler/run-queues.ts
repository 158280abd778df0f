import { CREDIT2_RUN_QUEUE_CPUS } from '../scheduler-specification.ts';
import type { Topology } from '../topology.ts';

/** Which CPUs take what they run from one queue: neighbours under Credit2; under every other policy each has its own. */
export class RunQueues {
  /** By CPU: the first of those that share its queue, by which the queue is known, and one behind the last. */
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** Whether any CPU shares its queue. */
  readonly areShared: boolean;

  constructor({ cpus, layers }: Topology) {
    this.first = Int32Array.from({ length: cpus }, (_, cpu) => cpu);
    this.end = this.first.map((cpu) => cpu + 1);
    for (const { firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== 'credit2') continue;
      const most = scheduler.runQueueCpus ?? CREDIT2_RUN_QUEUE_CPUS;
      for (let from = firstCpu; from < firstCpu + cpuCount; from += most) {
        const end = Math.min(from + most, firstCpu + cpuCount);
        this.first.fill(from, from, end);
        this.end.fill(end, from, end);
      }
    }
    this.areShared = this.first.some((first, cpu) => this.end[cpu]! - first > 1);
  }
}
