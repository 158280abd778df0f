import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_RECORD_BYTES, RecordError, readRecord } from '../../../src/bench/record/read-record.ts';
import type { BenchRecord } from '../../../src/bench/record/record.ts';
import { recordLines } from '../../../src/bench/record/schema.ts';
import { exampleRecord, recordText } from './example-record.ts';

const text = recordText();

describe('a record that is fine', () => {
  test('reads as what was written', () => {
    expect(readRecord(text, 'r.jsonl')).toEqual(exampleRecord);
  });

  test('reads the same with its middle lines in any order, blank lines and carriage returns', () => {
    const [header, ...rest] = recordLines(exampleRecord);
    const end = rest.pop();
    const shuffled = [header, ...rest.reverse(), end].map((line) => JSON.stringify(line)).join('\r\n\r\n');
    const record = readRecord(shuffled, 'r.jsonl');
    expect(record.levels).toEqual(exampleRecord.levels);
    expect(new Set(record.samples)).toEqual(new Set(exampleRecord.samples));
    expect(record.end).toEqual(exampleRecord.end);
  });

  test('needs no newline after its end', () => {
    expect(readRecord(text.trimEnd(), 'r.jsonl')).toEqual(exampleRecord);
  });
});

describe('a run that was cut off', () => {
  test('is read as far as it got, wherever it was cut', () => {
    const headerLength = text.indexOf('\n');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.trimEnd().length - 1 }), (length) => {
        const cut = text.slice(0, length);
        if (length < headerLength) {
          expect(problemsOf(cut)).not.toEqual([]);
          return;
        }
        const record = readRecord(cut, 'r.jsonl');
        expect(record.end).toBeNull();
        const whole = cut.split('\n').filter(parses).length;
        expect(recordLines(record)).toHaveLength(whole);
      }),
      { numRuns: 500 },
    );
  });

  test('may lack the level of its samples, which a whole record may not', () => {
    const lines = text.split('\n').filter((line) => !/"kind":"level",.*"level":1,/.test(line));
    const cut = lines.filter((line) => !line.includes('"kind":"end"')).join('\n');
    expect(readRecord(cut, 'r.jsonl').samples).toHaveLength(2);
    expect(problemsOf(lines.join('\n'))).toContain(
      'r.jsonl:4:1: found samples of level 1, expected a line of kind level for it',
    );
  });
});

