/** Opcodes of the machine's events; what `a` is. */
/** The burst on physical CPU `a` is over. */
export const BURST_DONE = 0;
/** The turn of the current entity of CPU `a` may be over. */
export const TURN_CHECK = 1;
/** The queues of layer `a` are to be balanced. */
export const BALANCE = 2;
/** A job arrives at guest `a`. */
export const ARRIVAL = 3;
/** The user behind task `a` has done thinking, or a job that failed is tried again. */
export const THINK_DONE = 4;
/** Entities that share a core are to be spread over idle ones. */
export const SPREAD = 5;
/** The limit of guest `a` may be used up, or its period over. */
export const LIMIT = 6;
/** The vCPUs of guest `a` may be too far apart. */
export const COSCHEDULE = 7;
/** The halted vCPU `a` has been polled for long enough. */
export const POLL_OVER = 8;
/** A run of frames is through link `a`. */
export const LINK_DONE = 20;
/** What a message of task `a` lost is to be sent again. */
export const RESEND = 21;
/** Guest `a` broadcasts. */
export const BROADCAST = 22;
/** Disk `a` may start what waited for its limits. */
export const DEVICE_READY = 40;
/** An I/O of run `a` is done at disk `b`. */
export const DEVICE_DONE = 41;
/** Run `a` of I/Os of the fluid engine reaches disk `b`. */
export const RUN_AT_DISK = 42;
/** Run `a` of I/Os of the fluid engine is back where it was issued, with `b` nanoseconds of interrupts to pay. */
export const RUN_BACK = 43;
