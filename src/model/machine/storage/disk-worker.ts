import { IntQueue } from './int-queue.ts';

/** I/Os a worker takes in one go, unless one run is more. */
export const BATCH = 64;

/**
 * The thread of a hypervisor that emulates the disk controller of one guest (QEMU's iothread, ESXi's VSCSI world):
 * takes what the guest hands over and what comes back from below, in the order they come.
 */
export class DiskWorker {
  readonly task: number;
  readonly guest: number;
  /** Runs handed over, as themselves; runs that come back, as their complement. */
  readonly queue = new IntQueue();
  /** Entries of the batch being worked on; 0 when the worker sleeps. */
  taken = 0;
  /** The batch is being handed on: what comes meanwhile waits for the next. */
  delivers = false;

  constructor(task: number, guest: number) {
    this.task = task;
    this.guest = guest;
  }
}
