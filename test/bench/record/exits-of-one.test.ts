import { expect, test } from 'vitest';
import { exitsOfOne, hasOwnExits } from '../../../src/bench/record/exits-of-one.ts';
import type { RecordCounters } from '../../../src/bench/record/record.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { sampleRecord } from '../../report/fixture/record.ts';
import { countersLine as pass } from './counters-line.ts';

const of = (...counters: RecordCounters[]) => exitsOfOne({ ...sampleRecord, counters });

// As an emulated lab wrote them on 2026-11-22.
const totals = pass('debugfs kvm, less an empty phase', {
  exits: 1049,
  insn_emulation: 825,
  nested_run: 150,
});
const reasons = pass('kvm_exit by reason, less an empty phase', { cpuid: 100, vmrun: 140, vmload: 280 });

test('what was counted by reason adds up, whatever KVM\u2019s own total was left with', () => {
  const [one, ...others] = of(totals, reasons);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ workload: 'cpuid', level: 2, countedAt: 0, operations: 100, passes: 1 });
  expect(one!.total.median).toBeCloseTo(5.2, 12);
  expect(one!.own.median).toBeCloseTo(5.2, 12);
  expect([...one!.byKind]).toEqual([
    ['vmcs-access', 2.8],
    ['vm-entry', 1.4],
    ['cpuid', 1],
  ]);
});

test('without reasons, KVM\u2019s total and the classes it names', () => {
  const [one] = of(totals);
  expect(one).toMatchObject({ detail: 'totals', total: { median: 10.49 } });
  expect([...one!.byKind]).toEqual([
    ['other', 8.99],
    ['vm-entry', 1.5],
  ]);
});

test('of several blocks the median, with the least and the most; disturbed blocks do not count', () => {
  const block = (number: number, cpuid: number, extra: number): RecordCounters => ({
    ...pass('kvm_exit by reason', { cpuid, msr_write: extra }),
    block: number,
  });
  const blocks = [1, 2, 3, 4].map((number) => ({
    ...sampleRecord.blocks[0]!,
    ...{ kind: 'block' as const, block: number, order: [], valid: number !== 4, reasons: [] },
    ...{ started: '', seconds: 1, watched: {} },
  }));
  const counters = [block(1, 100, 110), block(2, 100, 0), block(3, 100, 3), block(4, 100, 900)];
  const [one] = exitsOfOne({ ...sampleRecord, blocks, counters });
  expect(one).toMatchObject({ operations: 300, passes: 3, own: { median: 1.03, least: 1, most: 2.1 } });
});

test('external interrupts are background, and so is what passes without exits count', () => {
  const control = (hlt: number): RecordCounters => ({
    ...pass('kvm_exit by reason', { hlt, interrupt: 5 }, 4000),
    workload: 'alu-loop',
  });
  const sleep: RecordCounters = {
    ...pass('kvm_exit by reason', { hlt: 13, msr_write: 2, interrupt: 40 }, 10),
    workload: 'timer-sleep',
  };
  const samples = [{ ...sampleRecord.samples[0]!, workload: 'alu-loop', class: 'control' as const }];
  const counters = [control(2), { ...control(3), block: 2 }, { ...control(6), block: 3 }, sleep];
  const passes = exitsOfOne({ ...sampleRecord, samples, counters });
  const slept = passes.find(({ workload }) => workload === 'timer-sleep')!;
  expect(slept.total.median).toBeCloseTo(5.5, 12);
  // 13 HLT less the 3 of a pass without exits, over 10 operations; interrupts in neither.
  expect([...slept.byKind]).toEqual([
    ['halt-wake', 1],
    ['msr-write', 0.2],
  ]);
  const idle = passes.find(({ workload }) => workload === 'alu-loop')!;
  expect(idle.own.median).toBe(0);
});

test('a pass of no operations, or with nothing that counts exits, is left out', () => {
  expect(of(pass('debugfs kvm', { exits: 1 }, 0))).toEqual([]);
  expect(of(pass('debugfs kvm', { halt_exits: 1 }))).toEqual([]);
});

test('a real ladder on the time clock: a single exit counts as one, wherever it is counted', async () => {
  const record = await readRecordFile('test/fixtures/records/emulated-full-ladder.jsonl.gz');
  const passes = exitsOfOne(record);
  for (const [workload, kind] of SINGLE_EXITS) {
    for (const level of [1, 2]) {
      const direct = passes.find(
        (each) => each.workload === workload && each.level === level && each.countedAt === level - 1,
      )!;
      expect(direct.byKind.get(kind), `${workload} in L${level}`).toBeCloseTo(1, 1);
      expect(direct.own.median).toBeGreaterThanOrEqual(1);
      // With the ticks of the time an exit takes, which is longest in L2.
      expect(direct.own.median).toBeLessThan(level === 1 ? 1.1 : 2);
    }
    // The exit itself and what L1 traps for: one VMRUN, two VMLOADs, a VMSAVE, an RDMSR. Less would be miscounted.
    const atMetal = passes.find(
      (each) => each.workload === workload && each.level === 2 && each.countedAt === 0,
    )!;
    expect(atMetal.own.median, workload).toBeGreaterThanOrEqual(6);
  }
  const controls = new Set(
    record.samples.filter((line) => line.class === 'control').map((line) => line.workload),
  );
  const noisy = passes.filter((pass) => controls.has(pass.workload) && hasOwnExits(pass));
  expect(noisy).toEqual([]);
});

const SINGLE_EXITS = [
  ['cpuid', 'cpuid'],
  ['hypercall', 'hypercall'],
  ['pio', 'pio'],
  ['msr-read', 'msr-read'],
  ['mmio', 'page-fault'],
  ['page-touch', 'page-fault'],
] as const;
