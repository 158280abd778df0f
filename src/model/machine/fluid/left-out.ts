import type { MachineFinding } from '../measurement.ts';
import type { GuestSpecification, HypervisorSpecification, WorkloadSpecification } from '../specification.ts';
import type { Topology } from '../topology.ts';

/** What a machine can have that ideal sharing does not follow, in words, and how to see it. */
const PARTS: readonly {
  readonly what: string;
  readonly guest?: (guest: GuestSpecification) => boolean;
  readonly hypervisor?: (hypervisor: HypervisorSpecification) => boolean;
  readonly workload?: (workload: WorkloadSpecification) => boolean;
}[] = [
  { what: 'broadcasts', workload: ({ network }) => (network?.broadcast ?? 0) > 0 },
  {
    what: 'address tables that fill up or forget (every address counts as known)',
    // Ageing 0 makes a hub, which it does follow.
    hypervisor: ({ switch: { macLearning, macTable } }) =>
      macLearning && (macTable?.limit !== undefined || (macTable?.ageing ?? 0) > 0),
  },
  {
    what: 'which CPUs an affinity allows (only how many)',
    guest: ({ affinity }) => affinity !== undefined,
  },
  { what: 'halt polling', hypervisor: ({ haltPolling }) => haltPolling !== undefined },
  { what: 'exits of spinning vCPUs', hypervisor: ({ spinExit }) => spinExit !== undefined },
  {
    what: 'locks and barriers',
    workload: ({ locks, barriers }) => locks !== undefined || barriers !== undefined,
  },
];

/** One finding for all of it, or none. */
export function leftOut({ guests, layers }: Topology): MachineFinding[] {
  const left = PARTS.filter(
    (part) =>
      guests.some(
        ({ specification }) =>
          part.guest?.(specification) === true ||
          (specification.workload !== undefined && part.workload?.(specification.workload) === true),
      ) || layers.some(({ hypervisor }) => hypervisor !== null && part.hypervisor?.(hypervisor) === true),
  );
  if (left.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'fluid-leaves-out',
      text: `the fluid engine does not follow ${left.map(({ what }) => what).join(', ')}: its answer is as if there were none`,
    },
  ];
}
