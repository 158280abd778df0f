import { describe, expect, test } from 'vitest';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { readRecordFile } from '../../src/bench/record/record-file.ts';
import { workloadProfile } from '../../src/calibrate/measured/workload-profile.ts';
import { readWorkload } from '../../src/model/scenario/read-workload.ts';

const record = await readRecordFile(new URL('../fixtures/records/version-1.jsonl', import.meta.url).pathname);

describe('a workload profile from a record', () => {
  test('is a workload that scenarios can name, with every figure measured', () => {
    const { yaml } = workloadProfile(record, 'file-sync', 'measured-file-sync');
    const read = readWorkload('measured-file-sync.yaml', yaml);
    expect(read.ok ? [] : read.problems).toEqual([]);
    expect(yaml).toMatch(/^name: measured-file-sync$/m);
    expect(yaml).toMatch(/^ {4}halt-wake: \{ value: [\d.]+, low: [\d.]+, high: [\d.]+, basis: measured,/m);
    expect(yaml).not.toContain('assumed');
  });

  test('counts an operation that is one exit as one exit', () => {
    const { exits } = workloadProfile(record, 'cpuid', 'cpuid');
    expect(exits.cpuid?.value).toBeCloseTo(1, 2);
    for (const [exitClass, figure] of Object.entries(exits)) {
      if (exitClass !== 'cpuid') expect(figure.value, exitClass).toBeLessThan(0.05);
    }
  });

  test('takes what the tick does off an operation, and gives it per busy second', () => {
    const { exits, yaml } = workloadProfile(record, 'compress', 'compress');
    // 15 exits each were counted, nearly all of them the tick's.
    const own = Object.values(exits).reduce((sum, { value }) => sum + value, 0);
    expect(own).toBeLessThan(5);
    expect(yaml).toMatch(/per-busy-second:\n( {4}[a-z-]+: \{ value: [\d.]+ .*\/s, basis: measured, .*\n)+/);
  });

  test('has the range of its blocks as bounds', () => {
    const twice = (exits: number, block: number): BenchRecord['counters'] =>
      record.counters
        .filter((line) => line.workload === 'cpuid' && line.source.startsWith('kvm_exit by reason'))
        .map((line) => ({ ...line, block, delta: { cpuid: exits * line.operations } }));
    const two: BenchRecord = { ...record, counters: [...twice(1, 1), ...twice(3, 2)] };
    expect(workloadProfile(two, 'cpuid', 'cpuid').exits.cpuid).toMatchObject({ value: 2, low: 1, high: 3 });
  });

  test('is refused for what was not measured, or not counted', () => {
    expect(() => workloadProfile(record, 'levitation', 'x')).toThrow(
      /found no samples of levitation on the metal/,
    );
    expect(() => workloadProfile({ ...record, counters: [] }, 'compress', 'x')).toThrow(
      /found no exits of compress in L1/,
    );
  });
});
