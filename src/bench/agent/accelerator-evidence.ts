import type { Facts } from '../environment/facts.ts';
import type { Evidence } from '../lab/protocol.ts';

const EMULATION = 'TCGTCGTCGTCG';

/** What CPUID says about who runs this level, as the environment has it: one thing each that must be so. */
export function evidenceFromWithin(level: number, facts: Facts): readonly Evidence[] {
  const { claim, hypervisors } = announcedIn(facts);
  if (level > 0) return [{ claim, holds: hypervisors.includes('KVMKVMKVM') }];
  const svm = String(facts['cpu.flags'] ?? '')
    .split(' ')
    .includes('svm');
  return [
    { claim, holds: hypervisors.includes(EMULATION) },
    { claim: `the emulated processor ${svm ? 'has' : 'lacks'} the flag svm`, holds: svm },
  ];
}

/**
 * The same of a level that somebody else has set up. The lowest has nobody below it, or is a processor that is emulated
 * and taken for the metal; one above has a hypervisor, and none that emulates what was meant to be virtualized.
 */
export function evidenceOfVisited(level: number, facts: Facts): Evidence {
  const { claim, hypervisors } = announcedIn(facts);
  const emulated = hypervisors.includes(EMULATION);
  return {
    claim,
    holds:
      level === 0 ? hypervisors.length === 0 || emulated : hypervisors.some((name) => name !== EMULATION),
  };
}

function announcedIn(facts: Facts): { readonly claim: string; readonly hypervisors: readonly string[] } {
  const hypervisors = String(facts['cpuid.hypervisors'] ?? '')
    .split(' ')
    .filter(Boolean);
  return {
    claim: `CPUID announces ${hypervisors.length === 0 ? 'no hypervisor' : hypervisors.join(' ')}`,
    hypervisors,
  };
}
