import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileSync } from '../../../src/bench/workload/file-sync.ts';
import { NODE_WORKLOADS } from '../../../src/bench/workload/run.ts';
import { EFFORTS, type Workload } from '../../../src/bench/workload/workload.ts';

let scratchDirectory: string;
beforeAll(() => {
  scratchDirectory = mkdtempSync(join(tmpdir(), 'nestmark-workload-'));
});
afterAll(() => rmSync(scratchDirectory, { recursive: true }));

function checksumAfter(workload: Workload, iterations: number, seed: number): string {
  const prepared = workload.prepare({ seed, scratchDirectory });
  try {
    for (let i = 0; i < iterations; i++) prepared.iterate();
    return prepared.checksum();
  } finally {
    prepared.dispose();
  }
}

describe.each(NODE_WORKLOADS.map((workload) => [workload.name, workload] as const))('%s', (_, workload) => {
  test('computes the same in every run, and something else from another seed', () => {
    expect(checksumAfter(workload, 3, 1)).toBe(checksumAfter(workload, 3, 1));
    expect(checksumAfter(workload, 3, 1)).not.toBe(checksumAfter(workload, 3, 2));
    expect(checksumAfter(workload, 3, 1)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves nothing behind in the scratch directory', () => {
    checksumAfter(workload, 2, 1);
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('can be prepared twice at the same time', () => {
    const first = workload.prepare({ seed: 1, scratchDirectory });
    const second = workload.prepare({ seed: 1, scratchDirectory });
    for (const prepared of [first, second, first, second]) prepared.iterate();
    expect(first.checksum()).toBe(second.checksum());
    first.dispose();
    second.dispose();
  });

  test('does more at the default effort than at the small one', () => {
    const [small, full] = EFFORTS.map((effort) => workload.effort[effort]);
    expect(full!.samples).toBeGreaterThan(small!.samples);
    // Fewer and the interval of the median could not have 95 % confidence.
    expect(small!.samples).toBeGreaterThanOrEqual(6);
  });
});

test('file-sync notices a file that does not hold what it wrote', () => {
  const prepared = fileSync.prepare({ seed: 1, scratchDirectory });
  prepared.iterate();
  prepared.iterate();
  const [directory] = readdirSync(scratchDirectory);
  truncateSync(join(scratchDirectory, directory!, 'log'), 5000);
  expect(() => prepared.checksum()).toThrow(/log holds 5000 bytes; 8192 were written/);
  prepared.dispose();
});
