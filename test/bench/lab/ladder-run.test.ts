import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type LabResult, type LadderPlan, LadderRun } from '../../../src/bench/lab/ladder-run.ts';
import { readRecord } from '../../../src/bench/record/read-record.ts';
import type { BenchRecord, RecordLine } from '../../../src/bench/record/record.ts';
import { FakeLadder, type Faults, fakeHeader, fakePlan } from './fake-ladder.ts';

interface Ran {
  readonly record: BenchRecord;
  readonly ladder: FakeLadder;
  readonly result: LabResult;
}

async function run(plan: LadderPlan = fakePlan(), faults: Faults = {}): Promise<Ran> {
  const lines: RecordLine[] = [];
  const ladder = new FakeLadder(2, faults);
  const result = await new LadderRun({
    plan,
    newHosts: ladder.newHosts,
    onLines: (batch) => void lines.push(...batch),
  }).all(fakeHeader(plan));
  return {
    record: readRecord(lines.map((line) => JSON.stringify(line)).join('\n'), 'run.jsonl'),
    ladder,
    result,
  };
}

const cells = ({ samples }: BenchRecord): readonly string[] =>
  samples
    .filter(({ block }) => block > 0)
    .map(({ block, level, workload }) => `${block}/${level}/${workload}`);

function everyCell({ boots, blocks, levels, workloads }: LadderPlan): readonly string[] {
  const all: string[] = [];
  for (let block = 1; block <= boots * blocks; block++)
    for (const level of levels) for (const workload of workloads) all.push(`${block}/${level}/${workload}`);
  return all;
}

describe('a ladder that works', () => {
  test('measures every workload at every level once in every block, and counts its exits', async () => {
    const plan = fakePlan();
    const { record, result } = await run(plan);
    expect(result).toEqual({ levelsReached: [0, 1, 2], complete: true });
    expect([...cells(record)].sort()).toEqual([...everyCell(plan)].sort());
    expect(record.counters).toHaveLength(3 * 2 * 3);
    expect(record.blocks.map(({ block, valid, reasons }) => [block, valid, reasons])).toEqual([
      [1, true, []],
      [2, true, []],
      [3, true, []],
    ]);
  });

  test('in an order that each block has for itself, from the seed alone', async () => {
    const [first, again, other] = [await run(), await run(), await run(fakePlan({ seed: 8 }))];
    const orders = first.record.blocks.map(({ order }) => order);
    for (const order of orders) expect([...order].sort()).toEqual([...orders[0]!].sort());
    expect(new Set(orders.map((order) => order.join())).size).toBe(3);
    expect(again.record.blocks.map(({ order }) => order)).toEqual(orders);
    expect(other.record.blocks.map(({ order }) => order)).not.toEqual(orders);
    expect(first.ladder.turns.map(({ level, workload }) => `${level}/${workload}`)).toEqual(orders.flat());
  });

  test('boots everything anew as often as asked, and says which boot each sample is of', async () => {
    const plan = fakePlan({ boots: 2, blocks: 2 });
    const { record, ladder } = await run(plan);
    expect(ladder.boots).toBe(2);
    expect(record.boots.map(({ level, boot }) => `${level}/${boot}`)).toEqual([
      '0/1',
      '0/2',
      '1/1',
      '1/2',
      '2/1',
      '2/2',
    ]);
    for (const { block, boot } of record.samples.filter((line) => line.block > 0))
      expect(boot).toBe(block <= 2 ? 1 : 2);
    expect(record.blocks.map(({ block }) => block)).toEqual([1, 2, 3, 4]);
  });

  test('has the boot of each guest as a sample of the level that booted it', async () => {
    const { record } = await run();
    const boots = record.samples.filter(({ workload }) => workload === 'guest-boot');
    expect(boots.map(({ level, block, values }) => [level, block, values])).toEqual([
      [0, 0, [2e9]],
      [1, 0, [3e9]],
    ]);
  });
});

