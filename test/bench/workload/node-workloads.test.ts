import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSync } from '../../../src/bench/workload/file-sync.ts';
import { httpRequest } from '../../../src/bench/workload/http-request.ts';
import { iterateWithTinybench } from '../../../src/bench/workload/iterate.ts';
import { NODE_WORKLOADS } from '../../../src/bench/workload/run.ts';
import { EFFORTS, type Workload } from '../../../src/bench/workload/workload.ts';

let scratchDirectory: string;
beforeAll(() => {
  scratchDirectory = mkdtempSync(join(tmpdir(), 'nestmark-workload-'));
});
afterAll(() => rmSync(scratchDirectory, { recursive: true }));

async function checksumAfter(workload: Workload, iterations: number, seed: number): Promise<string> {
  const prepared = await workload.prepare({ seed, scratchDirectory });
  try {
    for (let i = 0; i < iterations; i++) await prepared.iterate();
    return prepared.checksum();
  } finally {
    await prepared.dispose();
  }
}

describe.each(NODE_WORKLOADS.map((workload) => [workload.name, workload] as const))('%s', (_, workload) => {
  test('computes the same in every run, and something else from another seed', async () => {
    const first = await checksumAfter(workload, 3, 1);
    expect(await checksumAfter(workload, 3, 1)).toBe(first);
    expect(await checksumAfter(workload, 3, 2)).not.toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves nothing behind in the scratch directory', async () => {
    await checksumAfter(workload, 2, 1);
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('can be prepared twice at the same time', async () => {
    const first = await workload.prepare({ seed: 1, scratchDirectory });
    const second = await workload.prepare({ seed: 1, scratchDirectory });
    for (const prepared of [first, second, first, second]) await prepared.iterate();
    expect(first.checksum()).toBe(second.checksum());
    await first.dispose();
    await second.dispose();
  });

  test('does more at the default effort than at the small one', () => {
    const [small, full] = EFFORTS.map((effort) => workload.effort[effort]);
    expect(full!.samples).toBeGreaterThan(small!.samples);
    // Fewer and the interval of the median could not have 95 % confidence.
    expect(small!.samples).toBeGreaterThanOrEqual(6);
  });
});

test('file-sync notices a file that does not hold what it wrote', async () => {
  const prepared = await fileSync.prepare({ seed: 1, scratchDirectory });
  await prepared.iterate();
  await prepared.iterate();
  const [directory] = readdirSync(scratchDirectory);
  truncateSync(join(scratchDirectory, directory!, 'log'), 5000);
  expect(() => prepared.checksum()).toThrow(/log holds 5000 bytes; 8192 were written/);
  await prepared.dispose();
});

test('an asynchronous workload is waited for, and its time is that of the whole', async () => {
  const prepared = await httpRequest.prepare({ seed: 1, scratchDirectory });
  const { nanoseconds, warmUp } = await iterateWithTinybench(
    'http-request',
    prepared,
    { warmUp: 1, samples: 3 },
    process.hrtime.bigint,
    true,
  );
  await prepared.dispose();
  expect([nanoseconds.length, warmUp]).toEqual([4, 1]);
  // Nobody answers a request over TCP within a microsecond.
  expect(Math.min(...nanoseconds)).toBeGreaterThan(1000);
});
