/** The obvious queue: an array searched from end to end. The oracle of the fast one. */
export class SlowEventQueue {
  time = 0;
  opcode = 0;
  a = 0;
  b = 0;
  private order = 0;
  private events: { id: number; time: number; order: number; opcode: number; a: number; b: number }[] = [];
  private nextId = 0;

  get size(): number {
    return this.events.length;
  }

  get nextTime(): number {
    return this.earliest()?.time ?? Number.POSITIVE_INFINITY;
  }

  schedule(time: number, opcode: number, a: number, b: number): number {
    const id = this.nextId++;
    this.events.push({ id, time, order: this.order++, opcode, a, b });
    return id;
  }

  cancel(id: number): boolean {
    const before = this.events.length;
    this.events = this.events.filter((event) => event.id !== id);
    return this.events.length < before;
  }

  reschedule(id: number, time: number): boolean {
    const event = this.events.find((candidate) => candidate.id === id);
    if (event === undefined) return false;
    event.time = time;
    event.order = this.order++;
    return true;
  }

  isPending(id: number): boolean {
    return this.events.some((event) => event.id === id);
  }

  pop(until = Number.POSITIVE_INFINITY): boolean {
    const event = this.earliest();
    if (event === undefined || event.time > until) return false;
    this.cancel(event.id);
    this.time = event.time;
    this.opcode = event.opcode;
    this.a = event.a;
    this.b = event.b;
    return true;
  }

  advanceTo(time: number): void {
    this.time = time;
  }

  private earliest() {
    let best: (typeof this.events)[number] | undefined;
    for (const event of this.events) {
      if (
        best === undefined ||
        event.time < best.time ||
        (event.time === best.time && event.order < best.order)
      ) {
        best = event;
      }
    }
    return best;
  }
}
