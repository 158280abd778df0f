import type { MachineFinding } from '../measurement.ts';
import type { Topology } from '../topology.ts';

/** What a machine has that ideal sharing does not follow, in words. */
export function leftOut({ guests, layers }: Topology): MachineFinding[] {
  const left: string[] = [];
  if (guests.some(({ specification }) => (specification.workload?.network?.broadcast ?? 0) > 0)) {
    left.push('broadcasts');
  }
  if (layers.some(({ hypervisor }) => hypervisor?.switch.macLearning && limitsTable(hypervisor.switch))) {
    left.push('address tables that fill up or forget (every address counts as known)');
  }
  if (left.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'fluid-leaves-out',
      text: `The fluid engine does not follow ${left.join(', ')}; the exact engine does`,
    },
  ];
}

function limitsTable({
  macTable,
}: {
  readonly macTable?: { readonly limit?: number; readonly ageing?: number };
}) {
  // Ageing 0 makes a hub, which it does follow.
  return macTable?.limit !== undefined || (macTable?.ageing ?? 0) > 0;
}