describe('a record of version 1', () => {
  const first = readFileSync(new URL('../../fixtures/records/version-1.jsonl', import.meta.url), 'utf8');
  const record = readRecord(first, 'one.jsonl');

  test('is one boot of every level and one block, measured level by level', () => {
    expect(record.header).toMatchObject({
      schema: 'nestmark/record@2',
      plan: { boots: 1, blocks: 1, order: 'by-level' },
    });
    expect(record.boots.map(({ level, boot }) => [level, boot])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    for (const { boot, block } of [...record.samples, ...record.counters])
      expect([boot, block]).toEqual([1, 1]);
  });

  test('keeps every line, and has its far-out values marked', () => {
    expect(recordLines(record)).toHaveLength(first.trimEnd().split('\n').length);
    const loop = record.samples.find(({ workload, level }) => workload === 'alu-loop' && level === 1)!;
    expect(loop.outliers.map((index) => loop.values[index])).toEqual([720234, 2071625]);
  });

  test('written again it is a record of the present version', () => {
    expect(readRecord(recordText(record), 'again.jsonl')).toEqual(record);
  });
});

describe('what is wrong is said with file, line and column', () => {
  test('an empty file', () => {
    expect(problemsOf('')).toEqual([
      'r.jsonl: found no whole line, expected a record: the run was cut off before its first line',
    ]);
  });

  /** What was done to the record, the line blamed, what stands at the column blamed, and the message. */
  test.each<[string, (good: string) => string, number, string, string]>([
    [
      'another file',
      () => 'schema: nestmark/platform@1\n',
      1,
      'schema:',
      'found "schema: nest", expected a value; a record is a JSON Lines file written by nestmark bench',
    ],
    [
      'another JSON file of nestmark',
      () => '{"schema":"nestmark/platform@1"}\n',
      1,
      '"nestmark/platform@1"',
      'schema: found "nestmark/platform@1", expected nestmark/record@2; this is not a record of nestmark bench',
    ],
    [
      'a newer version',
      (good) => good.replace('record@2', 'record@3'),
      1,
      '"nestmark/record@3"',
      'schema: found nestmark/record@3, expected nestmark/record@2; it was written by a newer nestmark; read it with that one',
    ],
    [
      'an older version',
      (good) => good.replace('record@2', 'record@0'),
      1,
      '"nestmark/record@0"',
      'schema: found nestmark/record@0, expected nestmark/record@2; it was written by an older nestmark; read it with that one, or run nestmark bench again',
    ],
    [
      'a lost beginning',
      (good) => good.slice(good.indexOf('\n') + 1),
      1,
      '"level"',
      'kind: found "level", expected a header on the first line; the beginning of the file is missing, or it is not a record of nestmark bench',
    ],
    [
      'a broken line',
      (good) => good.replace('"levelsReached":[0,1]}', '"levelsReached":[0,1'),
      12,
      '',
      "found the end of the line, expected ']'",
    ],
    [
      'a wrong type',
      (good) => good.replace('[9,7,7,7]', '[9,"7",7,7]'),
      5,
      '"7",7,7]',
      'values[1]: found "7", expected number',
    ],
    [
      'a missing key',
      (good) => good.replace('"warmUp":1,', ''),
      5,
      '{"kind":"samples"',
      'warmUp: found nothing, expected number',
    ],
    [
      'an unknown key',
      (good) => good.replace('"warmUp":1,', '"warmUp":1,"warmup":2,'),
      5,
      '2,"outliers"',
      'warmup: found a key that is not known, expected kind, level, boot, block, workload, class, unit, values, operationsPerSample, warmUp, outliers, checksum; did you mean warmUp?',
    ],
    [
      'an unknown key deeper down',
      (good) => good.replace('"verified":true', '"verified":true,"proof":[]'),
      2,
      '[],"evidence"',
      'accelerator.proof: found a key that is not known, expected name, verified, evidence',
    ],
    [
      'an unknown kind',
      (good) => good.replace('"kind":"samples"', '"kind":"sample"'),
      5,
      '"sample"',
      'kind: found "sample", expected one of header, level, samples, warming, counters, block, missing, skipped, end; did you mean samples?',
    ],
    [
      'more warm-up than samples',
      (good) => good.replace('"warmUp":1', '"warmUp":4'),
      5,
      '4,"outliers"',
      'warmUp: found 4, expected fewer warm-up values than values',
    ],
    [
      'a clock without its rate',
      (good) => good.replace('"nsPerInstruction":2', '"nsPerInstruction":null'),
      1,
      'null,"started"',
      'nsPerInstruction: found null, expected a number when the clock is instructions, and null when it is time',
    ],
    [
      'a time that is none',
      (good) => good.replace('2026-11-22T13:00:00.000Z', 'yesterday'),
      1,
      '"yesterday"',
      'started: found "yesterday": Invalid ISO datetime',
    ],
    [
      'instructions from a record of time',
      (good) =>
        good
          .replace('"clock":"instructions","nsPerInstruction":2', '"clock":"time","nsPerInstruction":null')
          .replaceAll('"unit":"instructions"', '"unit":"ns"')
          .replace('"unit":"ns"', '"unit":"instructions"'),
      5,
      '{',
      'found samples in instructions, expected ns: the header says the clock is time',
    ],
    [
      'a level twice',
      (good) => good.replace('"level":1,"boot":1,"name"', '"level":0,"boot":1,"name"'),
      3,
      '{',
      'found boot 1 of level 0 twice, expected it once',
    ],
    [
      'a measurement twice',
      (good) =>
        good.replace(
          '"kind":"counters"',
          `${good.split('\n')[4]!.slice(1, -1)},"kind":"samples"}\n{"kind":"counters"`,
        ),
      7,
      '{',
      'found cpuid at level 0 in block 1 twice, expected it once',
    ],
    [
      'samples of a boot that was not',
      (good) => good.replace('"level":0,"boot":1,"block"', '"level":0,"boot":2,"block"'),
      5,
      '{',
      'found samples of boot 2 of level 0, expected a line of kind level for it',
    ],
    [
      'a disturbed block without a reason',
      (good) => good.replace(/"reasons":\[[^\]]*\]/, '"reasons":[]'),
      8,
      '[]',
      'reasons: found [], expected a reason when the block is not valid, and none when it is',
    ],
    [
      'counters of the wrong level',
      (good) => good.replace('"workloadLevel":1', '"workloadLevel":0'),
      7,
      '{',
      'found counters of level 0 for a workload at level 0, expected those of a level below it',
    ],
    [
      'a promise that is not kept',
      (good) => good.replace('"levelsReached":[0,1]', '"levelsReached":[0,1,2]'),
      12,
      '{',
      'found levelsReached 0, 1, 2, expected the levels described above: 0, 1',
    ],
    [
      'something after the end',
      (good) => `${good}${good.split('\n')[9]}\n`,
      13,
      '{',
      'found a line of kind missing after the end, expected nothing more',
    ],
    [
      'two records in one file',
      (good) => good + good,
      13,
      '{',
      'found a second header, expected one, on the first line',
    ],
  ])('%s', (_, damage, line, there, message) => {
    const damaged = damage(text);
    const found = problemsOf(damaged).find((problem) => problem.endsWith(`: ${message}`));
    const [, at, column] = /^r\.jsonl:(\d+):(\d+): /.exec(found ?? problemsOf(damaged).join('\n')) ?? [];
    expect(found).toBe(`r.jsonl:${line}:${column}: ${message}`);
    expect(Number(at)).toBe(line);
    const rest = damaged.split('\n')[line - 1]!.slice(Number(column) - 1);
    expect(rest.slice(0, there.length || 1)).toBe(there);
  });

  test('a file that is no record, however big', () => {
    expect(problemsOf('x'.repeat(MAX_RECORD_BYTES + 1))).toEqual([
      'r.jsonl: found 65 MiB, expected a record of at most 64 MiB',
    ]);
  });

  test('with at most 20 problems, in the order of the file', () => {
    const many = `${text.split('\n')[0]}\n${'{"kind":"nothing"}\n'.repeat(500)}`;
    const problems = problemsOf(many);
    expect(problems).toHaveLength(20);
    expect(problems[0]).toMatch(/^r\.jsonl:2:9: /);
    expect(problems[19]).toMatch(/^r\.jsonl:21:9: /);
  });
});

