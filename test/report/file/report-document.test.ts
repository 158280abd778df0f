import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { besidePlans } from '../../../src/report/beside/plans.ts';
import { readReportDocument } from '../../../src/report/file/report-document.ts';
import { exampleResult } from '../fixture/gate.ts';
import { sampleHistory } from '../fixture/history.ts';
import { samplePlan } from '../fixture/plan.ts';
import { sampleResult } from '../fixture/result.ts';
import { sampleSensitivity } from '../fixture/sensitivity.ts';
import { sampleComparison, sampleSweep } from '../fixture/varied.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-documents-'));
});
afterAll(() => rm(directory, { recursive: true }));

test.each(
  [
    sampleResult,
    sampleComparison,
    sampleSweep,
    sampleSensitivity,
    exampleResult(),
    sampleHistory,
    samplePlan,
    besidePlans(['a', 'b'].map((name) => ({ name, file: `${name}.json`, document: samplePlan }))),
  ].map((document) => [document.schema, document] as const),
)(
  '%s is read as it was written, and refused with a place when a key is not known',
  async (schema, document) => {
    const path = join(directory, `${schema.replaceAll(/\W/g, '-')}.json`);
    await writeFile(path, JSON.stringify(document));
    expect(await readReportDocument(path)).toEqual({ ok: true, value: document });
    await writeFile(path, JSON.stringify({ ...document, surprise: 1 }));
    const read = await readReportDocument(path);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.problems[0]!.message).toMatch(/surprise/);
  },
);

test('comparisons and sweeps that were run to a precision are read with it', async () => {
  const precision = { wanted: 0.05, reached: 0.04, figure: 'p95', met: true, most: 200 };
  const cells = sampleSweep.cells.map((cell) =>
    cell.status === 'refused' ? cell : { ...cell, replications: 20, precision },
  );
  for (const document of [
    { ...sampleComparison, precision },
    { ...sampleSweep, cells },
  ]) {
    const path = join(directory, 'precise.json');
    await writeFile(path, JSON.stringify(document));
    expect(await readReportDocument(path)).toEqual({ ok: true, value: document });
  }
});

test('a file of another kind is told from what nestmark writes', async () => {
  const path = join(directory, 'other.json');
  await writeFile(path, '{"schema":"nestmark/plan@9"}');
  const read = await readReportDocument(path);
  expect(!read.ok && read.problems[0]!.message).toMatch(
    /found "nestmark\/plan@9", expected "schema": "nestmark\/result@1" or/,
  );
});