describe('a level that has booted', () => {
  const warmed = ({ warming }: BenchRecord): readonly string[] =>
    warming.map(({ boot, level, workload }) => `${boot}/${level}/${workload}`);

  test('does each workload once before its first block, which is kept and in no block', async () => {
    const { record, ladder } = await run(fakePlan({ boots: 2, blocks: 1 }));
    const once = [0, 1, 2].flatMap((level) =>
      ['alu-loop', 'cpuid', 'hash'].map((workload) => `${level}/${workload}`),
    );
    expect(warmed(record)).toEqual([1, 2].flatMap((boot) => once.map((cell) => `${boot}/${cell}`)));
    expect(record.warming[0]).toEqual({
      ...{ kind: 'warming', level: 0, boot: 1, workload: 'alu-loop', class: 'control', unit: 'ns' },
      ...{ values: [200, 100, 100, 100, 100, 100, 100], operationsPerSample: 1, checksum: null },
    });
    expect(record.counters).toHaveLength(2 * 2 * 3);
    expect(record.samples.filter(({ workload }) => workload !== 'guest-boot')).toHaveLength(2 * 9);
    for (const { order } of record.blocks) expect(order).toHaveLength(9);
    expect(ladder.story.slice(0, 13)).toEqual([
      ...['L0 up', 'L1 up', 'L2 up'],
      ...once.map((cell) => `0/${cell}`),
      `1/${record.blocks[0]!.order[0]!}`,
    ]);
  });

  test('anew in the middle of a block is warmed up again, and those that stayed up are not', async () => {
    const { record, ladder } = await run(fakePlan({ blocks: 1 }), {
      lose: (_, number) => (number === 5 ? 2 : null),
    });
    expect(warmed(record).filter((cell) => cell.startsWith('2/'))).toEqual([
      '2/2/alu-loop',
      '2/2/cpuid',
      '2/2/hash',
    ]);
    const up = ladder.story.lastIndexOf('L2 up');
    const next = ladder.story.slice(up + 1).filter((step) => step.startsWith('0/'));
    expect(next).toEqual(['0/2/alu-loop', '0/2/cpuid', '0/2/hash']);
    expect([...cells(record)].sort()).toEqual([...everyCell(fakePlan({ blocks: 1 }))].sort());
  });

  test('and is lost while it warms up begins that anew; twice in the same turn, and it is not given it again', async () => {
    const { record, result } = await run(fakePlan(), {
      loseWarming: ({ level, workload }) => (level === 2 && workload === 'cpuid' ? 2 : null),
    });
    expect(record.skipped).toEqual([
      {
        ...{ kind: 'skipped', level: 2, workload: 'cpuid' },
        reason: 'the level was lost 2 times while it ran: it hung',
      },
    ]);
    expect(result.complete).toBe(true);
    expect(record.blocks.every(({ valid }) => valid)).toBe(true);
    expect(warmed(record).filter((cell) => cell.includes('/2/'))).toEqual([
      ...['1/2/alu-loop', '2/2/alu-loop', '3/2/alu-loop', '3/2/hash'],
    ]);
  });

  test('what cannot run there is found out before the first block', async () => {
    const skip: Faults['skip'] = ({ level, workload }) =>
      level === 2 && workload === 'cpuid' ? 'no such device' : null;
    const { ladder } = await run(fakePlan(), { skip });
    expect(ladder.warming.filter(({ level, workload }) => level === 2 && workload === 'cpuid')).toHaveLength(
      1,
    );
    expect(ladder.turns.filter(({ level, workload }) => level === 2 && workload === 'cpuid')).toHaveLength(0);
  });
});

