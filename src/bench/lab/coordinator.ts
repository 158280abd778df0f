import type { Facts } from '../environment/facts.ts';
import { OUTSIDE_BLOCKS } from '../record/record.ts';
import type { MeasuredSoFar } from './measured-so-far.ts';
import { turnKey } from './measured-so-far.ts';
import type { Report, Turn } from './protocol.ts';

export interface CoordinatorOptions {
  readonly levels: readonly number[];
  /** Whether a level goes when another is lost: it runs in it, or is reached through it. Each goes with itself. */
  readonly isAbove: (level: number, lost: number) => boolean;
  /** Numbers of the blocks to measure, in their order. */
  readonly blocks: readonly number[];
  readonly orderOf: (block: number) => readonly Turn[];
  /** What a level does after each of its boots, before it is measured. */
  readonly warmingOf: (level: number) => readonly Turn[];
  readonly soFar: MeasuredSoFar;
  readonly nameOf: (level: number) => string;
  /** Hands the turn to its level. */
  readonly give: (turn: Turn) => void;
  /** A level was lost each time it had this turn, and will not be given it again. */
  readonly onImpossible: (turn: Turn, reason: string) => void;
  readonly onBlockBegin: (block: number) => void;
  readonly onBlockEnd: (block: MeasuredBlock) => void;
}

export interface MeasuredBlock {
  readonly block: number;
  /** The turns that were taken, in their order. */
  readonly order: readonly Turn[];
  /** What kept it from being one whole, in words. */
  readonly interruptions: readonly string[];
  /** What each level watched in each of its turns. */
  readonly watched: ReadonlyMap<number, readonly Facts[]>;
}

type LevelState = 'booting' | 'up' | 'given-up';

interface OpenBlock {
  readonly block: number;
  readonly remaining: Turn[];
  readonly order: Turn[];
  readonly interruptions: Set<string>;
  readonly watched: Map<number, Facts[]>;
}

/** A level that is lost as often in the same turn is lost because of it. */
const LOSSES_OF_A_TURN = 2;

/**
 * Gives the turn to one level at a time, block by block, while every level stays up. Nothing is measured while a level
 * boots, since the levels below it work then; nor before each has been warmed up in the boot it is in.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #states: Map<number, LevelState>;
  readonly #losses = new Map<string, number>();
  /** What levels that are up have still to do to be warm. */
  readonly #cold = new Map<number, Turn[]>();
  readonly #toDo: number[];
  #open: OpenBlock | null = null;
  #active: Turn | null = null;
  #finish: () => void = () => undefined;
  /** Settles when there is nothing left to measure, or nobody left to measure it. */
  readonly finished: Promise<void>;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#states = new Map(options.levels.map((level) => [level, 'booting']));
    this.#toDo = options.blocks.filter((block) => !options.soFar.hasBlock(block));
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** The turn somebody has. */
  get active(): Turn | null {
    return this.#active;
  }

  /** After whatever the report brought has been written. */
  take(report: Report): void {
    switch (report.type) {
      case 'boot':
        this.#setFrom(report.level, 'booting');
        return;
      case 'level':
        this.#states.set(report.level, 'up');
        this.#cold.set(report.level, [...this.#options.warmingOf(report.level)]);
        break;
      case 'gave-up':
        this.#setFrom(report.level, 'given-up');
        break;
      case 'lost':
        this.#lose(report.level, report.reason);
        return;
      case 'turn-done':
        this.#done(report, report.watched);
        break;
      default:
        return;
    }
    this.#next();
  }

  #setFrom(lost: number, state: LevelState): void {
    for (const level of this.#states.keys())
      if (this.#options.isAbove(level, lost)) {
        this.#states.set(level, state);
        this.#cold.delete(level);
      }
  }

  #lose(level: number, reason: string): void {
    const turn = this.#active;
    this.#open?.interruptions.add(`${this.#options.nameOf(level)} was lost and booted again`);
    if (turn === null || !this.#options.isAbove(turn.level, level)) return;
    this.#active = null;
    const losses = (this.#losses.get(turnKey(turn)) ?? 0) + 1;
    this.#losses.set(turnKey(turn), losses);
    // One that was warming up begins anew.
    if (losses < LOSSES_OF_A_TURN) {
      if (turn.block !== OUTSIDE_BLOCKS) this.#open?.remaining.unshift(turn);
    } else this.#options.onImpossible(turn, `the level was lost ${losses} times while it ran: ${reason}`);
  }

  #done(turn: Turn, facts: Facts): void {
    if (this.#active === null || turnKey(this.#active) !== turnKey(turn)) return;
    this.#active = null;
    if (turn.block === OUTSIDE_BLOCKS) return;
    const { order, watched } = this.#open!;
    order.push({ level: turn.level, block: turn.block, workload: turn.workload });
    watched.set(turn.level, [...(watched.get(turn.level) ?? []), facts]);
  }

  #next(): void {
    if (this.#active !== null || [...this.#states.values()].includes('booting')) return;
    if (this.#open === null && this.#nothingLeft()) {
      this.#finish();
      return;
    }
    const warming = this.#nextWarming();
    if (warming !== undefined) {
      this.#give(warming);
      return;
    }
    for (;;) {
      this.#open ??= this.#begin();
      if (this.#open === null) {
        this.#finish();
        return;
      }
      const turn = this.#open.remaining.shift();
      if (turn === undefined) this.#end();
      else if (this.#options.soFar.hasTurn(turn)) continue;
      else if (this.#states.get(turn.level) === 'given-up') this.#miss(turn);
      else {
        this.#give(turn);
        return;
      }
    }
  }

  #give(turn: Turn): void {
    this.#active = turn;
    this.#options.give(turn);
  }

  /** Level by level from the lowest: what a level above it needs of it is then warm. */
  #nextWarming(): Turn | undefined {
    for (const level of this.#options.levels) {
      const cold = this.#cold.get(level) ?? [];
      for (let turn = cold.shift(); turn !== undefined; turn = cold.shift())
        if (!this.#options.soFar.hasTurn(turn)) return turn;
    }
    return undefined;
  }

  #nothingLeft(): boolean {
    return this.#toDo.length === 0 || [...this.#states.values()].every((state) => state === 'given-up');
  }

  #begin(): OpenBlock | null {
    if (this.#nothingLeft()) return null;
    const block = this.#toDo.shift()!;
    const { soFar, orderOf, onBlockBegin } = this.#options;
    const before = soFar.countIn(block);
    onBlockBegin(block);
    return {
      block,
      remaining: [...orderOf(block)],
      order: [],
      interruptions: new Set(
        before === 0 ? [] : [`it was cut off after ${before} measurements and continued in another boot`],
      ),
      watched: new Map(),
    };
  }

  /** A level that was never there is told of by itself; one that was is missed. */
  #miss({ level }: Turn): void {
    if (this.#options.soFar.bootsOf(level) === 0) return;
    this.#open!.interruptions.add(
      `${this.#options.nameOf(level)} was lost before it had measured everything`,
    );
  }

  #end(): void {
    const { block, order, interruptions, watched } = this.#open!;
    this.#open = null;
    this.#options.onBlockEnd({ block, order, interruptions: [...interruptions], watched });
  }
}
