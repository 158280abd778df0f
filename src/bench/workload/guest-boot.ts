import type { WorkloadDescription } from './workload.ts';

/**
 * Not run by anybody: it happens once in every boot of the ladder, and whoever boots the guest takes the time. That it
 * is no part of a block is all it has apart from the others.
 */
export const GUEST_BOOT: Pick<WorkloadDescription, 'name' | 'exercises' | 'class' | 'exitFree'> = {
  name: 'guest-boot',
  exercises:
    'boot of a guest, from starting QEMU to the first word of its agent; once a boot, not once a block',
  class: 'application',
  exitFree: false,
};
