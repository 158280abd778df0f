import { expect, it } from 'vitest';
import { evidenceFromWithin, evidenceOfVisited } from '../../../src/bench/agent/accelerator-evidence.ts';

const announcing = (hypervisors: string) => ({ 'cpuid.hypervisors': hypervisors });

it.each([
  [0, '', true],
  [0, 'TCGTCGTCGTCG', true],
  [0, 'KVMKVMKVM', false],
  [1, 'KVMKVMKVM', true],
  [1, 'Microsoft Hv', true],
  [2, 'Microsoft Hv KVMKVMKVM', true],
  [1, '', false],
  [1, 'TCGTCGTCGTCG', false],
])(
  'a visited level %i whose CPUID announces "%s" is what it is said to be: %s',
  (level, hypervisors, holds) => {
    expect(evidenceOfVisited(level, announcing(hypervisors)).holds).toBe(holds);
  },
);

it('a level of our own is run by what was asked for, and by nothing that silently took its place', () => {
  const verified = (level: number, hypervisors: string, flags: string): boolean =>
    evidenceFromWithin(level, { ...announcing(hypervisors), 'cpu.flags': flags }).every(({ holds }) => holds);
  expect(verified(0, 'TCGTCGTCGTCG', 'fpu svm npt')).toBe(true);
  expect(verified(0, 'TCGTCGTCGTCG', 'fpu')).toBe(false);
  expect(verified(1, 'KVMKVMKVM', 'fpu')).toBe(true);
  expect(verified(1, 'TCGTCGTCGTCG', 'fpu svm')).toBe(false);
});
