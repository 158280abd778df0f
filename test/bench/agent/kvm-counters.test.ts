import { expect, it } from 'vitest';
import { growth, lessOverhead, medianCounts } from '../../../src/bench/agent/kvm-counters.ts';

it('counts what grew', () => {
  expect(growth({ exits: 100, io_exits: 5 }, { exits: 130, io_exits: 5, halt_exits: 2 })).toMatchObject({
    exits: 30,
    halt_exits: 2,
  });
});

it('takes off what an empty phase costs, and nothing gets below zero', () => {
  const net = lessOverhead({ exits: 130, io_exits: 3 }, { exits: 20, io_exits: 4 });
  expect(net['exits']).toBe(110);
  expect(net['io_exits'] ?? 0).toBe(0);
});

it('is the median name by name, zero where a reading lacks one', () => {
  expect(medianCounts([{ exits: 10 }, { exits: 12, io_exits: 1 }, { exits: 90 }])).toMatchObject({
    exits: 12,
  });
});
