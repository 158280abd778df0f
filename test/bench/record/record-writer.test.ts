import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecord } from '../../../src/bench/record/read-record.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { partialPath, RecordWriter } from '../../../src/bench/record/record-writer.ts';
import { recordLines } from '../../../src/bench/record/schema.ts';
import { exampleRecord, recordText } from './example-record.ts';

const { header, levels, samples, end } = exampleRecord;
const middle = recordLines(exampleRecord).slice(1, -1);

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-record-'));
  file = join(directory, 'out.jsonl');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('RecordWriter', () => {
  test('a finished record has its name, its lines and nothing beside it', async () => {
    const writer = await RecordWriter.create(file, header);
    for (const line of middle) await writer.append(line);
    await writer.finish(end!);
    expect(readFileSync(file, 'utf8')).toBe(recordText());
    expect(await readRecordFile(file)).toEqual(exampleRecord);
    expect(readdirSync(directory)).toEqual(['out.jsonl']);
  });

  test('each line is in the file when append is done, and FILE is not there before the end', async () => {
    const writer = await RecordWriter.create(file, header);
    await writer.append(levels[0]!);
    expect(existsSync(file)).toBe(false);
    const soFar = readRecord(readFileSync(partialPath(file), 'utf8'), 'so far');
    expect(soFar).toMatchObject({ header, levels: [levels[0]], end: null });
    await writer.abort({ keepPartial: false });
  });

  test.each([
    ['a directory', () => directory],
    ['a device', () => '/dev/null'],
  ])('takes the place of no %s, and says so before anything is measured', async (_, name) => {
    await expect(RecordWriter.create(name(), header)).rejects.toThrow(
      /is there and is no file, expected the name of one$/,
    );
    expect(existsSync(partialPath(name()))).toBe(false);
  });

  test('lines of concurrent callers do not mix', async () => {
    const writer = await RecordWriter.create(file, header);
    const long = { ...samples[0]!, values: Array.from({ length: 50_000 }, (_, i) => i) };
    const again = { ...long, block: 2 };
    await Promise.all([levels[0]!, levels[1]!, long, samples[1]!, again].map((line) => writer.append(line)));
    await writer.finish(end!);
    expect((await readRecordFile(file)).samples.map(({ values }) => values.length)).toEqual([
      50_000, 3, 50_000,
    ]);
  });

  test.each([true, false])(
    'an aborted run leaves no FILE, and FILE.partial only when wanted (%s)',
    async (keepPartial) => {
      const writer = await RecordWriter.create(file, header);
      const pending = writer.append(levels[0]!);
      await writer.abort({ keepPartial });
      await pending;
      expect(readdirSync(directory)).toEqual(keepPartial ? ['out.jsonl.partial'] : []);
      if (keepPartial) expect((await readRecordFile(partialPath(file))).levels).toEqual([levels[0]]);
      await expect(writer.append(levels[1]!)).rejects.toThrow(/out\.jsonl: a line of kind level .* aborted/);
      await writer.abort({ keepPartial: false });
    },
  );

  test('an earlier record stays until the new one is complete', async () => {
    writeFileSync(file, 'the earlier one');
    const writer = await RecordWriter.create(file, header);
    expect(readFileSync(file, 'utf8')).toBe('the earlier one');
    for (const line of middle) await writer.append(line);
    await writer.finish(end!);
    expect((await readRecordFile(file)).header).toEqual(header);
  });

  test('what an earlier run left half is replaced', async () => {
    writeFileSync(partialPath(file), 'x'.repeat(100_000));
    const writer = await RecordWriter.create(file, header);
    await writer.abort({ keepPartial: true });
    expect(readFileSync(partialPath(file), 'utf8')).toBe(`${JSON.stringify(header)}\n`);
  });

  test('a line that is no record line is refused and not written', async () => {
    const writer = await RecordWriter.create(file, header);
    await expect(writer.append({ ...samples[0]!, values: [Number.NaN] })).rejects.toThrow(/values/);
    await writer.append(levels[0]!);
    await writer.abort({ keepPartial: true });
    expect(readFileSync(partialPath(file), 'utf8').split('\n')).toHaveLength(3);
  });

  test('a header that is refused leaves nothing', async () => {
    await expect(RecordWriter.create(file, { ...header, seed: 0.5 })).rejects.toThrow(/seed/);
    expect(readdirSync(directory)).toEqual([]);
  });

  test.runIf(existsSync('/dev/full'))('a full disk says so', async () => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync('/dev/full', partialPath(file));
    await expect(RecordWriter.create(file, header)).rejects.toThrow(/out\.jsonl\.partial: the disk is full/);
  });
});

describe('readRecordFile', () => {
  test.each([
    ['missing.jsonl', /missing\.jsonl: found no such file, expected a record/],
    ['.', /: found a directory, expected a record/],
  ])('%s', async (name, message) => {
    await expect(readRecordFile(join(directory, name))).rejects.toThrow(message);
  });

  test('reads a record that is packed, and says so when it cannot be unpacked', async () => {
    const { gzipSync } = await import('node:zlib');
    const packed = gzipSync([header, ...middle, end].map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(file, packed);
    expect((await readRecordFile(file)).header).toEqual(header);
    writeFileSync(file, packed.subarray(0, -20));
    await expect(readRecordFile(file)).rejects.toThrow(/gzip file that cannot be unpacked/);
  });

  test('does not read a file too big to be a record', async () => {
    const { truncateSync } = await import('node:fs');
    writeFileSync(file, '');
    truncateSync(file, 300 * 1024 * 1024);
    await expect(readRecordFile(file)).rejects.toThrow(/found 300 MiB, expected a record of at most 64 MiB/);
  });
});
