import type { MacTableSpecification } from '../specification.ts';

const LONGEST = Number.POSITIVE_INFINITY;

/** The addresses a switch has heard, each by the index of the guest it stands for. */
export class MacTable {
  readonly whenFull: 'forward' | 'drop';
  private readonly limit: number;
  private readonly ageing: number;
  private readonly heardAt: Float64Array;
  private readonly held: Uint8Array;
  private size = 0;
  /** No entry is too old before this. */
  private soonestOld = LONGEST;

  constructor({ limit, ageing, whenFull }: MacTableSpecification, guests: number) {
    this.whenFull = whenFull;
    this.limit = limit ?? LONGEST;
    this.ageing = ageing ?? LONGEST;
    this.heardAt = new Float64Array(guests);
    this.held = new Uint8Array(guests);
  }

  /** A frame came from an address; false when there is no place for it. */
  hear(address: number, now: number): boolean {
    if (this.held[address] === 0) {
      if (this.size >= this.limit) this.forget(now);
      if (this.size >= this.limit) return false;
      this.held[address] = 1;
      this.size++;
      if (now + this.ageing < this.soonestOld) this.soonestOld = now + this.ageing;
    }
    this.heardAt[address] = now;
    return true;
  }

  knows(address: number, now: number): boolean {
    return this.held[address] === 1 && now <= this.heardAt[address]! + this.ageing;
  }

  /** Removes what is too old. */
  private forget(now: number): void {
    if (now <= this.soonestOld) return;
    this.soonestOld = LONGEST;
    for (let address = 0; address < this.held.length; address++) {
      if (this.held[address] === 0) continue;
      const old = this.heardAt[address]! + this.ageing;
      if (old < now) {
        this.held[address] = 0;
        this.size--;
      } else if (old < this.soonestOld) this.soonestOld = old;
    }
  }
}
