import { ownCpuMs } from '../environment/watch.ts';
import type { Evidence, Report, ReportOf } from '../lab/protocol.ts';
import { isBare } from '../workload/bare-operations.ts';
import { EXIT_REASON_SOURCE, ExitTrace } from './exit-trace.ts';
import {
  type Counts,
  growth,
  KVM_TOTALS_SOURCE,
  KvmTotals,
  leastCounts,
  lessOverhead,
  readKvmTotal,
} from './kvm-counters.ts';

interface Reading {
  readonly totals: Counts;
  readonly reasons: Counts;
}

/**
 * Phases in which nothing is done, taken like the others: what taking them counts is then known and taken off. They
 * carry this name and no operation.
 */
export const EMPTY_PHASE = 'empty-phase';
/** Of a guest that another agent starts and speaks for: its phases hold less. */
export const EMPTY_BARE_PHASE = 'empty-phase-bare';

const ADDED = ', less an empty phase';

/** Counts the exits that this level's KVM takes from its guests, and theirs, around phases of a workload. */
export class ExitCounter {
  readonly #level: number;
  readonly #trace = new ExitTrace();
  readonly #totals = new KvmTotals();
  #before: Counts = {};
  #begun: Reading | null = null;
  readonly #emptyPhases = new Map<string, Reading[]>();
  /** CPU time this process has taken to count, in ms. */
  countingMs = 0;

  /** KVM has to be loaded by the time anything is counted. */
  constructor(level: number) {
    this.#level = level;
  }

  /** A guest is about to be started. */
  beforeStart(): void {
    this.#before = this.#totals.read();
    // A guest that died in the middle of counting left its readings.
    this.#begun = null;
    for (const key of this.#emptyPhases.keys())
      if (key.endsWith(`/${EMPTY_PHASE}`)) this.#emptyPhases.delete(key);
  }

  mark(mark: ReportOf<'mark'>, report: (report: Report) => void): void {
    const before = ownCpuMs();
    this.#mark(mark, report);
    this.countingMs += ownCpuMs() - before;
  }

  #mark({ phase, workload, level, operations }: ReportOf<'mark'>, report: (report: Report) => void): void {
    this.#trace.start();
    const now: Reading = { totals: this.#totals.read(), reasons: this.#trace.read() };
    if (phase === 'begin') {
      this.#begun = now;
      return;
    }
    if (this.#begun === null) throw new Error(`the end of ${workload} was marked, and its beginning was not`);
    const grown: Reading = {
      totals: growth(this.#begun.totals, now.totals),
      reasons: growth(this.#begun.reasons, now.reasons),
    };
    this.#begun = null;
    if (workload === EMPTY_PHASE || workload === EMPTY_BARE_PHASE) {
      const key = `${level}/${workload}`;
      this.#emptyPhases.set(key, [...(this.#emptyPhases.get(key) ?? []), grown]);
      return;
    }
    const empty =
      this.#emptyPhases.get(`${level}/${isBare(workload) ? EMPTY_BARE_PHASE : EMPTY_PHASE}`) ?? [];
    for (const [source, kind] of [
      [KVM_TOTALS_SOURCE, 'totals'],
      [EXIT_REASON_SOURCE, 'reasons'],
    ] as const) {
      const overhead = leastCounts(empty.map((reading) => reading[kind]));
      report({
        type: 'record',
        level,
        line: {
          ...{ kind: 'counters', level: this.#level, workloadLevel: level, workload, operations },
          source: source + ADDED,
          delta: lessOverhead(grown[kind], overhead),
        },
      });
    }
  }

  stop(): void {
    const before = ownCpuMs();
    this.#trace.stop();
    this.countingMs += ownCpuMs() - before;
  }

  /** That a counter has grown since a guest was started. */
  grown(counter: string, whileWhat: string): Evidence {
    const by = readKvmTotal(counter) - (this.#before[counter] ?? 0);
    return { claim: `${counter} of level ${this.#level} grew by ${by} while ${whileWhat}`, holds: by > 0 };
  }
}
