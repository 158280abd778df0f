import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  growth,
  KvmTotals,
  leastCounts,
  lessOverhead,
  Pulse,
} from '../../../src/bench/agent/kvm-counters.ts';

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

it('is the least name by name, none where a reading lacks one', () => {
  expect(
    leastCounts([
      { exits: 12, io_exits: 1, hlt: 2 },
      { exits: 10, hlt: 2 },
      { exits: 90, hlt: 3 },
    ]),
  ).toEqual({
    exits: 10,
    hlt: 2,
  });
  expect(leastCounts([])).toEqual({});
});

it('reads all totals, and not what is there of single guests', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nestmark-totals-'));
  const set = (name: string, value: number): void => writeFileSync(join(directory, name), `${value}\n`);
  set('exits', 12);
  set('nested_run', 3_000_000_000);
  mkdirSync(join(directory, '125-17'));
  writeFileSync(join(directory, '125-17', 'exits'), '9\n');
  const totals = new KvmTotals(directory);
  expect(totals.read()).toEqual({ exits: 12, nested_run: 3_000_000_000 });
  set('exits', 7);
  expect(totals.read()).toEqual({ exits: 7, nested_run: 3_000_000_000 });
  rmSync(directory, { recursive: true });
});

it('feels a pulse in whatever the guest does, and none in interrupts of its host', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nestmark-pulse-'));
  const counters = ['insn_emulation', 'io_exits', 'mmio_exits', 'halt_exits', 'nested_run', 'pf_taken'];
  const set = (name: string, value: number): void => writeFileSync(join(directory, name), `${value}\n`);
  for (const name of [...counters, 'exits', 'irq_exits']) set(name, 9);
  const pulse = new Pulse(directory);
  const still = pulse.take();
  set('exits', 1000);
  set('irq_exits', 1000);
  expect(pulse.take()).toBe(still);
  for (const [i, name] of counters.entries()) {
    set(name, 10);
    expect(pulse.take()).toBe(still + i + 1);
  }
  expect(pulse.take()).toBe(still + counters.length);
  rmSync(directory, { recursive: true });
});

it('reads one counter as a rule, and finds what grew unread one beat late', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nestmark-pulse-'));
  const counters = ['insn_emulation', 'io_exits', 'mmio_exits', 'halt_exits', 'nested_run', 'pf_taken'];
  const set = (name: string, value: number): void => writeFileSync(join(directory, name), `${value}\n`);
  for (const name of counters) set(name, 9);
  const pulse = new Pulse(directory);
  set('insn_emulation', 10);
  set('pf_taken', 10);
  expect([pulse.take(), pulse.take(), pulse.take(), pulse.take()]).toEqual([1, 2, 2, 2]);
  set('pf_taken', 11);
  expect([pulse.take(), pulse.take()]).toEqual([3, 3]);
  rmSync(directory, { recursive: true });
});
