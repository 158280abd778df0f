import type { ReplicationPlan } from '../model/experiment/replication.ts';
import { ns } from '../model/kernel/units.ts';
import type { MachineSpecification } from '../model/machine/specification.ts';
import { isTiedToCpus } from '../model/machine/tied-to-cpus.ts';

/** So few CPUs that its guests have to wait for each other. */
const CPUS = 4;
/** Simulated nanoseconds: enough for most of what a replication does to have been done once. */
const WARM_UP = ns(1e6);
const DURATION = ns(100e6);

/**
 * A small replication like those of a plan, of its first seat, to be run before the first of them and thrown away.
 *
 * V8 compiles a function for what it has seen it do. Code that is hot before a rare path was taken, or before the other
 * kinds of machine of a replication (alone on the metal) came by, is thrown away at the first of those and compiled
 * again, each function two to five times in a first replication. What was seen once, however briefly, is in it at once.
 */
export function primerOf(plan: ReplicationPlan): ReplicationPlan {
  const { boot: _, ...rest } = plan;
  return { ...rest, specification: firstSeatOf(plan.specification), warmUp: WARM_UP, duration: DURATION };
}

function firstSeatOf(specification: MachineSpecification): MachineSpecification {
  const { root, physicalCpus } = specification;
  const guests = root.guests.filter(({ seat }) => seat === root.guests[0]?.seat);
  return {
    ...specification,
    physicalCpus: guests.some(isTiedToCpus) ? physicalCpus : Math.min(physicalCpus, CPUS),
    root: { ...root, guests },
  };
}
