import { expect, it } from 'vitest';
import { EventQueue } from '../../../src/model/kernel/event-queue.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

/** Delays of every kind, more of them than the heap holds; in each, ties. */
const DELAYS: Record<string, (stream: RandomStream) => number> = {
  exponential: (stream) => stream.exponential(),
  'few values': (stream) => stream.integer(50),
  'one value': () => 3,
  'all scales': (stream) => 2 ** (stream.integer(120) - 60),
  'most near, one in a thousand very far': (stream) =>
    stream.integer(1_000) === 0 ? 1e12 : stream.integer(500) / 8,
  'beyond where doubles tell the whole numbers apart': (stream) => 2 ** 60 + 2 ** 8 * stream.integer(3_000),
};

for (const [name, delay] of Object.entries(DELAYS)) {
  it(`20,000 pending events come in order with delays that are ${name}, cancelled and moved ones too`, () => {
    const stream = RandomStream.named(1, 0, name);
    const queue = new EventQueue();
    const expected: { time: number; order: number; id: number }[] = [];
    const handles: number[] = [];
    for (let id = 0; id < 20_000; id++) {
      const time = delay(stream);
      handles.push(queue.schedule(time, 0, id, 0));
      expected.push({ time, order: id, id });
    }
    for (let id = 0; id < 20_000; id += 3) {
      queue.cancel(handles[id]!);
      const time = delay(stream);
      queue.reschedule(handles[id + 1]!, time);
      if (id + 1 < 20_000) expected[id + 1] = { time, order: 20_000 + id, id: id + 1 };
    }
    const left = expected.filter(({ id }) => id % 3 !== 0);
    left.sort((x, y) => x.time - y.time || x.order - y.order);
    const popped: number[] = [];
    while (queue.pop()) popped.push(queue.a);
    expect(popped).toEqual(left.map(({ id }) => id));
  });

  it(`each of 5,000 comes back for ever, in order, with delays that are ${name}`, () => {
    const stream = RandomStream.named(2, 0, name);
    const queue = new EventQueue();
    for (let serial = 0; serial < 5_000; serial++) queue.schedule(delay(stream), 0, serial, 0);
    let last = { time: -1, serial: -1 };
    const seen = new Set<number>();
    for (let serial = 5_000; serial < 60_000; serial++) {
      queue.pop();
      const { time, a } = queue;
      if (time < last.time || (time === last.time && a < last.serial)) {
        expect.fail(`${a} at ${time} came after ${last.serial} at ${last.time}`);
      }
      seen.add(a);
      last = { time, serial: a };
      queue.scheduleAfter(delay(stream), 0, serial, 0);
    }
    expect(seen.size).toBe(55_000);
    expect(queue.size).toBe(5_000);
  });
}

it('takes less than 300 bytes an event when the pending events are many and always others', () => {
  const queue = new EventQueue();
  const stream = RandomStream.named(3, 0, 'churn');
  const handles = Array.from({ length: 10_000 }, (_, i) => queue.schedule(stream.exponential(), 0, i, 0));
  const bytes = (part: unknown): number => {
    if (ArrayBuffer.isView(part)) return part.byteLength;
    return typeof part === 'object' && part !== null
      ? Object.values(part).reduce((sum, each) => sum + bytes(each), 0)
      : 0;
  };
  const churn = (times: number) => {
    for (let i = 0; i < times; i++) {
      const which = stream.integer(10_000);
      if (i % 2 === 0) queue.reschedule(handles[which]!, queue.time + stream.exponential());
      else if (queue.pop()) handles[queue.a] = queue.scheduleAfter(stream.exponential(), 0, queue.a, 0);
    }
  };
  churn(400_000);
  expect(queue.size).toBe(10_000);
  expect(bytes(queue)).toBeLessThan(300 * 10_000);
  queue.clear();
  expect([queue.size, queue.nextTime]).toEqual([0, Number.POSITIVE_INFINITY]);
});
