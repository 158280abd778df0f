import type { HypervisorSpecification } from '../specification.ts';
import type { Guest, Topology } from '../topology.ts';

/**
 * Depths from which a change of a guest's page tables exits, deepest first; empty where its hypervisor has nested
 * paging.
 *
 * A hypervisor without EPT or NPT keeps a second table for each of its guest's, from the guest's addresses straight to
 * what is its own memory, and the processor uses that one. What the guest writes to its tables traps, and so does what
 * the second table does not have yet. Where the hypervisor around it does the same, the second table is to that one what
 * a guest's table is: filling it traps once more, one level further out.
 */
export function shadowedDepths({ specification }: Topology, guest: Guest): readonly number[] {
  const depths: number[] = [];
  for (let inner: Guest | null = guest; inner !== null; inner = inner.parent) {
    const around: HypervisorSpecification = inner.parent?.specification.hypervisor ?? specification.root;
    if (around.paging !== 'shadow') break;
    depths.push(inner.level);
  }
  return depths;
}
