import { MachineError } from '../machine-error.ts';
import { hypervisorsAround, swappedShares } from '../memory/swapping.ts';
import type { GuestSpecification, MachineSpecification } from '../specification.ts';

interface GuestInTree {
  readonly parent: GuestInTree | null;
  readonly specification: GuestSpecification;
}

/**
 * I/O needs a disk below everything and a controller at each layer on the way there.
 * @throws MachineError
 */
export function checkDisks(specification: MachineSpecification): void {
  const visit = (guests: readonly GuestSpecification[], parent: GuestInTree | null): void => {
    for (const guest of guests) {
      const here = { parent, specification: guest };
      checkGuest(specification, here);
      visit(guest.hypervisor?.guests ?? [], here);
    }
  };
  visit(specification.root.guests, null);
}

function checkGuest(specification: MachineSpecification, guest: GuestInTree): void {
  const { entity, workload } = guest.specification;
  const isRead = workload?.disk !== undefined;
  const touches = (workload?.memory?.touchesPerCpuSecond ?? 0) > 0;
  const swapped = touches ? swappedShares(hypervisorsAround(specification, guest)) : [];
  if (!isRead && swapped.length === 0) return;
  if (specification.storage === undefined) {
    const what = isRead ? 'its jobs do I/O' : 'its memory is swapped out';
    throw new MachineError(`${entity}: ${what}, and the machine has no disk; expected one`);
  }
  // Swapping starts at the hypervisor that swaps, the I/Os of jobs at the guest.
  const deepest = Math.max(...swapped.map(({ depth }) => depth), 0);
  const chain = chainOf(guest);
  for (const one of isRead ? chain : chain.slice(0, deepest)) {
    if (one.disk !== undefined) continue;
    throw new MachineError(`${one.entity}: I/Os of ${entity} pass it, and it has no disk; expected one`);
  }
}

/** From the guest of the host to the guest itself. */
const chainOf = ({ parent, specification }: GuestInTree): readonly GuestSpecification[] =>
  parent === null ? [specification] : [...chainOf(parent), specification];
