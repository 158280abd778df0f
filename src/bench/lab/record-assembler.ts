import { farOut } from '../record/outliers.ts';
import type { RecordLevel, RecordLine, RecordSamples } from '../record/record.ts';
import { recordLineSchema } from '../record/schema.ts';
import { WORKLOADS } from '../workload/run.ts';
import { type Evidence, ProtocolError, type Report, type ReportedLine, type ReportOf } from './protocol.ts';

const NAMES = ['metal', 'L1', 'L2', 'L3'] as const;
type LevelName = RecordLevel['name'];

/** @throws {RangeError} for a level records have no name for */
export function levelName(level: number): LevelName {
  const name = NAMES[level];
  if (name === undefined)
    throw new RangeError(`level ${level} has no name; there are 0 to ${NAMES.length - 1}`);
  return name;
}

interface Level {
  boots: number;
  /** What the current boot reported, not yet known to be complete. */
  description: ReportOf<'level'> | null;
  lines: RecordLine[];
  state: 'pending' | 'written';
}

/**
 * Turns what the agents report into lines of a record. A level's lines are handed on when it has measured everything,
 * so that a boot that failed half way leaves nothing that a later one repeats. When there is no later one, what was
 * measured is kept, and what was not is said to be skipped.
 */
export class RecordAssembler {
  readonly #depth: number;
  readonly #workloads: readonly string[];
  readonly #emit: (line: RecordLine) => void;
  readonly #levels = new Map<number, Level>();

  /** @param workloads those every level is to run */
  constructor(
    depth: number,
    emit: (line: RecordLine) => void,
    workloads: readonly string[] = WORKLOADS.map(({ name }) => name),
  ) {
    this.#depth = depth;
    this.#emit = emit;
    this.#workloads = workloads;
  }

  /** @throws {ProtocolError} when an agent reports what cannot be in a record */
  take(report: Report): void {
    switch (report.type) {
      case 'boot':
        for (let level = report.level; level <= this.#depth; level++) this.#forget(level);
        this.#level(report.level).boots++;
        return;
      case 'level':
        this.#level(report.level).description = report;
        return;
      case 'record':
        this.#level(report.level).lines.push(checked(report, 1));
        return;
      case 'measured':
        this.#write(report.level);
        return;
      case 'gave-up':
        this.#giveUp(report);
        return;
      case 'hello':
      case 'progress':
      case 'mark':
      case 'lost':
      case 'failed':
      case 'done':
    }
  }

  /**
   * Says of every level that has not measured what became of it.
   * @param reason why the run ended; @param console the last lines of the console of the level that runs everything
   */
  finish(reason: string, console: readonly string[]): readonly number[] {
    for (let level = 0; level <= this.#depth; level++) {
      if (this.#level(level).state === 'pending')
        this.#giveUp({ type: 'gave-up', level, reason, console: [...console] });
    }
    return [...this.#levels.keys()].filter((level) => this.#reached(level)).sort((a, b) => a - b);
  }

  readonly #missing = new Set<number>();

  #giveUp({ level, reason, console }: ReportOf<'gave-up'>): void {
    const state = this.#level(level);
    if (state.state === 'written' || this.#missing.has(level)) return;
    if (state.description !== null) {
      const measured = new Set(state.lines.flatMap((line) => ('workload' in line ? [line.workload] : [])));
      this.#write(level);
      for (const workload of this.#workloads.filter((name) => !measured.has(name))) {
        this.#emit({ kind: 'skipped', level, workload, reason: `${levelName(level)} was lost: ${reason}` });
      }
      return;
    }
    this.#missing.add(level);
    this.#emit({ kind: 'missing', level, reason, tries: state.boots, console });
    for (let above = level + 1; above <= this.#depth; above++) {
      if (this.#level(above).state === 'written' || this.#missing.has(above)) continue;
      this.#missing.add(above);
      const why = `${levelName(level)}, which it runs in, was not reached`;
      this.#emit({
        kind: 'missing',
        level: above,
        reason: why,
        tries: this.#level(above).boots,
        console: [],
      });
    }
  }

  #write(level: number): void {
    const state = this.#level(level);
    if (state.state === 'written') return;
    if (state.description === null) {
      throw new ProtocolError(`the agent of level ${level} has measured and never said what it runs on`);
    }
    state.state = 'written';
    this.#emit(describe(state.description, state.boots));
    for (const line of state.lines) this.#emit(line);
    state.lines = [];
  }

  #forget(level: number): void {
    const state = this.#level(level);
    if (state.state === 'written') return;
    state.description = null;
    state.lines = [];
  }

  #reached(level: number): boolean {
    return this.#level(level).state === 'written';
  }

  #level(level: number): Level {
    let found = this.#levels.get(level);
    if (found === undefined) {
      found = { boots: 0, description: null, lines: [], state: 'pending' };
      this.#levels.set(level, found);
    }
    return found;
  }
}

function checked({ level, line }: ReportOf<'record'>, boot: number): RecordLine {
  const result = recordLineSchema.safeParse({ ...line, ...placed(line, boot) });
  if (
    result.success &&
    (result.data.kind === 'samples' || result.data.kind === 'skipped' || result.data.kind === 'counters')
  ) {
    return result.data;
  }
  const why = result.success
    ? `a line of kind ${result.data.kind} is not for an agent to write`
    : result.error.message;
  throw new ProtocolError(`the agent of level ${level} sent a line that is not for a record: ${why}`);
}

/** What an agent leaves to the record: boot, block, and which values lie far out. */
function placed({ kind, values, warmUp }: ReportedLine, boot: number): Partial<RecordSamples> {
  if (kind === 'counters') return { boot, block: 1 };
  if (kind !== 'samples') return {};
  const numbers = Array.isArray(values) ? (values as readonly number[]) : [];
  return { boot, block: 1, outliers: farOut(numbers, Number(warmUp)) };
}

function describe(
  { level, bootSeconds, environment, evidence }: ReportOf<'level'>,
  boots: number,
): RecordLevel {
  return {
    kind: 'level',
    level,
    boot: 1,
    name: levelName(level),
    accelerator: {
      name: level === 0 ? 'emulated-cpu' : 'kvm',
      verified: isVerified(level, evidence),
      evidence: evidence.map(({ claim, holds }) => (holds ? claim : `not as expected: ${claim}`)),
    },
    bootTries: boots,
    bootSeconds,
    environment,
  };
}

/** From within, from QEMU, from KVM below, and from each further level's KVM below that: all must agree. */
function isVerified(level: number, evidence: readonly Evidence[]): boolean {
  const expected = level === 0 ? 3 : 3 + (level - 1);
  return evidence.length >= expected && evidence.every(({ holds }) => holds);
}
