import { Cores, FREE } from './cores.ts';

/**
 * Cores under Hyper-V's core scheduler: the threads of a core are of one VM, or one of them is idle. Who wakes takes an
 * idle core, else the free thread of a core of its own VM; where another VM is on two half-used cores, that moves
 * together. Who finds nothing waits, and has no stranger beside it when it gets on.
 *
 * Who waits takes turns with those who have threads, at shares that `Sharing` knows. Then a VM's threads run in pairs, and
 * a VM that wants one has the core to itself.
 */
export class OwnedCores extends Cores {
  private readonly vmOf: Int32Array;
  /** By VM: threads that it wants, and the core of its own that a search has seen last. */
  private readonly wanted: Int32Array;
  private readonly seen: Int32Array;

  /** @param vmOf by occupant: the VM that it is, or is in */
  constructor(cores: number, vmOf: Int32Array) {
    super(cores, vmOf.length);
    this.vmOf = vmOf;
    this.wanted = new Int32Array(vmOf.length);
    this.seen = new Int32Array(vmOf.length);
  }

  override sharedBy(occupant: number): number {
    const waiting = this.unplaced[occupant]!;
    const paired = waiting > 0 && this.wanted[this.vmOf[occupant]!]! > 1;
    return this.sharing[occupant]! + (paired ? waiting : 0);
  }

  override pass(from: number, to: number): void {
    if (this.unplaced[from]! === 0) {
      super.pass(from, to);
      return;
    }
    this.note(from);
    this.note(to);
    this.placed(from);
    this.wait(to);
  }

  override enter(occupant: number): void {
    this.note(occupant);
    this.wants(this.vmOf[occupant]!, 1);
    if (this.idle.size === 0) {
      const core = this.loneOf(this.vmOf[occupant]!);
      if (core !== FREE) {
        this.join(core, occupant);
        return;
      }
      if (!this.gather()) {
        this.wait(occupant);
        return;
      }
    }
    this.open(occupant);
  }

  override leave(occupant: number): void {
    this.note(occupant);
    const vm = this.vmOf[occupant]!;
    this.wants(vm, -1);
    if (this.unplaced[occupant]! > 0) {
      this.placed(occupant);
      return;
    }
    const thread = this.newest[occupant]!;
    this.release(thread);
    const beside = this.occupant[thread ^ 1]!;
    this.vacate(thread, occupant, beside);
    if (this.waiting.size === 0) return;
    if (beside !== FREE) {
      const next = this.waitingOf(vm);
      if (next !== FREE) {
        this.placed(next);
        this.join(thread >> 1, next);
        return;
      }
      if (!this.gather()) return;
    }
    const first = this.waiting.at(this.turn++ % this.waiting.size);
    this.placed(first);
    this.note(first);
    const core = this.open(first);
    const second = this.waitingOf(this.vmOf[first]!);
    if (second === FREE) return;
    this.placed(second);
    this.join(core, second);
  }

  /** A VM wants a thread more or less. What waits of it pairs or does not. */
  private wants(vm: number, change: 1 | -1): void {
    const before = this.wanted[vm]!;
    this.wanted[vm] = before + change;
    if (Math.min(before, before + change) !== 1) return;
    for (let i = 0; i < this.waiting.size; i++) {
      const occupant = this.waiting.at(i);
      if (this.vmOf[occupant] === vm) this.note(occupant);
    }
  }

  /** Takes an idle core. */
  private open(occupant: number): number {
    const core = this.idle.at(this.idle.size - 1);
    this.idle.delete(core);
    this.lone.add(core);
    this.take(2 * core, occupant);
    return core;
  }

  /** Takes the free thread of a core. */
  private join(core: number, occupant: number): void {
    this.note(occupant);
    this.besideLone(core, occupant);
    this.sharing[occupant]! += 1;
  }

  /** Of two half-used cores of one VM one is made idle, if there are two. */
  private gather(): boolean {
    const { lone, seen, vmOf } = this;
    for (let i = 0; i < lone.size; i++) seen[this.vmOn(lone.at(i))] = FREE;
    for (let i = 0; i < lone.size; i++) {
      const core = lone.at(i);
      const occupant = this.onlyOccupant(core);
      const other = seen[vmOf[occupant]!]!;
      if (other === FREE) {
        seen[vmOf[occupant]!] = core;
        continue;
      }
      this.release(this.occupant[2 * core] === FREE ? 2 * core + 1 : 2 * core);
      lone.delete(core);
      this.idle.add(core);
      this.join(other, occupant);
      return true;
    }
    return false;
  }

  private loneOf(vm: number): number {
    for (let i = 0; i < this.lone.size; i++) {
      if (this.vmOn(this.lone.at(i)) === vm) return this.lone.at(i);
    }
    return FREE;
  }

  private waitingOf(vm: number): number {
    for (let i = 0; i < this.waiting.size; i++) {
      if (this.vmOf[this.waiting.at(i)] === vm) return this.waiting.at(i);
    }
    return FREE;
  }

  private vmOn(core: number): number {
    return this.vmOf[this.onlyOccupant(core)]!;
  }

  private onlyOccupant(core: number): number {
    const first = this.occupant[2 * core]!;
    return first === FREE ? this.occupant[2 * core + 1]! : first;
  }
}
