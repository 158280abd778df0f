import { MachineError } from '../machine-error.ts';
import type { Guest } from '../topology.ts';
import { OUTSIDE } from './routing.ts';

/**
 * Whom a guest exchanges frames with, by index and in turn: the outside, or the other guests with work in its seat,
 * in the order of the specification, starting behind the guest itself.
 *
 * @throws MachineError when there is no other one.
 */
export function peersOf(guest: Guest, guests: readonly Guest[]): Int32Array {
  const { workload, seat, entity } = guest.specification;
  if (workload?.network?.peer !== 'seat') return Int32Array.of(OUTSIDE);
  const seatGuests = guests.filter(
    (other) => other.specification.seat === seat && other.specification.workload,
  );
  const own = seatGuests.indexOf(guest);
  const others = [...seatGuests.slice(own + 1), ...seatGuests.slice(0, own)];
  if (others.length === 0) {
    throw new MachineError(`${entity}: exchanges frames within its seat, and no other guest there has work`);
  }
  return Int32Array.from(others, (other) => other.index);
}
