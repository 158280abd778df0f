import type { Layer } from '../topology.ts';

/** Where a switch is, behind `the switch`. */
export function placeOf({ guest, level }: Layer): string {
  return guest === null ? `at level ${level}` : `of ${guest.specification.role} (level ${level})`;
}
