import FlatQueue from 'flatqueue';
import { Heap } from 'heap-js';
import { MinQueue } from 'heapify';
import TinyQueue from 'tinyqueue';
import { EventQueue } from '../../../dist/model/kernel/event-queue.js';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';

// The hold model (Jones, CACM 29(4), 1986): the earliest of a fixed number of pending events comes out and goes back
// in an exponential time later. Each function has its own loop, so that the engine compiles each for its own queue.
// The object heaps get a new object an event, as a simulation that schedules events makes them.

const stream = () => RandomStream.named(1, 0, 'hold');

export function holdEventQueue(pending) {
  const gaps = stream();
  const queue = new EventQueue();
  for (let i = 0; i < pending; i++) queue.schedule(gaps.exponential(), 0, i, 0);
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      queue.pop();
      queue.scheduleAfter(gaps.exponential(), queue.opcode, queue.a, queue.b);
    }
  };
}

export function holdFlatQueue(pending) {
  const gaps = stream();
  const queue = new FlatQueue();
  for (let i = 0; i < pending; i++) queue.push(i, gaps.exponential());
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const time = queue.peekValue();
      queue.push(queue.pop(), time + gaps.exponential());
    }
  };
}

/** flatqueue as a simulation would use it: the id says where the event's opcode and arguments are. */
export function holdFlatQueueEvents(pending) {
  const gaps = stream();
  const queue = new FlatQueue();
  const events = new Int32Array(4 * pending);
  for (let i = 0; i < pending; i++) {
    events[4 * i + 1] = i;
    queue.push(i, gaps.exponential());
  }
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const time = queue.peekValue();
      const id = queue.pop();
      const opcode = events[4 * id];
      const a = events[4 * id + 1];
      const b = events[4 * id + 2];
      events[4 * id] = opcode;
      events[4 * id + 1] = a;
      events[4 * id + 2] = b;
      queue.push(id, time + gaps.exponential());
    }
  };
}

export function holdHeapify(pending) {
  const gaps = stream();
  const queue = new MinQueue(pending + 1, [], [], Uint32Array, Float64Array);
  for (let i = 0; i < pending; i++) queue.push(i, gaps.exponential());
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const time = queue.peekPriority();
      queue.push(queue.pop(), time + gaps.exponential());
    }
  };
}

export function holdTinyQueue(pending) {
  const gaps = stream();
  const queue = new TinyQueue([], (x, y) => x.time - y.time);
  for (let i = 0; i < pending; i++) queue.push({ time: gaps.exponential(), opcode: 0, a: i, b: 0 });
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const { time, opcode, a, b } = queue.pop();
      queue.push({ time: time + gaps.exponential(), opcode, a, b });
    }
  };
}

export function holdHeapJs(pending) {
  const gaps = stream();
  const queue = new Heap((x, y) => x.time - y.time);
  for (let i = 0; i < pending; i++) queue.push({ time: gaps.exponential(), opcode: 0, a: i, b: 0 });
  return (holds) => {
    for (let i = 0; i < holds; i++) {
      const { time, opcode, a, b } = queue.pop();
      queue.push({ time: time + gaps.exponential(), opcode, a, b });
    }
  };
}
