import type { BenchRecord, RecordLine } from '../record/record.ts';
import type { Turn } from './protocol.ts';

export const turnKey = ({ block, level, workload }: Turn): string => `${block}/${level}/${workload}`;
const cellKey = (level: number, workload: string): string => `${level}/${workload}`;

/** What of a plan is in the record already, so that nothing is measured twice: kept up as lines are written. */
export class MeasuredSoFar {
  readonly #turns = new Set<string>();
  /** A level that could not run a workload once is not asked again. */
  readonly #impossible = new Set<string>();
  readonly #blocks = new Set<number>();
  /** Blocks of which something is measured. */
  readonly #begun = new Map<number, number>();
  readonly #boots = new Map<number, number>();

  static of(record: BenchRecord): MeasuredSoFar {
    const found = new MeasuredSoFar();
    for (const line of [...record.boots, ...record.samples, ...record.skipped, ...record.blocks])
      found.add(line);
    return found;
  }

  add(line: RecordLine): void {
    switch (line.kind) {
      case 'samples':
        this.#turns.add(turnKey(line));
        this.#begun.set(line.block, (this.#begun.get(line.block) ?? 0) + 1);
        return;
      case 'skipped':
        this.#impossible.add(cellKey(line.level, line.workload));
        return;
      case 'block':
        this.#blocks.add(line.block);
        return;
      case 'level':
        this.#boots.set(line.level, Math.max(line.boot, this.#boots.get(line.level) ?? 0));
        return;
      default:
    }
  }

  /** Whether the turn need not be given: measured, or known to be impossible. */
  hasTurn(turn: Turn): boolean {
    return this.#turns.has(turnKey(turn)) || this.#impossible.has(cellKey(turn.level, turn.workload));
  }

  wasMeasuredIn(level: number, workload: string): boolean {
    return [...this.#turns].some((key) => key.endsWith(`/${cellKey(level, workload)}`));
  }

  isImpossible(level: number, workload: string): boolean {
    return this.#impossible.has(cellKey(level, workload));
  }

  hasBlock(block: number): boolean {
    return this.#blocks.has(block);
  }

  /** Measurements of a block, finished or not. */
  countIn(block: number): number {
    return this.#begun.get(block) ?? 0;
  }

  bootsOf(level: number): number {
    return this.#boots.get(level) ?? 0;
  }
}
