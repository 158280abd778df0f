import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPartialRecord } from '../../../src/bench/record/partial-record.ts';
import { partialPath, RecordWriter } from '../../../src/bench/record/record-writer.ts';
import { exampleRecord } from './example-record.ts';

const { header, levels, samples, counters, end } = exampleRecord;

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-partial-'));
  file = join(directory, 'out.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

const jsonl = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test.each([
  ['nothing more', ''],
  ['half a line', '{"kind":"samples","lev'],
  ['counters without their samples', jsonl([counters[0]!])],
  ['both', `${jsonl([counters[0]!, counters[0]!])}{"ki`],
])('what a killed run left is kept up to %s, and gone on from there', async (_, rest) => {
  const whole = jsonl([header, ...levels, counters[0]!, samples[0]!]);
  writeFileSync(partialPath(file), whole + rest);
  const { record, length } = await readPartialRecord(file);
  expect(record.samples).toEqual([samples[0]]);
  expect(record.counters).toEqual([counters[0]]);
  expect(length).toBe(Buffer.byteLength(whole));
  const writer = await RecordWriter.reopen(file, length);
  await writer.append(samples[1]!);
  await writer.finish(end!);
  expect(readFileSync(file, 'utf8')).toBe(whole + jsonl([samples[1]!, end!]));
});

test('a run that is complete, or was never begun, cannot be gone on with', async () => {
  await expect(readPartialRecord(file)).rejects.toThrow(
    /found no such file, expected what a run that was cut off/,
  );
  writeFileSync(partialPath(file), jsonl([header, ...levels, end!]));
  await expect(readPartialRecord(file)).rejects.toThrow(/expected a run that was cut off/);
  writeFileSync(partialPath(file), JSON.stringify(header));
  await expect(readPartialRecord(file)).rejects.toThrow(/cut off before its first line/);
});
