/** Why an entity joins a run queue. */
export const ENQUEUE_NEW = 0;
export const ENQUEUE_WAKE = 1;
export const ENQUEUE_MIGRATED = 2;
/** It was held back and goes on: it has not slept. */
export const ENQUEUE_RELEASED = 3;

/**
 * The seam between dispatching and a scheduling policy: one instance serves every layer that uses the policy, with
 * the layers' parameters in arrays, so that a call in the hot path sees few shapes. The dispatcher owns which entity
 * is current and in which state it is; the policy owns the run queues and their order. The current entity of a CPU
 * is not in the queue but counts as runnable.
 */
export interface SchedulingPolicy {
  /** Adds an entity to the run queue of a CPU. */
  enqueue(entity: number, cpu: number, reason: number): void;
  /** The current entity of a CPU blocks: it leaves, or lingers in the queue until the policy lets go of it. */
  block(entity: number, cpu: number): void;
  /**
   * A blocked entity that must wake on the CPU it was on: it lingers in the queue there, or its interrupt is bound to
   * that CPU.
   */
  wakesAtHome(entity: number): boolean;
  /** Takes a queued entity out, to be enqueued elsewhere. */
  remove(entity: number, cpu: number): void;
  /** As `remove`, of an entity that is not runnable for a while. */
  withdraw(entity: number, cpu: number): void;
  /** The entity that should run now: the current one, a queued one, or NONE. Changes nothing but lingerers. */
  pick(cpu: number): number;
  /** A queued entity becomes the current one. */
  start(entity: number, cpu: number): void;
  /** The current entity goes back to the queue. */
  putBack(entity: number, cpu: number): void;
  /** Brings the current entity's account up to now; marks the CPU for rescheduling when its turn is over. */
  charge(cpu: number): void;
  /** The current entity is interrupted: it stays current to the policy, and time is not its own until `resume`. */
  pause(cpu: number): void;
  resume(cpu: number): void;
  /**
   * Whether the current entity has to give up what it has over others and is now queued like them; it is asked when
   * it could go on.
   */
  demote(entity: number, cpu: number): boolean;
  /** Whether an entity that just joined the queue takes the CPU from the current one. */
  preempts(entity: number, cpu: number): boolean;
  /** When the current entity's turn has to be looked at again; Infinity while nobody else wants the CPU. */
  turnEnds(cpu: number): number;
  /** Runnable entities of a CPU: the current one and the queued ones, without lingerers. */
  runnable(cpu: number): number;
  /** Their weight together. */
  load(cpu: number): number;
  /** Whether the current entity can be put back now, to go on elsewhere. */
  movable(entity: number, cpu: number): boolean;
  /** The queued entity that should move to a CPU, one that last ran before a time; NONE when there is none. */
  migrationCandidate(cpu: number, ranBefore: number, to: number): number;
  /** A queued entity is to be picked next, as far as the policy lets itself be told. */
  favour(entity: number, cpu: number): void;
  /** The current entity offers its CPU to the others there. */
  yield(entity: number, cpu: number): void;
}
