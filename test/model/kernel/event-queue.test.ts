import { describe, expect, it } from 'vitest';
import { EventQueue, NO_EVENT } from '../../../src/model/kernel/event-queue.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

function popAll(queue: EventQueue): number[] {
  const popped: number[] = [];
  while (queue.pop()) popped.push(queue.a);
  return popped;
}

const counting = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('an event queue', () => {
  it('gives events in order of time with what they were scheduled with', () => {
    const queue = new EventQueue();
    queue.schedule(5, 1, 10, -3);
    queue.schedule(2, 7, 20, 2 ** 31 - 1);
    expect(queue.nextTime).toBe(2);
    expect(queue.pop()).toBe(true);
    expect([queue.time, queue.opcode, queue.a, queue.b]).toEqual([2, 7, 20, 2 ** 31 - 1]);
    expect(queue.pop()).toBe(true);
    expect([queue.time, queue.opcode, queue.a, queue.b]).toEqual([5, 1, 10, -3]);
    expect(queue.pop()).toBe(false);
    expect(queue.nextTime).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps first come first served among 10,000 events at one time', () => {
    const queue = new EventQueue();
    for (const i of counting(10_000)) queue.schedule(3, 0, i, 0);
    expect(popAll(queue)).toEqual(counting(10_000));
  });

  it('keeps it between events scheduled before and at that time', () => {
    const queue = new EventQueue();
    for (const i of [0, 1, 2]) queue.schedule(3, 0, i, 0);
    queue.pop();
    for (const i of [3, 4]) queue.schedule(3, 0, i, 0);
    expect(queue.time).toBe(3);
    expect(popAll(queue)).toEqual([1, 2, 3, 4]);
  });

  it('pops nothing beyond the time asked for, and nothing is lost by asking', () => {
    const queue = new EventQueue();
    for (const i of [4, 1, 3, 2]) queue.schedule(i, 0, i, 0);
    expect(queue.pop(0.5)).toBe(false);
    expect(queue.pop(2)).toBe(true);
    expect(queue.pop(2)).toBe(true);
    expect(queue.pop(2)).toBe(false);
    expect(queue.time).toBe(2);
    expect(popAll(queue)).toEqual([3, 4]);
  });

  it('refuses the past and what is no time, and says which', () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 0, 0);
    queue.pop();
    expect(() => queue.schedule(9, 0, 0, 0)).toThrow('scheduled at 9, before the clock at 10');
    expect(() => queue.scheduleAfter(-1, 0, 0, 0)).toThrow('scheduled at 9, before the clock at 10');
    expect(() => queue.schedule(Number.NaN, 0, 0, 0)).toThrow('not a finite time');
    expect(() => queue.schedule(Number.POSITIVE_INFINITY, 0, 0, 0)).toThrow('not a finite time');
    expect(() => queue.schedule(Number.NEGATIVE_INFINITY, 0, 0, 0)).toThrow(RangeError);
    expect(() => queue.scheduleAfter(Number.NaN, 0, 0, 0)).toThrow('not a finite time');
    expect(queue.size).toBe(0);
    queue.schedule(10, 0, 1, 0);
    expect(popAll(queue)).toEqual([1]);
  });

  it('schedules after the current time', () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 0, 0);
    queue.pop();
    queue.scheduleAfter(0, 0, 1, 0);
    queue.scheduleAfter(5, 0, 2, 0);
    queue.pop();
    expect(queue.time).toBe(10);
    queue.pop();
    expect(queue.time).toBe(15);
  });
});

