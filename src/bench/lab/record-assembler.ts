import { farOut } from '../record/outliers.ts';
import { OUTSIDE_BLOCKS, type RecordLevel, type RecordLine, type RecordSamples } from '../record/record.ts';
import { recordLineSchema } from '../record/schema.ts';
import { runsAt } from '../workload/bare-operations.ts';
import { GUEST_BOOT } from '../workload/guest-boot.ts';
import type { MeasuredSoFar } from './measured-so-far.ts';
import {
  type Evidence,
  ProtocolError,
  type Report,
  type ReportedLine,
  type ReportOf,
  type Turn,
} from './protocol.ts';

const NAMES = ['metal', 'L1', 'L2', 'L3'] as const;
type LevelName = RecordLevel['name'];

/** @throws {RangeError} for a level records have no name for */
export function levelName(level: number): LevelName {
  const name = NAMES[level];
  if (name === undefined)
    throw new RangeError(`level ${level} has no name; there are 0 to ${NAMES.length - 1}`);
  return name;
}

export interface AssemblerOptions {
  readonly levels: readonly number[];
  /** Whether a level goes when another is lost. */
  readonly isAbove: (level: number, lost: number) => boolean;
  readonly acceleratorOf?: AcceleratorOf | undefined;
  /** Whether the lab boots the levels above the first: how long that takes is then a measurement. */
  readonly boots: boolean;
  /** Those every level is to run. */
  readonly workloads: readonly string[];
  readonly soFar: MeasuredSoFar;
  /** Lines that belong together, and are written together or not at all. */
  readonly emit: (lines: readonly RecordLine[]) => void;
}

/**
 * Turns what the agents report into lines of a record. What a turn brought is handed on when the turn is over, as one:
 * first what was counted and last the samples, so that a record that was cut off in between has counters without
 * samples, which are known not to count.
 */
