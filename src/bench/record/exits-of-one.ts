import { median } from 'simple-statistics';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { type CountedExits, countedExits } from './counted-exits.ts';
import { undisturbedGroups } from './pool.ts';
import type { BenchRecord, RecordCounters } from './record.ts';

/** A class of exits, or `other`: what was counted and put in no class. */
export type ExitKind = ExitClass | 'other';

/** Median over the passes of a workload, one a block, with the least and the most of any. */
export interface CountPerOperation {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Exits for each operation of a workload, counted by the hypervisor at `countedAt` while it ran above it. */
export interface ExitsOfOne {
  readonly workload: string;
  /** Where the workload ran. */
  readonly level: number;
  readonly countedAt: number;
  /** Of all passes together. */
  readonly operations: number;
  /** Of blocks. */
  readonly passes: number;
  /** All that was counted. */
  readonly total: CountPerOperation;
  /** What is left without the background. */
  readonly own: CountPerOperation;
  /** Medians of what is left, most first; classes with none are not in it. */
  readonly byKind: ReadonlyMap<ExitKind, number>;
  /** External interrupts, less those of a pass without exits. */
  readonly interrupts: number;
  /** Whether by reason, each exit once, or by KVM's totals, which name only some of them. */
  readonly detail: CountedExits['detail'];
}

/** Fewer own exits than this in an operation are not told from what comes with time. */
export const LEAST_OWN_EXITS = 0.05;

/** Whether an operation takes exits of its own, in every block. */
export const hasOwnExits = ({ own }: ExitsOfOne): boolean => own.median >= LEAST_OWN_EXITS && own.least > 0;

/** What interrupts a hypervisor are its own clock and devices, whatever its guest does. */
const COMES_WITH_TIME: ExitKind = 'external-interrupt';

/**
 * What each hypervisor counted, for each workload, where it ran and who counted. Two things are background and left out
 * of what is the operation's own: external interrupts, and as many of every other class as a pass counts in which
 * nothing exits (the median of those of class `control`): its ends, at which the guest goes idle, and the ticks of a
 * short time. What a guest's own tick does during an operation that lasts stays in.
 */
export function exitsOfOne(record: BenchRecord): readonly ExitsOfOne[] {
  const counted = undisturbedGroups(
    record,
    record.counters.filter(({ operations }) => operations > 0),
    ({ workload, workloadLevel, level }) => JSON.stringify([workload, workloadLevel, level]),
  )
    .map(countedPasses)
    .filter((each) => each !== null);
  const controls = new Set(
    record.samples.filter((line) => line.class === 'control').map(({ workload }) => workload),
  );
  return counted.map((each) => passOf(each, backgroundOf(counted, controls, each)));
}

interface CountedPasses {
  readonly line: RecordCounters;
  readonly passes: readonly CountedExits[];
}

/** By reason where there are reasons: a total is less the total of an empty phase, whose ticks are as many as it lasted. */
function countedPasses(lines: readonly RecordCounters[]): CountedPasses | null {
  const counted = lines.map(countedExits).filter((each) => each !== null);
  const byReason = counted.filter(({ detail }) => detail === 'reasons');
  const totals = lines.filter(({ delta }) => 'exits' in delta).map((line) => countedExits(line)!);
  const passes = byReason.length > 0 ? byReason : totals;
  return passes.length === 0 ? null : { line: lines[0]!, passes };
}

type CountsOfPass = ReadonlyMap<ExitKind, number>;

/** Exits of a whole pass that belong to no operation, by class. */
function backgroundOf(
  all: readonly CountedPasses[],
  controls: ReadonlySet<string>,
  { line: { workload, level, workloadLevel }, passes: [first] }: CountedPasses,
): CountsOfPass {
  const empty = all
    .filter(({ line }) => controls.has(line.workload) && isBare(line.workload) === isBare(workload))
    .filter(({ line }) => line.level === level && line.workloadLevel === workloadLevel)
    .flatMap(({ passes }) => passes.filter(({ detail }) => detail === first!.detail));
  if (empty.length === 0) return new Map();
  return new Map(KINDS.map((kind) => [kind, median(empty.map((pass) => countOf(pass, kind)))]));
}

/** A pass over a bare guest takes in its start. */
const isBare = (workload: string): boolean => workload.startsWith('bare-');

const KINDS: readonly ExitKind[] = [...EXIT_CLASSES, 'other'];

const countOf = ({ byClass, unclassified, operations }: CountedExits, kind: ExitKind): number =>
  operations * (kind === 'other' ? unclassified : (byClass[kind] ?? 0));

function passOf({ line, passes }: CountedPasses, background: CountsOfPass): ExitsOfOne {
  const without = (pass: CountedExits, kind: ExitKind): number =>
    Math.max(0, countOf(pass, kind) - (background.get(kind) ?? 0)) / pass.operations;
  const own = passes.map(
    (pass) =>
      new Map(KINDS.filter((kind) => kind !== COMES_WITH_TIME).map((kind) => [kind, without(pass, kind)])),
  );
  const byKind = KINDS.map((kind): [ExitKind, number] => [
    kind,
    median(own.map((counts) => counts.get(kind) ?? 0)),
  ])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  return {
    workload: line.workload,
    level: line.workloadLevel,
    countedAt: line.level,
    operations: passes.reduce((sum, { operations }) => sum + operations, 0),
    passes: passes.length,
    total: countPerOperation(passes.map(({ total }) => total)),
    own: countPerOperation(own.map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0))),
    byKind: new Map(byKind),
    interrupts: median(passes.map((pass) => without(pass, COMES_WITH_TIME))),
    detail: passes[0]!.detail,
  };
}

const countPerOperation = (values: readonly number[]): CountPerOperation => ({
  median: median([...values]),
  least: Math.min(...values),
  most: Math.max(...values),
});
