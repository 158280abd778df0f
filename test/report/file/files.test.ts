import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROW_COLUMNS } from '../../../src/model/experiment/result.ts';
import { rowsToCsv } from '../../../src/report/file/csv.ts';
import { resultToJson } from '../../../src/report/file/json.ts';
import { resultToMarkdown, rowsToMarkdown } from '../../../src/report/file/markdown.ts';
import { writeReport } from '../../../src/report/file/write-report.ts';
import { anyResult } from '../fixture/any-result.ts';
import { sampleResult } from '../fixture/result.ts';

describe('CSV', () => {
  test('golden', async () => {
    await expect(rowsToCsv(sampleResult.rows)).toMatchFileSnapshot('../golden/result.csv');
  });

  test('a figure that cannot be had is empty, and a zero is a zero', () => {
    const row = sampleResult.rows.find(({ entity }) => entity === 'vcenter');
    const csv = rowsToCsv([{ ...row!, mean: 0, low: null, high: null, p50: null, p95: null, p99: null }]);
    expect(csv).toBe(`${ROW_COLUMNS.join(',')}\nvcenter,1,slowdown,ratio,0,,,,,,10\n`);
  });

  test('a name is quoted where it must be, and no spreadsheet runs it', () => {
    const row = sampleResult.rows.find(({ entity }) => entity === 'vcenter');
    const csv = rowsToCsv([
      { ...row!, entity: 'a,"b"\nc', mean: -1.5 },
      { ...row!, entity: '=HYPERLINK("http://x")' },
    ]);
    expect(csv).toContain('"a,""b""\nc",1,slowdown,ratio,-1.5,');
    expect(csv).toContain('"\'=HYPERLINK(""http://x"")"');
  });
});

describe('JSON', () => {
  test('golden', async () => {
    await expect(resultToJson(sampleResult)).toMatchFileSnapshot('../golden/result.json');
  });

  test('the order keys were set in does not show', () => {
    const backwards = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(backwards)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, inner]) => [key, backwards(inner)]),
            )
          : value;
    expect(resultToJson(backwards(sampleResult) as typeof sampleResult)).toBe(resultToJson(sampleResult));
  });

  test('the values of a sample stand in one line, and text that looks like one is left alone', () => {
    const [row] = sampleResult.rows;
    const text = resultToJson({
      ...sampleResult,
      rows: [{ ...row!, entity: '"sample": [\n 1\n]', sample: [1, null, 2.5] }],
    });
    expect(text).toContain('      "sample": [1, null, 2.5]\n');
    expect(JSON.parse(text).rows[0]).toMatchObject({ entity: '"sample": [\n 1\n]', sample: [1, null, 2.5] });
  });

  test('property: nothing is lost', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(JSON.parse(resultToJson(result))).toEqual(JSON.parse(JSON.stringify(result)));
      }),
    );
  });
});

describe('Markdown', () => {
  test('golden', async () => {
    await expect(resultToMarkdown(sampleResult)).toMatchFileSnapshot('../golden/result.md');
  });

  test('a name cannot add a cell, a line, a link or a tag', () => {
    const row = sampleResult.rows.find(({ entity }) => entity === 'vcenter');
    const table = rowsToMarkdown([{ ...row!, entity: '| [x](javascript:0)\n<b>`' }]);
    const lines = table.split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('\\| \\[x\\](javascript:0) \\<b\\>\\`');
  });

  test('property: every row is one line of nine cells', () => {
    fc.assert(
      fc.property(anyResult, ({ rows }) => {
        const lines = rowsToMarkdown(rows).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(line.replaceAll(/\\./gu, '').split('|')).toHaveLength(11);
      }),
    );
  });
});

describe('writing a report', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nestmark-report-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  test('writes every part and says where', async () => {
    const parts = [
      { extension: 'csv', content: 'a\n' },
      { extension: 'chart.png', content: Uint8Array.of(1, 2, 3) },
    ];
    const target = join(directory, 'new', 'deeper');
    const paths = await writeReport(target, 'course', parts);
    expect(paths).toEqual([join(target, 'course.csv'), join(target, 'course.chart.png')]);
    expect(await readFile(paths[0]!, 'utf8')).toBe('a\n');
    expect([...(await readFile(paths[1]!))]).toEqual([1, 2, 3]);
    expect((await readdir(target)).sort()).toEqual(['course.chart.png', 'course.csv']);
  });

  test('when one part cannot be written, the old files stay and nothing is left beside them', async () => {
    await writeFile(join(directory, 'course.csv'), 'old');
    await mkdir(join(directory, 'taken'));
    const parts = [
      { extension: 'csv', content: 'new' },
      { extension: 'no/such/folder', content: 'x' },
    ];
    await expect(writeReport(directory, 'course', parts)).rejects.toThrow(
      `${join(directory, 'course.no/such/folder')}: there is no such directory`,
    );
    expect(await readFile(join(directory, 'course.csv'), 'utf8')).toBe('old');
    expect((await readdir(directory)).sort()).toEqual(['course.csv', 'taken']);
  });

  test('no directory is taken for a file, nor a file for a directory', async () => {
    const parts = [{ extension: 'csv', content: 'new' }];
    const taken = join(directory, 'course.csv');
    await mkdir(taken);
    await expect(writeReport(directory, 'course', parts)).rejects.toThrow(
      `${taken}: is there and is no file`,
    );
    expect(await readdir(directory)).toEqual(['course.csv']);
    await rm(taken, { recursive: true });
    await writeFile(taken, 'old');
    for (const target of [taken, join(taken, 'deeper')]) {
      await expect(writeReport(target, 'course', parts)).rejects.toMatchObject({
        name: 'FileNotWritten',
        isMisnamed: true,
      });
    }
    expect(await readFile(taken, 'utf8')).toBe('old');
  });

  test('a device stays what it is', async () => {
    await symlink('/dev/null', join(directory, 'course.csv'));
    const written = writeReport(directory, 'course', [{ extension: 'csv', content: 'new' }]);
    await expect(written).rejects.toThrow('is there and is no file');
    expect((await lstat(join(directory, 'course.csv'))).isSymbolicLink()).toBe(true);
  });
});
