import { describe, expect, it } from 'vitest';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';

/** The whole default ladder of the emulated lab, as it was measured: every workload, every level, five blocks. */
describe.each(['emulated-full-ladder', 'emulated-ladder-quiet'])('%s', async (name) => {
  const record = await readRecordFile(`test/fixtures/records/${name}.jsonl.gz`);

  it('has every workload at every level once in each block, or says why it cannot be measured there', () => {
    const { header, samples, skipped, blocks, levels, missing, end } = record;
    expect(missing).toEqual([]);
    expect(end?.levelsReached).toEqual([0, 1, 2]);
    expect(levels.map(({ accelerator }) => accelerator.verified)).toEqual([true, true, true]);
    expect(blocks.map(({ block }) => block)).toEqual([1, 2, 3, 4, 5]);
    // All that the agent had when it was measured.
    expect(header.plan.workloads.length).toBeGreaterThanOrEqual(38);
    for (const name of header.plan.workloads) {
      for (const level of [0, 1, 2]) {
        const measured = samples.filter((line) => line.workload === name && line.level === level);
        const cannot = skipped.some((line) => line.workload === name && line.level === level);
        expect(
          measured.map(({ block }) => block),
          `${name} at level ${level}`,
        ).toEqual(cannot ? [] : [1, 2, 3, 4, 5]);
      }
    }
  });

  it('computed the same at every level, and counted the exits of the levels above', () => {
    const checksums = new Map<string, Set<string>>();
    for (const { workload, checksum } of record.samples) {
      if (checksum !== null) checksums.set(workload, (checksums.get(workload) ?? new Set()).add(checksum));
    }
    expect(checksums.size).toBeGreaterThan(5);
    for (const [workload, found] of checksums) expect(found.size, workload).toBe(1);
    const cpuid = record.counters.filter(
      ({ workload, level, workloadLevel, delta }) =>
        workload === 'cpuid' && level === 0 && workloadLevel === 1 && delta['cpuid'] !== undefined,
    );
    expect(cpuid).toHaveLength(5);
    for (const { delta, operations } of cpuid) expect(delta['cpuid']! / operations).toBeCloseTo(1, 1);
  });
});

it('on a quiet machine takes under ten minutes, and its agents under 1 % of a processor while others are timed', async () => {
  const { header, end, blocks } = await readRecordFile(
    'test/fixtures/records/emulated-ladder-quiet.jsonl.gz',
  );
  expect((Date.parse(end!.finished) - Date.parse(header.started)) / 60_000).toBeLessThan(10);
  const shares = blocks.flatMap(({ watched }) =>
    ['0', '1'].map((level) => Number(watched[level]!['agent-quiet-share'])),
  );
  expect(shares).toHaveLength(10);
  expect(Math.max(...shares)).toBeLessThan(0.01);
});

it('with two processors a level has valid blocks on a machine of two, though the emulator waits for itself', async () => {
  const { header, levels, blocks, samples } = await readRecordFile(
    'test/fixtures/records/emulated-two-processors.jsonl.gz',
  );
  expect(levels.map(({ environment }) => environment['cpu.count'])).toEqual([2, 2, 2]);
  expect(blocks.map(({ valid }) => valid)).toEqual([true, true]);
  for (const { watched } of blocks) {
    expect(watched['machine']!['emulator.waiting-share']).toBeGreaterThan(0.1);
    expect(watched['machine']!['emulator.lost-share']).toBeLessThan(0.1);
  }
  for (const name of header.plan.workloads)
    expect(
      samples.filter(({ workload, block }) => workload === name && block > 0),
      name,
    ).toHaveLength(6);
});
