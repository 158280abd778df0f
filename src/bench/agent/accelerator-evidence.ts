import type { Facts } from '../environment/facts.ts';
import type { Evidence } from '../lab/protocol.ts';

/** What CPUID says about who runs this level, as the environment has it: one thing each that must be so. */
export function evidenceFromWithin(level: number, facts: Facts): readonly Evidence[] {
  const hypervisors = String(facts['cpuid.hypervisors'] ?? '');
  const announced = `CPUID announces ${hypervisors === '' ? 'no hypervisor' : hypervisors}`;
  if (level > 0) return [{ claim: announced, holds: hypervisors.split(' ').includes('KVMKVMKVM') }];
  const svm = String(facts['cpu.flags'] ?? '')
    .split(' ')
    .includes('svm');
  return [
    { claim: announced, holds: hypervisors.split(' ').includes('TCGTCGTCGTCG') },
    { claim: `the emulated processor ${svm ? 'has' : 'lacks'} the flag svm`, holds: svm },
  ];
}