describe('whatever is in the file', () => {
  test('a damaged record is read or refused with a place, never anything else', () => {
    fc.assert(
      fc.property(damagedText, (damaged) => {
        expectReadOrRefused(damaged);
      }),
      { numRuns: 4000 },
    );
  });

  test('a record with any one value replaced is read or refused with a place', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.oneof(fc.jsonValue(), fc.constantFrom('nestmark/record@7', 1e308, -1, 0.5, [], {})),
        (whichLine, whichKey, replacement) => {
          const lines = recordLines(exampleRecord).map((line) => structuredClone(line) as object);
          const line = lines[whichLine % lines.length] as Record<string, unknown>;
          const keys = Object.keys(line);
          line[keys[whichKey % keys.length]!] = replacement;
          expectReadOrRefused(lines.map((each) => JSON.stringify(each)).join('\n'));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** The example with some slices cut out, doubled, or written over. */
const damagedText = fc
  .array(
    fc.record({
      at: fc.nat(text.length),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.string(),
        fc.constantFrom(
          '\n',
          '\u0000',
          '\ufeff',
          '{',
          '}',
          ']',
          '"',
          ',',
          '1e999',
          'null',
          '"__proto__":{},',
        ),
        fc.nat(text.length).map((from) => text.slice(from, from + 200)),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) =>
    edits.reduce(
      (result, { at, remove, insert }) => result.slice(0, at) + insert + result.slice(at + remove),
      text,
    ),
  );

function expectReadOrRefused(damaged: string): void {
  let record: BenchRecord;
  try {
    record = readRecord(damaged, 'r.jsonl');
  } catch (error) {
    expect(error).toBeInstanceOf(RecordError);
    const { problems, message } = error as RecordError;
    expect(problems.length).toBeGreaterThan(0);
    expect(message).not.toMatch(/^\s+at /m);
    const lines = damaged.split('\n');
    for (const problem of problems) {
      expect(problem.file).toBe('r.jsonl');
      if (problem.line === 0) continue;
      expect(problem.line).toBeLessThanOrEqual(lines.length);
      expect(problem.column).toBeGreaterThanOrEqual(1);
      expect(problem.column).toBeLessThanOrEqual(lines[problem.line - 1]!.length + 1);
    }
    return;
  }
  // What was accepted is a record: it survives being written and read again.
  expect(readRecord(recordText(record), 'again.jsonl')).toEqual(record);
}

function problemsOf(damaged: string): readonly string[] {
  try {
    readRecord(damaged, 'r.jsonl');
  } catch (error) {
    if (error instanceof RecordError) return error.message.split('\n');
    throw error;
  }
  return [];
}

function parses(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