describe('a workload that a level cannot run', () => {
  test('is told once, and not tried in the blocks after', async () => {
    const skip: Faults['skip'] = ({ level, workload }) =>
      level === 2 && workload === 'cpuid' ? 'no such device' : null;
    const { record, ladder, result } = await run(fakePlan(), { skip });
    expect(record.skipped).toEqual([
      { kind: 'skipped', level: 2, workload: 'cpuid', reason: 'no such device' },
    ]);
    const tried = [...ladder.warming, ...ladder.turns];
    expect(tried.filter(({ level, workload }) => level === 2 && workload === 'cpuid')).toHaveLength(1);
    expect(result.complete).toBe(true);
  });

  test('is planned no longer, so that what is done comes to all that was planned', async () => {
    const skip: Faults['skip'] = ({ level, workload }) => (level < 2 && workload === 'cpuid' ? 'no' : null);
    const seen: (readonly [number, number])[] = [];
    const plan = fakePlan();
    await new LadderRun({
      plan,
      newHosts: new FakeLadder(2, { skip }).newHosts,
      onLines: () => undefined,
      onProgress: (event) => {
        if (event.kind === 'measuring') seen.push([event.done, event.planned]);
      },
    }).all(fakeHeader(plan));
    expect(seen.at(-1)).toEqual([20, 21]);
    for (const [done, planned] of seen) expect(done).toBeLessThan(planned);
  });
});

describe('a level that is lost', () => {
  test('is booted again, has its turn again, and its block is not one whole', async () => {
    const { record, result } = await run(fakePlan(), {
      lose: ({ level }, number) => (number === 8 ? level : null),
    });
    expect(result.complete).toBe(true);
    expect([...cells(record)].sort()).toEqual([...everyCell(fakePlan())].sort());
    const [first, ...others] = record.blocks;
    expect(first?.reasons).toHaveLength(1);
    expect(first?.reasons[0]).toMatch(/was lost and booted again$/);
    // Why stands where the level came back.
    const told = record.boots.filter(({ losses }) => losses !== undefined);
    expect(told.map(({ bootTries, losses }) => [bootTries, losses])).toEqual([
      [1, [expect.stringMatching(/^it hung$|^QEMU was ended by SIGSEGV/)]],
    ]);
    expect(told[0]?.boot).toBe(2);
    for (const { valid } of others) expect(valid).toBe(true);
    // What had been counted before it was lost is not in the record beside what was counted again.
    expect(record.counters).toHaveLength(18);
  });

  test('while it does nothing, does not take the turn from the one that has it', async () => {
    const { record } = await run(fakePlan(), {
      lose: ({ level }, number) => (number >= 4 && number < 6 && level < 2 ? 2 : null),
    });
    expect([...cells(record)].sort()).toEqual([...everyCell(fakePlan())].sort());
    expect(record.boots.filter(({ level }) => level === 2).length).toBeGreaterThan(1);
  });

  test('each time in the same turn is not given it a third time', async () => {
    const lose: Faults['lose'] = ({ level, workload }) => (level === 1 && workload === 'hash' ? 1 : null);
    const { record, ladder, result } = await run(fakePlan(), { lose });
    expect(record.skipped).toEqual([
      {
        kind: 'skipped',
        level: 1,
        workload: 'hash',
        reason: 'the level was lost 2 times while it ran: it hung',
      },
    ]);
    expect(ladder.turns.filter(({ level, workload }) => level === 1 && workload === 'hash')).toHaveLength(2);
    expect(result.levelsReached).toEqual([0, 1, 2]);
  });

  test('for good leaves the others measured, and a line that says what became of it', async () => {
    const { record, result } = await run(fakePlan(), { failBoots: { level: 2, times: 3 } });
    expect(result).toEqual({ levelsReached: [0, 1], complete: false });
    expect(record.missing).toEqual([
      { kind: 'missing', level: 2, reason: 'it hung', tries: 3, console: ['a last word'] },
    ]);
    expect(cells(record)).toHaveLength(3 * 2 * 3);
    expect(record.blocks.every(({ valid }) => valid)).toBe(true);
  });

  test('and is the metal, loses everything above it, which is then measured in another boot', async () => {
    const { record, ladder, result } = await run(fakePlan(), {
      lose: (_, number) => (number === 12 ? 0 : null),
    });
    expect(ladder.boots).toBe(2);
    expect(result.complete).toBe(true);
    expect([...cells(record)].sort()).toEqual([...everyCell(fakePlan())].sort());
  });

  test('before it has said a word is missing, with the last lines of its console', async () => {
    const { record, result } = await run(fakePlan({ levels: [0, 1] }), {
      failBoots: { level: 0, times: 99 },
    });
    expect(result.levelsReached).toEqual([]);
    expect(record.missing.map(({ level, tries }) => [level, tries])).toEqual([
      [0, 3],
      [1, 0],
    ]);
  });
});

