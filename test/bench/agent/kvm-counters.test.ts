import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { growth, lessOverhead, medianCounts, readPulse } from '../../../src/bench/agent/kvm-counters.ts';

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

it('feels a pulse in whatever the guest does, and none in interrupts of its host', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nestmark-pulse-'));
  const counters = ['insn_emulation', 'io_exits', 'mmio_exits', 'halt_exits', 'nested_run', 'pf_taken'];
  const set = (name: string, value: number): void => writeFileSync(join(directory, name), `${value}\n`);
  for (const name of [...counters, 'exits', 'irq_exits']) set(name, 9);
  const before = readPulse(directory);
  set('exits', 1000);
  set('irq_exits', 1000);
  expect(readPulse(directory)).toBe(before);
  for (const [i, name] of counters.entries()) {
    set(name, 10);
    expect(readPulse(directory)).toBe(before + i + 1);
  }
  rmSync(directory, { recursive: true });
});
