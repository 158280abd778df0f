import { RandomStream } from '../kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../kernel/simulation.ts';
import { JobStatistics, type ResponseRecorder } from '../workload/job-statistics.ts';
import { Jobs } from '../workload/jobs.ts';
import { Bursts } from './cpu/bursts.ts';
import { ExitDebts } from './cpu/exit-debts.ts';
import { PhysicalCpus } from './cpu/physical-cpus.ts';
import { TaskWatch } from './cpu/task-watch.ts';
import {
  ARRIVAL,
  BALANCE,
  BURST_DONE,
  COSCHEDULE,
  DEVICE_DONE,
  DEVICE_READY,
  LIMIT,
  POLL_OVER,
  SPREAD,
  THINK_DONE,
  TURN_CHECK,
} from './event-codes.ts';
import { EventExitCosts } from './event-exit-costs.ts';
import { Network } from './network/network.ts';
import { refuseWhatIsNotSimulated } from './not-yet.ts';
import { BalancePasses } from './scheduler/balance-passes.ts';
import { Dispatcher } from './scheduler/dispatcher.ts';
import { Placement } from './scheduler/placement.ts';
import { policyOfCpu } from './scheduler/policies.ts';
import { SchedulerState } from './scheduler/scheduler-state.ts';
import { TurnChecks } from './scheduler/turn-checks.ts';
import { hasDisks } from './storage/disk-ports.ts';
import { Storage } from './storage/storage.ts';
import type { Topology } from './topology.ts';

export interface Randomness {
  readonly seed: number;
  readonly replication: number;
}

/** A machine put together and ready to run: the parts, and which of them an event is for. */
export class Machine implements EventHandler {
  readonly topology: Topology;
  readonly simulation = new Simulation();
  readonly scheduling: SchedulerState;
  readonly cpus: PhysicalCpus;
  readonly jobs: Jobs;
  readonly statistics: JobStatistics;
  /** Null when no guest exchanges frames. */
  readonly network: Network | null;
  /** Null when nobody does I/O. */
  readonly storage: Storage | null;
  private readonly dispatcher: Dispatcher;

  constructor(topology: Topology, randomness: Randomness, recorder: ResponseRecorder) {
    refuseWhatIsNotSimulated(topology);
    this.topology = topology;
    this.scheduling = new SchedulerState(this.topology);
    const bursts = new Bursts(this.topology);
    const debts = new ExitDebts(this.topology);
    const watch = synchronises(topology) ? new TaskWatch(topology.entities - topology.vcpus) : null;
    const turnChecks = new TurnChecks(this.simulation, topology.cpus);
    this.cpus = new PhysicalCpus(this.scheduling, this.simulation, bursts, debts, turnChecks, watch);
    const exitCosts = new EventExitCosts(this.topology);
    const policies = policyOfCpu(this.scheduling, tickPhases(topology, randomness), hasFrames(topology));
    const placement = new Placement(this.scheduling, policies);
    const jitter = topology.layers.map(({ name }) => streamOf(randomness, `${name}/balance`));
    this.dispatcher = new Dispatcher(
      this.scheduling,
      policies,
      placement,
      turnChecks,
      new BalancePasses(this.simulation, topology, placement, jitter),
      this.cpus,
      debts,
      exitCosts,
      this.simulation,
    );
    this.statistics = new JobStatistics(this.scheduling, recorder);
    this.jobs = new Jobs(
      this.scheduling,
      this.simulation,
      this.dispatcher,
      bursts,
      this.cpus,
      watch,
      exitCosts,
      this.statistics,
      randomness,
    );
    this.network = hasFrames(topology)
      ? new Network(this.scheduling, this.simulation, this.dispatcher, bursts, exitCosts, this.jobs, (name) =>
          streamOf(randomness, name),
        )
      : null;
    this.storage = hasDisks(topology)
      ? new Storage(this.scheduling, this.simulation, this.dispatcher, bursts, this.jobs, (name) =>
          streamOf(randomness, name),
        )
      : null;
    if (this.storage !== null) this.jobs.connectDisks(this.storage);
    this.jobs.start();
    this.network?.start();
    this.endInstant();
  }

  get decisions(): number {
    return this.dispatcher.decisions;
  }

  get schedulingEvents(): number {
    return this.dispatcher.schedulingEvents;
  }

  /** Runs to a time and brings every account up to it. */
  runUntil(time: number): void {
    this.simulation.runUntil(time, this);
    this.scheduling.now = time;
    this.scheduling.accountAll();
    this.cpus.accountAll();
    this.statistics.accountAll();
    this.storage?.accountAll();
  }

  handle(opcode: number, a: number, b: number): void {
    this.scheduling.now = this.simulation.now;
    switch (opcode) {
      case BURST_DONE:
        this.burstDone(this.cpus.finish(a));
        break;
      case TURN_CHECK:
        this.dispatcher.checkTurn(a);
        this.endInstant();
        if (a < this.topology.physicalCpus) this.cpus.planWithheld(a);
        return;
      case BALANCE:
        this.dispatcher.balancing.balanceLayer(a);
        break;
      case SPREAD:
        this.dispatcher.balancing.spreadOverCores();
        break;
      case ARRIVAL:
        this.jobs.arrive(a);
        break;
      case THINK_DONE:
        this.jobs.thinkDone(a);
        break;
      case DEVICE_READY:
      case DEVICE_DONE:
        this.storage?.handle(opcode, a, b);
        break;
      case LIMIT:
        this.dispatcher.holdBacks.lookAtLimit(a);
        break;
      case COSCHEDULE:
        this.dispatcher.holdBacks.coschedule(a);
        break;
      case POLL_OVER:
        this.dispatcher.pollOver(a);
        break;
      default:
        this.network?.handle(opcode, a);
        break;
    }
    this.endInstant();
  }

  private burstDone(task: number): void {
    if (this.network?.isWorker(task)) this.network.burstDone(task);
    else if (this.storage?.isWorker(task)) this.storage.burstDone(task);
    else this.jobs.burstDone(task);
  }

  private endInstant(): void {
    this.dispatcher.settle();
    if (this.jobs.synchronisation !== null) {
      while (this.jobs.synchronisation.lookAround()) this.dispatcher.settle();
    }
    this.cpus.commit();
  }
}

function synchronises({ guests }: Topology): boolean {
  return guests.some(
    ({ specification: { workload } }) => workload?.locks !== undefined || workload?.barriers !== undefined,
  );
}

function hasFrames({ tasks }: Topology): boolean {
  return tasks.some(({ kind }) => kind !== 'job' && kind !== 'disk-worker');
}

/** CPUs do not tick at the same instants: each has its own phase. */
function tickPhases(topology: Topology, randomness: Randomness): Float64Array {
  const phases = new Float64Array(topology.cpus);
  for (const { name, firstCpu, cpuCount, tick } of topology.layers) {
    const stream = streamOf(randomness, `${name}/tick-phase`);
    for (let i = 0; i < cpuCount; i++) phases[firstCpu + i] = Math.floor(stream.uniform() * tick);
  }
  return phases;
}

function streamOf({ seed, replication }: Randomness, name: string): RandomStream {
  return RandomStream.named(seed, replication, name);
}
