import type { MachineFinding } from './measurement.ts';
import type { Topology } from './topology.ts';

/** What the exact engine takes for something near to it, in words; what it cannot answer for at all it refuses. */
export function simplified({ layers }: Topology): readonly MachineFinding[] {
  const core = layers.some(({ scheduler }) => scheduler.policy === 'hyperv' && scheduler.kind === 'core');
  if (!core) return [];
  return [
    {
      severity: 'warning',
      code: 'core-scheduler-as-classic',
      text: 'the core scheduler of Hyper-V is simulated as the classic one: here threads of a core may run virtual processors of different VMs, so a full host with SMT comes out somewhat less crowded than it is',
    },
  ];
}
