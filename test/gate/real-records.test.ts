import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/bench/record/read-record.ts';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { compareRecords } from '../../src/gate/compare-records.ts';
import type { Aspect } from '../../src/gate/result.ts';
import { selfTest } from '../../src/gate/self-test.ts';

/**
 * Runs of the emulated lab on the instruction clock. Ten blocks each: two alike, and one whose L2 booted with pti=on. Of a
 * later image, eight blocks each: two alike, and one whose L2 booted with audit=1. Of one later still, twenty blocks each:
 * two alike, and one of a copy of nestmark that deflates a tenth more in L2 (scripts/plant-slowdown.mjs).
 */
const recordOf = (name: string): BenchRecord => {
  const file = `test/fixtures/records/${name}.jsonl.gz`;
  return readRecord(gunzipSync(readFileSync(file)).toString('utf8'), file);
};
const first = recordOf('gate-same-1');
const second = recordOf('gate-same-2');
const planted = recordOf('gate-planted-pti-in-L2');

const before = recordOf('gate-audit-same-1');
const again = recordOf('gate-audit-same-2');
const audited = recordOf('gate-planted-audit-in-L2');

const usual = recordOf('gate-compress-same-1');
const asUsual = recordOf('gate-compress-same-2');
const slower = recordOf('gate-planted-compress-in-L2');

const RULES = { margin: 0.03, exactMargin: 0.005, alpha: 0.05 };

function gate(baseline: BenchRecord, candidate: BenchRecord, ...allowed: readonly Aspect[]) {
  return compareRecords(
    { name: 'baseline', record: baseline },
    { name: 'candidate', record: candidate },
    { ...RULES, version: '0.1.0', paired: false, allow: new Set(allowed) },
  );
}

const named = (rows: ReturnType<typeof gate>['rows'], verdict: string): readonly string[] =>
  rows.filter((row) => row.verdict === verdict).map(({ name }) => name);

/** As if only these had been measured. */
function only(record: BenchRecord, workloads: readonly string[]): BenchRecord {
  const kept = ({ workload }: { readonly workload: string }): boolean => workloads.includes(workload);
  return { ...record, samples: record.samples.filter(kept), counters: record.counters.filter(kept) };
}

/** What takes the same path in every block. */
const STEADY = ['alu-loop', 'timer-overhead', 'syscall', 'cpuid', 'pio', 'mmio', 'msr-read', 'hypercall'];

describe('two real runs alike', () => {
  const result = gate(first, second);

  it('are made alike, and nothing is called worse or better', () => {
    expect(result.differences).toEqual([]);
    expect(result.rows.length).toBeGreaterThan(30);
    expect(result.rows.filter(({ verdict }) => verdict === 'regressed' || verdict === 'improved')).toEqual(
      [],
    );
  });

  it('pass in what takes the same path each time; what does not is not told', () => {
    expect(gate(only(first, STEADY), only(second, STEADY)).verdict).toBe('pass');
    const untold = result.rows.filter(({ verdict }) => verdict === 'inconclusive');
    expect(new Set(untold.map(({ key }) => key.workload))).toEqual(new Set(['page-touch', 'fork-exec']));
  });

  it('raise no alarm when one is dealt into halves', () => {
    expect(selfTest(first, RULES, 200)!.falseAlarms).toBeLessThanOrEqual(0.01);
  });
});

describe('a slowdown planted in L2 by its kernel’s command line', () => {
  it('is told from what was not meant, and by its name', () => {
    const result = gate(first, planted);
    expect(result.verdict).toBe('incomparable');
    expect(new Set(result.differences.map(({ aspect, where }) => `${aspect} of ${where}`))).toEqual(
      new Set(['kernel of L2', 'cpu of L2']),
    );
  });

  it('is found where it is and nowhere else: each system call in L2 loads CR3 twice', () => {
    const result = gate(first, planted, 'kernel', 'cpu');
    expect(result.verdict).toBe('regressed');
    const [slower, ...others] = result.rows.filter(({ verdict }) => verdict === 'regressed');
    expect(others).toEqual([]);
    expect(slower).toMatchObject({ name: 'syscall in L2, instructions' });
    expect(slower!.effect).toBeGreaterThan(1.01);
    expect(slower!.effect).toBeLessThan(1.05);
    expect(result.rows.some(({ verdict }) => verdict === 'improved')).toBe(false);
  });
});