test('a control that costs something else at another level makes its block not valid', async () => {
  const cost: Faults['cost'] = ({ level, block, workload }) =>
    workload === 'hash' && level === 2 && block === 2 ? 130 : 100;
  const { record } = await run(fakePlan(), { cost });
  expect(record.blocks.map(({ valid }) => valid)).toEqual([true, false, true]);
  expect(record.blocks[1]?.reasons).toEqual([
    'hash, which takes no exits, cost 1.30 times as much in L2 as on the metal',
  ]);
});

test('a record that can no longer be written ends the run with the reason, and the machine with it', async () => {
  const ladder = new FakeLadder(2);
  const plan = fakePlan();
  let batches = 0;
  const running = new LadderRun({
    plan,
    newHosts: ladder.newHosts,
    onLines: () => {
      if (++batches > 18) throw new Error('the disk is full');
    },
  }).all(fakeHeader(plan));
  await expect(running).rejects.toThrow('the disk is full');
  expect(ladder.running).toBe(0);
  expect(ladder.turns.length).toBeLessThan(27);
});

test.each([
  ['forward', 3600],
  ['back', -3600],
])(
  'a clock that is set %s by an hour makes its block not valid, and costs nothing else',
  async (_, seconds) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const plan = fakePlan({ clock: 'time' });
      const { record, result } = await run(plan, {
        // Called for each turn: in the middle of the second block somebody sets the clock.
        lose: (_turn, number) => {
          if (number === 13) vi.setSystemTime(Date.now() + seconds * 1000);
          return null;
        },
      });
      expect(result.complete).toBe(true);
      expect([...cells(record)].sort()).toEqual([...everyCell(plan)].sort());
      expect(record.blocks.map(({ valid }) => valid)).toEqual([true, false, true]);
      expect(record.blocks[1]?.reasons).toEqual([
        expect.stringMatching(/^the machine’s clock was set by -?(3600|3599)(\.\d+)? s$/),
      ]);
      for (const block of record.blocks) {
        expect(block.seconds).toBeGreaterThanOrEqual(0);
        expect(block.seconds).toBeLessThan(60);
      }
    } finally {
      vi.useRealTimers();
    }
  },
);

describe('a run that is cut off', () => {
  test('and resumed, wherever it was cut and however often, has everything once', async () => {
    const plan = fakePlan({ boots: 2, blocks: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(130), { minLength: 1, maxLength: 4 }), async (cuts) => {
        let lines: RecordLine[] = [];
        let resumed: BenchRecord | undefined;
        for (const cut of [...cuts, null]) {
          const abort = new AbortController();
          const ladder = new FakeLadder(2);
          let batches = 0;
          const kept: RecordLine[] = [];
          const running = new LadderRun({
            plan,
            newHosts: ladder.newHosts,
            resumed,
            signal: abort.signal,
            onLines: (batch) => {
              // Killed: nothing that comes after is written.
              if (cut !== null && batches >= cut) abort.abort(new Error('killed'));
              else kept.push(...batch);
              batches++;
            },
          }).all(resumed === undefined ? fakeHeader(plan) : undefined);
          await running.catch((error: Error) => expect(error.message).toBe('killed'));
          lines = [...lines, ...kept];
          if (lines.length === 0) continue;
          const record = readRecord(lines.map((line) => JSON.stringify(line)).join('\n'), 'run.jsonl');
          resumed = record;
          if (record.end !== null) break;
        }
        expect(resumed!.end?.levelsReached).toEqual([0, 1, 2]);
        expect([...cells(resumed!)].sort()).toEqual([...everyCell(plan)].sort());
        expect(resumed!.blocks.map(({ block }) => block)).toEqual([1, 2, 3, 4]);
        const counted = resumed!.counters.map(
          ({ block, workloadLevel, workload }) => `${block}/${workloadLevel}/${workload}`,
        );
        expect(new Set(counted).size).toBe(counted.length);
        expect(counted).toHaveLength(4 * 2 * 3);
      }),
      { numRuns: 60 },
    );
  });
});
