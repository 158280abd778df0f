import { RandomStream } from '../../../dist/model/kernel/random-stream.js';

const ARRIVAL = 0;
const DEPARTURE = 1;

/**
 * M/M/1 as bare as it gets with an event list: a 4-ary heap in typed arrays, inlined by hand, no order among equal
 * times, no cancelling, no statistics but the sum of the times in system. The ceiling for a general kernel.
 */
export function mm1Ceiling(customers, utilization, seed) {
  const arrivals = RandomStream.named(seed, 0, 'arrivals');
  const services = RandomStream.named(seed, 0, 'services');
  const times = new Float64Array(64).fill(Number.POSITIVE_INFINITY);
  const opcodes = new Int32Array(64);
  let size = 0;
  const push = (time, opcode) => {
    let place = size++;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (times[parent] <= time) break;
      times[place] = times[parent];
      opcodes[place] = opcodes[parent];
      place = parent;
    }
    times[place] = time;
    opcodes[place] = opcode;
  };
  const removeFirst = () => {
    const time = times[--size];
    const opcode = opcodes[size];
    times[size] = Number.POSITIVE_INFINITY;
    let place = 0;
    for (;;) {
      const first = 4 * place + 1;
      if (first >= size) break;
      let child = first;
      for (let other = first + 1; other < first + 4; other++) if (times[other] < times[child]) child = other;
      if (times[child] >= time) break;
      times[place] = times[child];
      opcodes[place] = opcodes[child];
      place = child;
    }
    times[place] = time;
    opcodes[place] = opcode;
  };

  let line = new Float64Array(1024);
  let head = 0;
  let present = 0;
  let served = 0;
  let sojourns = 0;
  push(arrivals.exponential() / utilization, ARRIVAL);
  while (served < customers) {
    const now = times[0];
    const opcode = opcodes[0];
    removeFirst();
    if (opcode === ARRIVAL) {
      push(now + arrivals.exponential() / utilization, ARRIVAL);
      if (present === line.length) {
        line = grown(line, head);
        head = 0;
      }
      line[(head + present) & (line.length - 1)] = now;
      if (++present === 1) push(now + services.exponential(), DEPARTURE);
    } else {
      sojourns += now - line[head];
      head = (head + 1) & (line.length - 1);
      served++;
      if (--present > 0) push(now + services.exponential(), DEPARTURE);
    }
  }
  return sojourns / served;
}

function grown(line, head) {
  const next = new Float64Array(2 * line.length);
  for (let i = 0; i < line.length; i++) next[i] = line[(head + i) & (line.length - 1)];
  return next;
}
