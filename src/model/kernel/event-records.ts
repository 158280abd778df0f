import { ABOVE_TICKETS, TICKET_MASK } from './ticket.ts';

/** States of a record, in its last field. A pending event that was never moved has its own ticket there. */
export const FREE = -1;
/** The handle of a moved event: its first field is the ticket that carries the event now. */
const FORWARD = ABOVE_TICKETS;
/** A moved event under its new ticket; `owners` has the handle it answers to. */
const CARRIER = 1 << 31;

/**
 * What pending events are, wherever in time: opcode, arguments, and whether a handle still belongs to one.
 *
 * Events are numbered by tickets; ticket t lives in record t mod capacity, and a ticket whose record is still taken
 * is skipped. So a ticket is at once the handle, the place and the age. An event that is moved gets another ticket, and
 * with it another record; the one of its handle then says where that is.
 *
 * Taking a free record is part of `EventQueue.place`, which every event goes through.
 */
export class EventRecords {
  /** Four fields a record: opcode, a, b, state. */
  protected records: Int32Array;
  private owners: Int32Array;
  /** Number of records less one; records are a power of two and at least twice those taken. */
  protected mask: number;
  protected nextTicket = 0;
  protected taken = 0;
  private forwards = 0;

  /** @param capacity a power of two. */
  constructor(capacity: number) {
    this.records = new Int32Array(4 * capacity).fill(FREE);
    this.owners = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** How many events are pending. */
  get size(): number {
    return this.taken - this.forwards;
  }

  isPending(handle: number): boolean {
    return this.find(handle) >= 0;
  }

  /** Frees the records of a handle's event, whose entry is stale from then on. False when it is not pending. */
  protected forget(handle: number): boolean {
    const record = this.find(handle);
    if (record < 0) return false;
    if (this.records[record + 3] !== handle) {
      this.release((this.records[record]! & this.mask) << 2);
      this.forwards--;
    }
    this.release(record);
    return true;
  }

  protected forgetAll(): void {
    if (this.taken > 0) this.records.fill(FREE);
    this.taken = 0;
    this.forwards = 0;
  }

  /** Hands a pending event on to the ticket `carrier`, whose record is a copy; it keeps its handle. */
  protected hand(handle: number, carrier: number): void {
    const records = this.records;
    const own = (handle & this.mask) << 2;
    const to = (carrier & this.mask) << 2;
    records[to + 3] = carrier | CARRIER;
    this.owners[to >> 2] = handle;
    if (records[own + 3] === handle) this.forwards++;
    else this.release((records[own]! & this.mask) << 2);
    records[own] = carrier;
    records[own + 3] = handle | FORWARD;
  }

  /** The record that a pending event's opcode and arguments are in. */
  protected carrierOf(handle: number): number {
    const own = (handle & this.mask) << 2;
    return this.records[own + 3] === handle ? own : (this.records[own]! & this.mask) << 2;
  }

  /** Frees the record of a ticket's event and says where it is; -1 when the event was cancelled or moved. */
  protected settle(ticket: number): number {
    const records = this.records;
    const record = (ticket & this.mask) << 2;
    const state = records[record + 3]!;
    if (state !== ticket) {
      if (state !== (ticket | CARRIER)) return -1;
      this.release((this.owners[record >> 2]! & this.mask) << 2);
      this.forwards--;
    }
    this.release(record);
    return record;
  }

  /** Whether a ticket still is that of a pending event, which was not moved since. */
  protected isLive(ticket: number): boolean {
    const state = this.records[((ticket & this.mask) << 2) + 3]!;
    return state === ticket || state === (ticket | CARRIER);
  }

  protected growRecords(): void {
    const oldRecords = this.records;
    const oldOwners = this.owners;
    const count = 2 * (this.mask + 1);
    const records = new Int32Array(4 * count).fill(FREE);
    const owners = new Int32Array(count);
    this.mask = count - 1;
    for (let old = 0; old < oldRecords.length; old += 4) {
      const state = oldRecords[old + 3]!;
      if (state === FREE) continue;
      const record = (state & TICKET_MASK & this.mask) << 2;
      for (let field = 0; field < 4; field++) records[record + field] = oldRecords[old + field]!;
      owners[record >> 2] = oldOwners[old >> 2]!;
    }
    this.records = records;
    this.owners = owners;
  }

  /** The record of a pending event's handle, as an index into `records`; -1 when it is not pending. */
  private find(handle: number): number {
    if (!(handle >= 0 && handle <= TICKET_MASK)) return -1;
    const record = (handle & this.mask) << 2;
    const state = this.records[record + 3]!;
    return state === handle || state === (handle | FORWARD) ? record : -1;
  }

  private release(record: number): void {
    this.records[record + 3] = FREE;
    this.taken--;
  }
}
