import type { WorkloadSpecification } from '../specification.ts';
import type { PageWalkCosts } from './memory-specification.ts';

/**
 * What TLB misses cost a guest beyond what they cost on the metal, as a share of its CPU work: its walks go through
 * two page tables. Hypervisors further down do not lengthen them: the outermost one keeps a table that leads from the
 * guest's memory straight to its own (Turtles, OSDI 2010, section 3.3).
 */
export function walkTax(
  walk: PageWalkCosts | undefined,
  { memory }: Pick<WorkloadSpecification, 'memory'>,
  level: number,
): number {
  if (walk === undefined || memory === undefined || level === 0) return 0;
  return (memory.tlbMissesPerCpuSecond * (walk.nested - walk.native) * walk.reference) / 1e9;
}
