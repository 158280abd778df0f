import type { EventHandler } from '../simulation.ts';
import { Simulation } from '../simulation.ts';
import { Awaitable, type Waiter } from './awaitable.ts';
import { AllOf, AnyOf, type First } from './combination.ts';
import { hold, Process, type ProcessBody, type ProcessScheduler } from './process.ts';

const RESUME = 0;
const TIMEOUT = 1;

/**
 * A simulation told as processes: generators that hold, wait and go on. For models that are not hot; the event form
 * (`Simulation`) is several times faster.
 *
 *     const simulation = new ProcessSimulation();
 *     const counter = new Resource(simulation, 2);
 *     function* customer() {
 *       yield counter.acquire();
 *       try { yield hold(5); } finally { counter.release(); }
 *     }
 *     simulation.start(customer());
 *     simulation.runUntil(100);
 *
 * Processes due at the same time run in the order in which they became due.
 */
export class ProcessSimulation {
  private readonly simulation = new Simulation();
  private readonly runner: Runner;

  constructor() {
    this.runner = new Runner(this.simulation);
  }

  get now(): number {
    return this.simulation.now;
  }

  /** Events handled so far. */
  get events(): number {
    return this.simulation.events;
  }

  /** Begins a process, `delay` from now, behind what is already due then. */
  start<T>(body: ProcessBody<T>, delay = 0): Process<T> {
    return this.runner.start(body, delay);
  }

  /** To wait for in a combination: `delay` passing. By itself, `hold` is cheaper. */
  timeout(delay: number): Awaitable<void> {
    return new Timeout(this.runner, delay);
  }

  /** To wait for: the first of several, such as a resource or a timeout. What comes later is not taken. */
  anyOf(...parts: Awaitable<unknown>[]): Awaitable<First> {
    return new AnyOf(parts);
  }

  /** To wait for: all of several. Those that come first are held until the last. */
  allOf(...parts: Awaitable<unknown>[]): Awaitable<unknown[]> {
    return new AllOf(parts);
  }

  /** As `Simulation.runUntil`; an error that a process does not catch comes out of it. */
  runUntil(end: number): number {
    return this.simulation.runUntil(end, this.runner);
  }

  /** Runs until nothing is due. Processes that wait for what never comes are left waiting. */
  runToEnd(): number {
    return this.simulation.runToEnd(this.runner);
  }

  /** Makes the run return after the process running now next waits. */
  stop(): void {
    this.simulation.stop();
  }
}

/** The table of living processes and running timeouts, and what happens when an event of theirs is due. */
class Runner implements EventHandler, ProcessScheduler {
  private readonly simulation: Simulation;
  private readonly targets: (Process | Timeout | null)[] = [];
  private readonly free: number[] = [];

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  handle(opcode: number, target: number): void {
    if (opcode === RESUME) (this.targets[target] as Process).resume();
    else (this.targets[target] as Timeout).elapse();
  }

  start<T>(body: ProcessBody<T>, delay: number): Process<T> {
    const id = this.takeId();
    const process = new Process<T>(id, this, body, delay);
    this.targets[id] = process as Process;
    return process;
  }

  resumeAfter(delay: number, process: Process): number {
    return this.simulation.after(delay, RESUME, process.id, 0);
  }

  cancel(event: number): boolean {
    return this.simulation.cancel(event);
  }

  retire(process: Process): void {
    this.freeId(process.id);
  }

  /** @returns the timeout's place in the table. */
  enter(timeout: Timeout): number {
    const id = this.takeId();
    this.targets[id] = timeout;
    return id;
  }

  elapseAfter(delay: number, id: number): number {
    return this.simulation.after(delay, TIMEOUT, id, 0);
  }

  freeId(id: number): void {
    this.targets[id] = null;
    this.free.push(id);
  }

  private takeId(): number {
    return this.free.pop() ?? this.targets.push(null) - 1;
  }
}

class Timeout extends Awaitable<void> {
  private readonly runner: Runner;
  private readonly delay: number;
  private waiter: Waiter | null = null;
  private id = -1;
  private event = -1;

  constructor(runner: Runner, delay: number) {
    super();
    this.runner = runner;
    this.delay = hold(delay);
  }

  override begin(waiter: Waiter): boolean {
    if (this.waiter !== null) throw new Error('a timeout can be waited for by one process at a time');
    this.waiter = waiter;
    this.id = this.runner.enter(this);
    this.event = this.runner.elapseAfter(this.delay, this.id);
    return false;
  }

  override withdraw(): void {
    this.runner.cancel(this.event);
    this.leave();
  }

  elapse(): void {
    const waiter = this.waiter!;
    this.leave();
    waiter.grant(undefined);
  }

  private leave(): void {
    this.waiter = null;
    this.runner.freeId(this.id);
  }
}
