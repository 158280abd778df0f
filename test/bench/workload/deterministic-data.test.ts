import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { deterministicNoise, deterministicText } from '../../../src/bench/workload/deterministic-data.ts';

const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex').slice(0, 16);

describe.each([
  ['text', deterministicText],
  ['noise', deterministicNoise],
])('%s', (_, generate) => {
  test('has the length asked for', () => {
    for (const bytes of [0, 1, 3, 1000, 65536]) expect(generate(bytes, 7)).toHaveLength(bytes);
  });

  test('is the same for the same seed, and another for another', () => {
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);
    expect(seeds.map((seed) => sha256(generate(4096, seed)))).toEqual(
      seeds.map((seed) => sha256(generate(4096, seed))),
    );
    expect(new Set(seeds.map((seed) => sha256(generate(4096, seed)))).size).toBe(seeds.length);
  });
});

test('is what it was when records were first written: another input would be another workload', () => {
  expect([sha256(deterministicText(65536, 1)), sha256(deterministicNoise(65536, 1))]).toMatchInlineSnapshot(`
    [
      "d4e3f2ea05ec920a",
      "11feb91bf9d900cd",
    ]
  `);
});

test('text compresses as text does, noise does not', () => {
  expect(deflateRawSync(deterministicText(65536, 1)).length / 65536).toBeGreaterThan(0.2);
  expect(deflateRawSync(deterministicText(65536, 1)).length / 65536).toBeLessThan(0.6);
  expect(deflateRawSync(deterministicNoise(65536, 1)).length / 65536).toBeGreaterThan(0.99);
});