describe('handles', () => {
  it('cancel once, and are stale then', () => {
    const queue = new EventQueue();
    const handle = queue.schedule(1, 0, 0, 0);
    expect(queue.isPending(handle)).toBe(true);
    expect(queue.cancel(handle)).toBe(true);
    expect(queue.cancel(handle)).toBe(false);
    expect(queue.reschedule(handle, 5)).toBe(false);
    expect(queue.pop()).toBe(false);
  });

  it('are stale once the event was popped, and never hit a later event', () => {
    const queue = new EventQueue();
    const stale: number[] = [];
    for (const i of counting(20_000)) {
      stale.push(queue.schedule(i, 0, i, 0));
      queue.pop();
    }
    for (const i of counting(100)) queue.schedule(20_000 + i, 0, i, 0);
    expect(stale.filter((handle) => queue.isPending(handle) || queue.cancel(handle))).toEqual([]);
    expect(queue.size).toBe(100);
  });

  it('that never were one do no harm', () => {
    const queue = new EventQueue();
    queue.schedule(1, 0, 0, 0);
    for (const handle of [NO_EVENT, -2, 1, 0.5, 2 ** 30, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(queue.isPending(handle)).toBe(false);
      expect(queue.cancel(handle)).toBe(false);
    }
  });

  it('stay the same however often the event is moved', () => {
    const queue = new EventQueue();
    const handle = queue.schedule(1_000, 3, 4, 5);
    for (const i of counting(10_000)) expect(queue.reschedule(handle, 1_000 + ((i * 37) % 500))).toBe(true);
    expect(queue.size).toBe(1);
    expect(queue.nextTime).toBe(1_000 + ((9_999 * 37) % 500));
    queue.pop();
    expect([queue.opcode, queue.a, queue.b]).toEqual([3, 4, 5]);
    expect(queue.isPending(handle)).toBe(false);
    expect(queue.pop()).toBe(false);
  });

  it('a moved event goes behind those already at its new time, also at the current time', () => {
    const queue = new EventQueue();
    const first = queue.schedule(1, 0, 1, 0);
    queue.schedule(2, 0, 2, 0);
    queue.reschedule(first, 2);
    expect(popAll(queue)).toEqual([2, 1]);
    const late = queue.schedule(9, 0, 3, 0);
    queue.schedule(2, 0, 4, 0);
    queue.reschedule(late, 2);
    queue.schedule(2, 0, 5, 0);
    expect(popAll(queue)).toEqual([4, 3, 5]);
  });
});

describe('room', () => {
  it('is not used up by events that are cancelled, moved or popped for ever', () => {
    const queue = new EventQueue();
    const stream = RandomStream.named(1, 0, 'churn');
    const handles = counting(50).map((i) => queue.schedule(1 + i, 0, i, 0));
    const room = () => {
      const parts = Object.values(queue as unknown as Record<string, unknown>);
      return parts.reduce<number>((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
    };
    let settled = 0;
    for (const i of counting(100_000)) {
      const which = stream.integer(50);
      const delay = 1 + stream.integer(100);
      if (i % 3 === 0) queue.reschedule(handles[which]!, queue.time + delay);
      else if (i % 3 === 1) {
        queue.cancel(handles[which]!);
        handles[which] = queue.scheduleAfter(delay, 0, which, 0);
      } else if (queue.pop()) handles[queue.a] = queue.scheduleAfter(delay, 0, queue.a, 0);
      if (i === 5_000) settled = room();
    }
    expect(queue.size).toBe(50);
    expect(room()).toBe(settled);
  });

  it('grows while events are pending, and they keep their handles', () => {
    const queue = new EventQueue();
    const handles = counting(5_000).map((i) => queue.schedule(5_000 - i, 0, i, 0));
    expect(handles.every((handle) => queue.isPending(handle))).toBe(true);
    for (const i of counting(5_000)) if (i % 2 === 0) queue.cancel(handles[i]!);
    expect(popAll(queue)).toEqual(
      counting(5_000)
        .filter((i) => i % 2 === 1)
        .reverse(),
    );
  });

  it('is empty after clear, with the clock at 0 and all handles stale', () => {
    const queue = new EventQueue();
    const handles = [queue.schedule(1, 0, 0, 0), queue.schedule(2, 0, 0, 0), queue.schedule(0, 0, 0, 0)];
    queue.pop();
    queue.pop();
    queue.clear();
    expect([queue.size, queue.time, queue.nextTime]).toEqual([0, 0, Number.POSITIVE_INFINITY]);
    expect(handles.some((handle) => queue.isPending(handle))).toBe(false);
    queue.schedule(0.5, 0, 7, 0);
    expect(popAll(queue)).toEqual([7]);
  });
});

describe('advanceTo', () => {
  it('moves the clock where nothing is due', () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 1, 0);
    queue.advanceTo(4);
    expect(queue.time).toBe(4);
    queue.scheduleAfter(1, 0, 2, 0);
    expect(popAll(queue)).toEqual([2, 1]);
  });

  it('keeps the order between what was due at that time and what is scheduled then', () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 1, 0);
    queue.advanceTo(10);
    queue.schedule(10, 0, 2, 0);
    expect(popAll(queue)).toEqual([1, 2]);
  });

  it('refuses to pass an event, or to go back', () => {
    const queue = new EventQueue();
    queue.schedule(10, 0, 1, 0);
    expect(() => queue.advanceTo(11)).toThrow('an event is pending at 10');
    queue.advanceTo(5);
    expect(() => queue.advanceTo(4)).toThrow('cannot be moved to 4');
  });
});
