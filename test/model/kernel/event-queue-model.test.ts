import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/model/kernel/event-queue.ts';
import { SlowEventQueue } from './slow-event-queue.ts';

/** Both queues, and the handle each gave for the same event, stale ones included. */
interface Both {
  readonly slow: SlowEventQueue;
  readonly slowHandles: number[];
}

interface Real {
  readonly queue: EventQueue;
  readonly handles: number[];
}

type Command = fc.Command<Both, Real>;

function agree({ slow }: Both, { queue }: Real): void {
  expect(queue.size).toBe(slow.size);
}

class Schedule implements Command {
  readonly delay: number;
  readonly opcode: number;
  constructor(delay: number, opcode: number) {
    this.delay = delay;
    this.opcode = opcode;
  }
  check = () => true;
  run(model: Both, real: Real): void {
    const serial = real.handles.length;
    model.slowHandles.push(model.slow.schedule(model.slow.time + this.delay, this.opcode, serial, ~serial));
    real.handles.push(real.queue.schedule(real.queue.time + this.delay, this.opcode, serial, ~serial));
    agree(model, real);
  }
  toString = () => `schedule(+${this.delay})`;
}

class Burst implements Command {
  readonly count: number;
  readonly delay: number;
  constructor(count: number, delay: number) {
    this.count = count;
    this.delay = delay;
  }
  check = () => true;
  run(model: Both, real: Real): void {
    // Over and over the same few values, so that ties are common; 0 is the current time.
    for (let i = 0; i < this.count; i++) new Schedule(this.delay * (i % 7), i).run(model, real);
  }
  toString = () => `burst(${this.count}, ${this.delay})`;
}

class Cancel implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = (model: Readonly<Both>) => model.slowHandles.length > 0;
  run(model: Both, real: Real): void {
    const which = this.pick % real.handles.length;
    expect(real.queue.isPending(real.handles[which]!)).toBe(model.slow.isPending(model.slowHandles[which]!));
    expect(real.queue.cancel(real.handles[which]!)).toBe(model.slow.cancel(model.slowHandles[which]!));
    expect(real.queue.isPending(real.handles[which]!)).toBe(false);
    agree(model, real);
  }
  toString = () => `cancel(#${this.pick})`;
}

class Reschedule implements Command {
  readonly pick: number;
  readonly delay: number;
  constructor(pick: number, delay: number) {
    this.pick = pick;
    this.delay = delay;
  }
  check = (model: Readonly<Both>) => model.slowHandles.length > 0;
  run(model: Both, real: Real): void {
    const which = this.pick % real.handles.length;
    const moved = real.queue.reschedule(real.handles[which]!, real.queue.time + this.delay);
    expect(moved).toBe(model.slow.reschedule(model.slowHandles[which]!, model.slow.time + this.delay));
    expect(real.queue.isPending(real.handles[which]!)).toBe(moved);
    agree(model, real);
  }
  toString = () => `reschedule(#${this.pick}, +${this.delay})`;
}

class Pop implements Command {
  readonly times: number;
  readonly within: number;
  constructor(times: number, within: number) {
    this.times = times;
    this.within = within;
  }
  check = () => true;
  run(model: Both, real: Real): void {
    for (let i = 0; i < this.times; i++) {
      const until = real.queue.time + this.within;
      const popped = real.queue.pop(until);
      expect(popped).toBe(model.slow.pop(until));
      const { time, opcode, a, b } = real.queue;
      expect({ time, opcode, a, b }).toEqual({
        time: model.slow.time,
        opcode: model.slow.opcode,
        a: model.slow.a,
        b: model.slow.b,
      });
      agree(model, real);
    }
  }
  toString = () => `pop(${this.times}, within ${this.within})`;
}

class LookAhead implements Command {
  check = () => true;
  run(model: Both, real: Real): void {
    expect(real.queue.nextTime).toBe(model.slow.nextTime);
  }
  toString = () => 'nextTime';
}

class Advance implements Command {
  readonly share: number;
  constructor(share: number) {
    this.share = share;
  }
  check = (model: Readonly<Both>) => model.slow.size > 0;
  run(model: Both, real: Real): void {
    const gap = model.slow.nextTime - model.slow.time;
    const to = model.slow.time + Math.floor(gap * this.share);
    model.slow.advanceTo(to);
    real.queue.advanceTo(to);
    agree(model, real);
  }
  toString = () => `advance(${this.share})`;
}

function commandsWith(delays: fc.Arbitrary<number>, mostEvents: number) {
  return fc.commands(
    [
      fc.tuple(delays, fc.nat({ max: 99 })).map(([d, opcode]) => new Schedule(d, opcode)),
      fc.tuple(fc.integer({ min: 1, max: mostEvents }), delays).map(([n, d]) => new Burst(n, d)),
      fc.nat().map((pick) => new Cancel(pick)),
      fc.nat().map((pick) => new Cancel(pick)),
      fc.tuple(fc.nat(), delays).map(([pick, d]) => new Reschedule(pick, d)),
      fc.tuple(fc.nat(), delays).map(([pick, d]) => new Reschedule(pick, d)),
      fc
        .tuple(fc.integer({ min: 1, max: 40 }), fc.oneof(fc.nat({ max: 3 }), fc.constant(1e9)))
        .map(([n, w]) => new Pop(n, w)),
      fc.constant(new LookAhead()),
      fc.constantFrom(0, 0.5, 1).map((share) => new Advance(share)),
    ],
    { maxCommands: 120, size: 'max' },
  );
}

function compare(commands: ReturnType<typeof commandsWith>, makeQueue: () => EventQueue): void {
  fc.assert(
    fc.property(commands, (sequence) => {
      fc.modelRun(
        () => ({
          model: { slow: new SlowEventQueue(), slowHandles: [] },
          real: { queue: makeQueue(), handles: [] },
        }),
        sequence,
      );
    }),
    { numRuns: 200, seed: 20261122 },
  );
}

it('does what an array searched from end to end does, whatever the operations', () => {
  compare(commandsWith(fc.nat({ max: 6 }), 90), () => new EventQueue());
});

it('does so with far events in the ladder, near and far apart', () => {
  const delays = fc.oneof(
    fc.nat({ max: 6 }),
    fc.nat({ max: 1_000 }),
    fc.double({ min: 0, max: 1e-3, noNaN: true }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  compare(commandsWith(delays, 90), () => new EventQueue(5));
});
