import { Awaitable, Waiter } from './awaitable.ts';

/** Which of several came first, and its result. */
export interface First {
  readonly index: number;
  readonly value: unknown;
}

/** One of the things a combination waits for, as a waiter of its own. */
class Branch extends Waiter {
  readonly index: number;
  settled = false;
  private readonly parent: { settle(branch: Branch): void };

  constructor(parent: { settle(branch: Branch): void }, index: number, part: Awaitable<unknown>) {
    super();
    this.parent = parent;
    this.index = index;
    this.awaiting = part;
  }

  override grant(value: unknown): void {
    this.value = value;
    this.parent.settle(this);
  }

  begin(): boolean {
    this.settled = this.awaiting!.begin(this);
    return this.settled;
  }

  /** Leaves the line, or undoes the grant. */
  abandon(): void {
    if (this.settled) this.awaiting!.giveBack(this.value);
    else this.awaiting!.withdraw(this);
  }
}

/** Several waited for at once, by one process at a time. */
abstract class Combination<T> extends Awaitable<T> {
  protected readonly parts: readonly Awaitable<unknown>[];
  protected branches: Branch[] = [];
  private waiter: Waiter | null = null;

  constructor(parts: readonly Awaitable<unknown>[]) {
    super();
    if (parts.length === 0) throw new RangeError('there must be something to wait for');
    this.parts = parts;
  }

  override begin(waiter: Waiter): boolean {
    if (this.waiter !== null) throw new Error('a combination can be waited for by one process at a time');
    this.branches = [];
    for (const [index, part] of this.parts.entries()) {
      const branch = new Branch(this, index, part);
      this.branches.push(branch);
      this.beginBranch(branch);
      if (this.isComplete()) {
        waiter.value = this.conclude();
        return true;
      }
    }
    this.waiter = waiter;
    return false;
  }

  override withdraw(_waiter: Waiter): void {
    this.waiter = null;
    for (const branch of this.branches) branch.abandon();
  }

  /** When it cannot be waited for, the others are not either. */
  private beginBranch(branch: Branch): void {
    try {
      branch.begin();
    } catch (error) {
      for (const other of this.branches) if (other !== branch) other.abandon();
      throw error;
    }
  }

  settle(branch: Branch): void {
    branch.settled = true;
    const waiter = this.waiter;
    if (waiter === null || !this.isComplete()) return;
    this.waiter = null;
    waiter.grant(this.conclude());
  }

  protected abstract isComplete(): boolean;
  /** The result; what is still waited for is abandoned. */
  protected abstract conclude(): T;
}

/** The first of several; the others are no longer waited for. When several are there already, the first listed. */
export class AnyOf extends Combination<First> {
  protected override isComplete(): boolean {
    return this.branches.some((branch) => branch.settled);
  }

  protected override conclude(): First {
    const winner = this.branches.find((branch) => branch.settled)!;
    for (const branch of this.branches) if (branch !== winner) branch.abandon();
    return { index: winner.index, value: winner.value };
  }

  override giveBack({ index, value }: First): void {
    this.parts[index]!.giveBack(value);
  }
}

/** All of several; the result is theirs, in the order listed. */
export class AllOf extends Combination<unknown[]> {
  protected override isComplete(): boolean {
    return this.branches.length === this.parts.length && this.branches.every((branch) => branch.settled);
  }

  protected override conclude(): unknown[] {
    return this.branches.map((branch) => branch.value);
  }

  override giveBack(values: unknown[]): void {
    for (const [index, part] of this.parts.entries()) part.giveBack(values[index]);
  }
}
