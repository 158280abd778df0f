import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatProblem } from '../../../src/model/scenario/problem.ts';
import { resultToJson } from '../../../src/report/file/json.ts';
import { readResult } from '../../../src/report/file/read-result.ts';
import { readReportDocument } from '../../../src/report/file/report-document.ts';
import { anyResult } from '../fixture/any-result.ts';
import { sampleResult } from '../fixture/result.ts';

const problems = (text: string): string => {
  const read = readResult(text, 'r.json');
  if (read.ok) throw new Error('was accepted');
  return read.problems.map(formatProblem).join('\n');
};

test('property: what was written is read as it was', () => {
  fc.assert(
    fc.property(anyResult, (result) => {
      const read = readResult(resultToJson(result), 'r.json');
      expect(read.ok && JSON.stringify(read.value)).toBe(JSON.stringify(JSON.parse(resultToJson(result))));
    }),
  );
});

test('a target that nothing was answered for is read', () => {
  const targets = sampleResult.targets.map((target) => ({
    ...target,
    observed: null,
    low: null,
    high: null,
  }));
  expect(readResult(resultToJson({ ...sampleResult, targets }), 'r.json').ok).toBe(true);
});

describe('what is wrong is said, and where', () => {
  test.each([
    ['', 'r.json:1:1: found the end of the file, expected a value; is the file whole?'],
    ['{\n  "schema": nope', 'r.json:2:13: found "n", expected a value; is the file whole?'],
    [
      '[]',
      'r.json:1:1: schema: found no schema, expected "schema": "nestmark/result@1"; a result is what nestmark simulate --json prints',
    ],
    [
      '{"schema":"nestmark/result@9"}',
      'r.json:1:11: schema: found "nestmark/result@9", expected "schema": "nestmark/result@1"; a result is what nestmark simulate --json prints',
    ],
  ])('%j', (text, message) => {
    expect(problems(text)).toBe(message);
  });

  test('a row with a metric that does not exist', () => {
    const rows = [{ ...sampleResult.rows[0]!, metric: 'speed' }];
    expect(problems(JSON.stringify({ ...sampleResult, rows }))).toMatch(
      /^r\.json:1:\d+: rows\[0\]\.metric: Invalid option/,
    );
  });

  test('a key that does not exist', () => {
    expect(problems(JSON.stringify({ ...sampleResult, colour: 'blue' }))).toMatch(
      /Unrecognized key: "colour"/,
    );
  });
});

describe('files', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nestmark-result-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  test('are read', async () => {
    const path = join(directory, 'result.json');
    await writeFile(path, resultToJson(sampleResult));
    expect(await readReportDocument(path)).toEqual({ ok: true, value: sampleResult });
  });

  test.each([
    ['missing.json', 'found no such file'],
    ['.', 'found a directory'],
  ])('%s is refused', async (name, message) => {
    const read = await readReportDocument(join(directory, name));
    expect(!read.ok && formatProblem(read.problems[0]!)).toContain(message);
  });
});
