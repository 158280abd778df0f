/**
 * As much of nestmark's event API as a model needs to run at all, and nothing behind it: no handles, no cancelling, no
 * order among equal times, no checks, no end time, no ladder. What calling a model by opcode costs by itself.
 */
export class BareSimulation {
  now = 0;
  due = Number.NaN;
  size = 0;
  rootIsOpen = 0;
  stopped = 0;
  times = new Float64Array(64).fill(Number.POSITIVE_INFINITY);
  opcodes = new Int32Array(64);
  as = new Int32Array(64);
  bs = new Int32Array(64);

  at(time, opcode, a, b) {
    this.due = time;
    this.place(opcode, a, b);
  }

  after(delay, opcode, a, b) {
    this.due = this.now + delay;
    this.place(opcode, a, b);
  }

  stop() {
    this.stopped = 1;
  }

  runToEnd(handler) {
    this.stopped = 0;
    while (this.stopped === 0) {
      if (this.rootIsOpen !== 0) this.closeRoot();
      if (this.size === 0) return;
      this.rootIsOpen = 1;
      this.now = this.times[1];
      handler.handle(this.opcodes[1], this.as[1], this.bs[1]);
    }
  }

  place(opcode, a, b) {
    const { due, times, opcodes, as, bs } = this;
    let place = 1;
    if (this.rootIsOpen !== 0) {
      this.rootIsOpen = 0;
      const size = this.size;
      for (;;) {
        let child = place << 1;
        if (child > size) break;
        child += +(times[child + 1] < times[child]);
        const childTime = times[child];
        if (childTime >= due) break;
        times[place] = childTime;
        opcodes[place] = opcodes[child];
        as[place] = as[child];
        bs[place] = bs[child];
        place = child;
      }
    } else {
      place = ++this.size;
      while (place > 1) {
        const parent = place >> 1;
        const parentTime = times[parent];
        if (parentTime <= due) break;
        times[place] = parentTime;
        opcodes[place] = opcodes[parent];
        as[place] = as[parent];
        bs[place] = bs[parent];
        place = parent;
      }
    }
    times[place] = due;
    opcodes[place] = opcode | 0;
    as[place] = a | 0;
    bs[place] = b | 0;
  }

  closeRoot() {
    const last = this.size--;
    this.due = this.times[last];
    this.times[last] = Number.POSITIVE_INFINITY;
    if (last > 1) this.place(this.opcodes[last], this.as[last], this.bs[last]);
    this.rootIsOpen = 0;
  }
}
