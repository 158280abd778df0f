import { expect, it } from 'vitest';
import { skippedTexts } from '../../../src/report/text/skipped.ts';

const tooLarge = (level: number, available: number) => ({
  kind: 'skipped' as const,
  level,
  workload: 'chase-512m',
  reason: `512 MiB are wanted, and ${available} MiB are available`,
});

it('tells a reason once, whatever numbers it has at which level', () => {
  expect(skippedTexts([tooLarge(2, 218), tooLarge(0, 1000), tooLarge(1, 310)])).toEqual([
    'chase-512m could not run in L0, L1, L2: 512 MiB are wanted, and 218–1000 MiB are available.',
  ]);
});

it('tells workloads together that could not run for one reason at the same levels', () => {
  const reason = 'it takes two processors, and there is one';
  expect(
    skippedTexts([
      { kind: 'skipped', level: 1, workload: 'ipi', reason },
      { kind: 'skipped', level: 1, workload: 'pipe-two-cpus', reason },
      { kind: 'skipped', level: 0, workload: 'hypercall', reason: 'no hypervisor answers it' },
      { kind: 'skipped', level: 2, workload: 'ipi', reason },
      { kind: 'skipped', level: 2, workload: 'pipe-two-cpus', reason },
    ]),
  ).toEqual([
    'ipi, pipe-two-cpus could not run in L1, L2: it takes two processors, and there is one.',
    'hypercall could not run in L0: no hypervisor answers it.',
  ]);
});