describe('a slowdown of more than 10 % planted in L2: its kernel audits every system call', () => {
  const result = gate(before, audited, 'kernel');

  it('is told from two runs without it, of which nothing is worse or better', () => {
    const alike = gate(before, again);
    expect(alike.differences).toEqual([]);
    expect(named(alike.rows, 'regressed')).toEqual([]);
    expect(named(alike.rows, 'improved')).toEqual([]);
    expect(named(alike.rows, 'pass').length).toBeGreaterThan(20);
    const untold = alike.rows.filter(({ verdict }) => verdict === 'inconclusive');
    // What makes mappings takes another path from block to block; page-touch in L2 grows with them.
    expect(new Set(untold.map(({ key }) => key.workload))).toEqual(new Set(['mmap', 'page-touch']));
  });

  it('nor, block by block, in first touches of pages, which cost L2 more from block to block', () => {
    const pairs = compareRecords(
      { name: 'baseline', record: only(before, ['page-touch']) },
      { name: 'candidate', record: only(again, ['page-touch']) },
      { ...RULES, exactMargin: 0.01, version: '0.1.0', paired: true, allow: new Set<Aspect>() },
    );
    expect(named(pairs.rows, 'pass')).toContain('page-touch in L2, instructions');
  });

  it('is found in what makes system calls in L2 and does little else, and at no other level', () => {
    expect(result.verdict).toBe('regressed');
    const slower = named(result.rows, 'regressed');
    expect(slower).toContain('syscall in L2, instructions');
    expect(slower).toContain('pipe-one-cpu in L2, instructions');
    for (const name of slower) expect(name).toMatch(/ in L2, /);
    expect(named(result.rows, 'improved')).toEqual([]);
    const syscall = result.rows.find(({ name }) => name === 'syscall in L2, instructions')!;
    expect(syscall.low).toBeGreaterThan(1.4);
    expect(syscall.high).toBeLessThan(1.6);
  });
});

describe('a slowdown of 10 % planted in L2: one workload does a tenth more work there', () => {
  it('is told from what was not meant: the image with the other agent', () => {
    const result = gate(usual, slower);
    expect(result.verdict).toBe('incomparable');
    expect(result.differences.map(({ aspect }) => aspect)).toEqual(['image']);
  });

  it('is found in that workload at that level, by its size, and nowhere else', () => {
    for (const baseline of [usual, asUsual]) {
      const result = gate(baseline, slower, 'image');
      expect(result.verdict).toBe('regressed');
      expect(named(result.rows, 'regressed')).toContain('compress in L2, instructions');
      // It takes longer there, and takes more ticks.
      for (const name of named(result.rows, 'regressed')) expect(name).toMatch(/^compress in L2, /);
      expect(named(result.rows, 'improved')).toEqual([]);
      // 680,000 instructions of the metal's 6.80 million, and of L2's 7.4 million, which has more ticks to take.
      const row = result.rows.find(({ name }) => name === 'compress in L2, instructions');
      expect(row?.effect).toBeGreaterThan(1.07);
      expect(row?.effect).toBeLessThan(1.11);
      expect(row?.low).toBeGreaterThan(1.05);
    }
  });

  it('is told from two boots without it, which pass as a whole', () => {
    const result = gate(usual, asUsual);
    expect(result.differences).toEqual([]);
    expect(result.rows.length).toBeGreaterThan(15);
    expect(result.verdict).toBe('pass');
    // An application of some 7 million instructions holds ticks, more or fewer of them: no tighter than time.
    const compress = result.rows.filter(({ key }) => key.workload === 'compress');
    expect(compress.map(({ name, exactLike }) => [name, exactLike])).toEqual([
      ['compress in L2, instructions', false],
      ['compress in L1, instructions', false],
    ]);
  });
});

describe('two later boots of twelve blocks, which nobody had seen when it was decided what comes with time', () => {
  const [one, other] = [recordOf('gate-alike-1'), recordOf('gate-alike-2')];
  const result = gate(one, other);

  it('pass in all that repeats, an application among it', () => {
    const workloads = one.header.plan.workloads.filter((workload) => workload !== 'compile');
    const alike = gate(only(one, workloads), only(other, workloads));
    expect(alike.rows.length).toBeGreaterThan(30);
    expect(alike.verdict).toBe('pass');
    expect(named(alike.rows, 'pass')).toEqual(
      expect.arrayContaining([
        'compress in L2, instructions',
        'hash in L2, instructions',
        'mmap in L2, instructions',
      ]),
    );
  });

  it('and are not told apart in what does not: a compiler, which costs more from the seventh block on', () => {
    expect(result.differences).toEqual([]);
    const untold = result.rows.filter(({ verdict }) => verdict !== 'pass');
    expect(new Set(untold.map(({ key, verdict }) => `${key.workload} ${verdict}`))).toEqual(
      new Set(['compile inconclusive']),
    );
  });
});

it('less than the margin is no regression: 2.4 % of instructions within 3 %', () => {
  const options = { ...RULES, exactMargin: 0.03, version: '0.1.0', paired: false };
  const { rows, verdict } = compareRecords(
    { name: 'baseline', record: only(first, STEADY) },
    { name: 'candidate', record: only(planted, STEADY) },
    { ...options, allow: new Set<Aspect>(['kernel', 'cpu']) },
  );
  expect(verdict).toBe('pass');
  expect(rows.find(({ name }) => name === 'syscall in L2, instructions')!.effect).toBeGreaterThan(1.02);
});
