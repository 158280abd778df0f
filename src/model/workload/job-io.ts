import type { EventExitCosts } from '../machine/event-exit-costs.ts';
import { PAGE, SWAP_IOS } from '../machine/memory/swapping.ts';
import type { Dispatcher } from '../machine/scheduler/dispatcher.ts';
import { NONE, type SchedulerState } from '../machine/scheduler/scheduler-state.ts';
import type { Storage } from '../machine/storage/storage.ts';
import { IoPlan, type Swaps } from './io-plan.ts';

/**
 * The I/Os that jobs wait for, and those written behind them (io-plan.ts says which), on the CPUs of the exact engine.
 * While a page is swapped in other tasks of the guest may run, as with KVM's asynchronous page faults.
 */
export class JobIo {
  private readonly scheduling: SchedulerState;
  private readonly dispatcher: Dispatcher;
  private readonly exitCosts: EventExitCosts;
  private readonly storage: Storage;
  private readonly plan: IoPlan;
  private readonly vcpus: number;

  constructor(
    scheduling: SchedulerState,
    dispatcher: Dispatcher,
    exitCosts: EventExitCosts,
    storage: Storage,
  ) {
    this.scheduling = scheduling;
    this.dispatcher = dispatcher;
    this.exitCosts = exitCosts;
    this.storage = storage;
    this.plan = new IoPlan(scheduling.topology);
    this.vcpus = scheduling.topology.vcpus;
  }

  /** A job begins. @returns how many times it will wait. */
  begin(guest: number, task: number, demand: number): number {
    return this.plan.begin(guest, task, demand);
  }

  /** A running task, the current entity of an executing CPU, issues what it waits for next. */
  issueNext(guest: number, task: number): void {
    const { plan } = this;
    if (!plan.next(guest, task)) return;
    const cpu = this.scheduling.cpuOf[task + this.vcpus]!;
    if (plan.swap !== null) this.swapIn(plan.swap, guest, task, cpu);
    else this.storage.issue(guest, task, cpu, plan.ios, plan.size, plan.fresh);
  }

  /** The job has computed: its system writes behind it. @returns whether the task must wait for the last of that. */
  writeBehind(guest: number, task: number): boolean {
    const { plan } = this;
    const cpu = this.scheduling.cpuOf[task + this.vcpus]!;
    while (plan.nextBehind(guest, task)) {
      const waits = plan.mustWait(task, this.storage.writtenBehind[guest]!);
      this.storage.issue(guest, waits ? task : NONE, cpu, plan.ios, plan.size, plan.fresh);
      if (waits) return true;
    }
    return false;
  }

  private swapIn({ by, layer }: Swaps, guest: number, task: number, cpu: number): void {
    this.dispatcher.owe(cpu, this.exitCosts.pageFault(cpu));
    if (by === NONE) this.storage.issueOnHost(guest, task, SWAP_IOS, PAGE);
    else this.storage.issue(by, task, this.cpuBelow(cpu, layer), SWAP_IOS, PAGE, 0);
  }

  /** The CPU of a layer that a CPU further up runs on. */
  private cpuBelow(cpu: number, layer: number): number {
    const { topology, cpuOf } = this.scheduling;
    let below = cpu;
    while (topology.layerOfCpu[below] !== layer) below = cpuOf[this.scheduling.vcpuOf(below)]!;
    return below;
  }
}