export class RecordAssembler {
  readonly #options: AssemblerOptions;
  /** Boots tried since the level was last reached. */
  readonly #tries = new Map<number, number>();
  /** Why it was lost, each time since it was last reached. */
  readonly #losses = new Map<number, readonly string[]>();
  readonly #givenUp = new Map<number, Pick<ReportOf<'gave-up'>, 'reason' | 'console'>>();
  #turn: RecordLine[] = [];

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  /**
   * @param turn the turn somebody has
   * @throws {ProtocolError} when an agent reports what cannot be in a record
   */
  take(report: Report, turn: Turn | null): void {
    switch (report.type) {
      case 'boot':
        this.#tries.set(report.level, (this.#tries.get(report.level) ?? 0) + 1);
        for (const level of this.#givenUp.keys())
          if (this.#options.isAbove(level, report.level)) this.#givenUp.delete(level);
        return;
      case 'level':
        this.#reached(report);
        return;
      case 'record':
        if (turn === null) throw new ProtocolError(`level ${report.level} reported a line out of turn`);
        this.#turn.push(checked(report, turn, this.#options.soFar));
        return;
      case 'turn-done':
        this.#emit(inOrder(this.#turn));
        this.#turn = [];
        return;
      case 'lost':
        if (turn !== null && this.#options.isAbove(turn.level, report.level)) this.#turn = [];
        this.#losses.set(report.level, [...(this.#losses.get(report.level) ?? []), report.reason]);
        return;
      case 'gave-up':
        this.#givenUp.set(report.level, report);
        return;
      case 'hello':
      case 'progress':
      case 'mark':
      case 'share':
      case 'contended':
      case 'failed':
    }
  }

  /** A workload that cannot be measured at a level, as whoever gives the turns found out. */
  skip({ level, workload }: Turn, reason: string): void {
    this.#turn = [];
    this.#emit([{ kind: 'skipped', level, workload, reason }]);
  }

  /**
   * Says of every level that was not reached, and of every workload that was not measured, what became of it.
   * @param reason why the run ended; @param console the last lines of the console of the level that runs everything
   */
  finish(reason: string, console: readonly string[]): readonly number[] {
    const { levels, workloads, soFar } = this.#options;
    const lines: RecordLine[] = [];
    const reached: number[] = [];
    let missing: number | null = null;
    for (const level of levels) {
      const lost = this.#givenUp.get(level);
      if (soFar.bootsOf(level) === 0) {
        const tries = this.#tries.get(level) ?? 0;
        const below =
          missing === null || !this.#options.isAbove(level, missing)
            ? null
            : `${levelName(missing)}, which it runs in, was not reached`;
        lines.push({
          ...{ kind: 'missing', level, tries },
          reason: below ?? lost?.reason ?? reason,
          console: [...(below === null ? (lost?.console ?? console) : [])],
        });
        if (below === null) missing = level;
        continue;
      }
      reached.push(level);
      const why = lost === undefined ? reason : `${levelName(level)} was lost: ${lost.reason}`;
      for (const workload of workloads) {
        if (!runsAt(level, workload)) continue;
        if (soFar.wasMeasuredIn(level, workload) || soFar.isImpossible(level, workload)) continue;
        lines.push({ kind: 'skipped', level, workload, reason: why });
      }
    }
    if (lines.length > 0) this.#emit(lines);
    return reached;
  }

  #reached(report: ReportOf<'level'>): void {
    const { soFar } = this.#options;
    const { level } = report;
    const boot = soFar.bootsOf(level) + 1;
    const { acceleratorOf = acceleratorOfLadder, boots } = this.#options;
    const past = { tries: this.#tries.get(level) ?? 1, losses: this.#losses.get(level) ?? [] };
    const lines: RecordLine[] = [describe(report, acceleratorOf(report), boot, past)];
    this.#tries.set(level, 0);
    this.#losses.delete(level);
    // What booted the metal is no level: how long that took is no term of a ratio.
    if (boots && level > 0 && report.environment['bare'] !== true)
      lines.push(bootSample(report, soFar.bootsOf(level - 1)));
    this.#emit(lines);
  }

  #emit(lines: readonly RecordLine[]): void {
    for (const line of lines) this.#options.soFar.add(line);
    this.#options.emit(lines);
  }
}

/** Samples last: with them the turn counts as measured. */
function inOrder(lines: readonly RecordLine[]): readonly RecordLine[] {
  return [
    ...lines.filter(({ kind }) => kind === 'counters'),
    ...lines.filter(({ kind }) => kind !== 'counters'),
  ];
}

function checked({ level, line }: ReportOf<'record'>, turn: Turn, soFar: MeasuredSoFar): RecordLine {
  const result = recordLineSchema.safeParse(placed(line, turn, soFar));
  if (
    result.success &&
    (result.data.kind === 'samples' ||
      result.data.kind === 'warming' ||
      result.data.kind === 'skipped' ||
      result.data.kind === 'counters')
  ) {
    return result.data;
  }
  const why = result.success
    ? `a line of kind ${result.data.kind} is not for an agent to write`
    : result.error.message;
  throw new ProtocolError(`the agent of level ${level} sent a line that is not for a record: ${why}`);
}

/** With what an agent leaves to the record: boot, block, and which values lie far out; and whether it only warmed up. */
function placed(line: ReportedLine, turn: Turn, soFar: MeasuredSoFar): ReportedLine {
  const place = { boot: soFar.bootsOf(turn.level), block: turn.block };
  if (line.kind === 'counters') return { ...line, ...place };
  if (line.kind !== 'samples') return line;
  if (turn.block === OUTSIDE_BLOCKS) {
    const { warmUp: _, ...rest } = line;
    return { ...rest, kind: 'warming', boot: place.boot };
  }
  const { values, warmUp } = line;
  const numbers = Array.isArray(values) ? (values as readonly number[]) : [];
  return { ...line, ...place, outliers: farOut(numbers, Number(warmUp)) };
}

function describe(
  { level, bootSeconds, environment }: ReportOf<'level'>,
  accelerator: RecordLevel['accelerator'],
  boot: number,
  { tries, losses }: { readonly tries: number; readonly losses: readonly string[] },
): RecordLevel {
  return {
    kind: 'level',
    level,
    boot,
    name: levelName(level),
    accelerator,
    bootTries: tries,
    ...(losses.length === 0 ? {} : { losses }),
    bootSeconds,
    environment,
  };
}

/** How long the level took to boot is something the level below did, by its own clock. */
function bootSample({ level, bootSeconds }: ReportOf<'level'>, boot: number): RecordSamples {
  const nanoseconds = Math.round(bootSeconds * 1e9);
  return {
    kind: 'samples',
    level: level - 1,
    boot,
    block: OUTSIDE_BLOCKS,
    workload: GUEST_BOOT.name,
    class: GUEST_BOOT.class,
    unit: 'ns',
    values: [nanoseconds],
    operationsPerSample: 1,
    warmUp: 0,
    outliers: [],
    checksum: null,
  };
}

export type AcceleratorOf = (report: ReportOf<'level'>) => RecordLevel['accelerator'];

export const acceleratorOfLadder: AcceleratorOf = ({ level, evidence }) => ({
  name: level === 0 ? 'emulated-cpu' : 'kvm',
  verified: isVerified(level, evidence),
  evidence: inWords(evidence),
});

/** In a ladder whose first level is a guest of this machine's KVM: that one's exits are not seen, which takes root. */
export const acceleratorOnThisMachine: AcceleratorOf = ({ level, evidence }) => ({
  name: 'kvm',
  verified: evidence.length > level && evidence.every(({ holds }) => holds),
  evidence: inWords(evidence),
});

export const inWords = (evidence: readonly Evidence[]): readonly string[] =>
  evidence.map(({ claim, holds }) => (holds ? claim : `not as expected: ${claim}`));

/** From within, from QEMU, from KVM below, and from each further level's KVM below that: all must agree. */
function isVerified(level: number, evidence: readonly Evidence[]): boolean {
  const expected = level === 0 ? 3 : 3 + (level - 1);
  return evidence.length >= expected && evidence.every(({ holds }) => holds);
}
