import { NONE } from '../scheduler/scheduler-state.ts';

/**
 * What tasks that wait for each other need to know of the CPUs: when one that waits executes again, so that it can
 * look whether it still has to, and when one that holds a lock loses its CPU. By task (entity less vCPUs).
 */
export class TaskWatch {
  /** 1 for a task that looks as soon as it executes: it spins, or was woken. Exits it owes wait until it goes on. */
  readonly looks: Uint8Array;
  /** 1 for a task in a critical section. */
  readonly holds: Uint8Array;
  /** How often a task in a critical section lost its CPU. */
  readonly lostCpu: Float64Array;
  private readonly appeared: number[] = [];

  constructor(tasks: number) {
    this.looks = new Uint8Array(tasks);
    this.holds = new Uint8Array(tasks);
    this.lostCpu = new Float64Array(tasks);
  }

  /** A CPU executes a task from now on. */
  noteStart(task: number): void {
    if (this.looks[task] === 1) this.appeared.push(task);
  }

  /** A CPU stops to execute a task. */
  noteStop(task: number): void {
    if (task !== NONE && this.holds[task] === 1) this.lostCpu[task]! += 1;
  }

  /** The next task that has to look, in order of appearance; NONE without one. */
  next(): number {
    return this.appeared.shift() ?? NONE;
  }
}
