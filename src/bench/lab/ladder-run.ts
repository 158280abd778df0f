import { availableParallelism } from 'node:os';
import { MachineWatch } from '../environment/machine-watch.ts';
import type {
  BenchRecord,
  Clock,
  RecordBlock,
  RecordEnd,
  RecordHeader,
  RecordSamples,
} from '../record/record.ts';
import { OUTSIDE_BLOCKS } from '../record/record.ts';
import { BARE_LEVEL } from '../workload/bare-operations.ts';
import type { Effort } from '../workload/workload.ts';
import { orderOfBlock, warmingOf } from './block-order.ts';
import { judgeBlock } from './block-validity.ts';
import { Coordinator, type MeasuredBlock } from './coordinator.ts';
import type { Host } from './host.ts';
import { type LabProgress, progressOf } from './lab-progress.ts';
import { LineQueue, type OnLines } from './line-queue.ts';
import { MeasuredSoFar } from './measured-so-far.ts';
import type { AgentConfiguration, BootPatience, Report } from './protocol.ts';
import { checkReport } from './protocol-schema.ts';
import { NS_PER_INSTRUCTION } from './qemu-arguments.ts';
import { type AcceleratorOf, levelName, RecordAssembler } from './record-assembler.ts';
import { GuestSupervisor } from './supervise.ts';

/** What is to be measured, and how. */
export interface LadderPlan {
  readonly clock: Clock;
  /** The levels there are, in ascending order; the last one is the depth. */
  readonly levels: readonly number[];
  readonly effort: Effort;
  readonly seed: number;
  readonly boots: number;
  readonly blocks: number;
  readonly vcpus: number;
  readonly workloads: readonly string[];
  readonly patience: Patience;
}

export interface Patience extends BootPatience {
  /** How long each boot of the ladder, with all its blocks, may take, in seconds of real time. */
  readonly totalSeconds: number;
}

/** Whatever the lab itself starts a level on: that level, and all it boots above it, are reached through it. */
export interface LadderHost extends Host {
  readonly level: number;
  /** The process of that level, when there is one. */
  readonly pid: number | null;
  /** The last lines of its console. */
  consoleTail(): readonly string[];
}

export interface LadderOptions {
  readonly plan: LadderPlan;
  /** The levels the lab itself starts, ascending; the metal's alone when left out. */
  readonly started?: readonly number[];
  /** One for each of them, for each boot of the ladder. */
  readonly newHosts: () => readonly LadderHost[];
  /** What a level that was reached runs on, as its record says; the emulated lab's when left out. */
  readonly acceleratorOf?: AcceleratorOf | undefined;
  /** Whether the levels above the first are booted by the lab: how long that takes is then a measurement. */
  readonly boots?: boolean;
  readonly kernelParameters?: AgentConfiguration['kernelParameters'] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What an earlier run has measured and written: only what is missing is measured then. */
  readonly resumed?: BenchRecord | undefined;
  /** Lines of the record in turn, those together that belong together; last the end. */
  readonly onLines: OnLines;
  readonly onProgress?: ((event: LabProgress) => void) | undefined;
}

/** What a run came to: which levels measured everything, or as much as they could. */
export interface LabResult {
  readonly levelsReached: readonly number[];
  /** Whether every block was measured at every level. */
  readonly complete: boolean;
}

/**
 * Of the levels that are started from here, in real time. One that somebody else has set up is silent for as long as its
 * longest turn takes. One that the lab boots says that it is alive while it waits for those above it, and its own turns
 * take seconds; virtual time may pass twenty times slower than else while a guest hangs.
 */
const SILENCE_SECONDS = { visited: 600, booted: 120 };
const START_SECONDS = 300;

/** All boots of the ladder, one after the other, and what is measured in each. */
export class LadderRun {
  readonly #options: LadderOptions;
  readonly #plan: LadderPlan;
  readonly #lines: LineQueue;
  readonly #soFar: MeasuredSoFar;
  readonly #assembler: RecordAssembler;
  readonly #onProgress: (event: LabProgress) => void;
  /** Samples of the block that is being measured, for the verdict on it. */
  #samples: RecordSamples[] = [];
  #done = 0;
  /** Which of the levels that were started leads to a level. */
  readonly #pathTo = (level: number): number =>
    (this.#options.started ?? [0]).findLastIndex((one) => one <= level);
  readonly #isAbove = (level: number, lost: number): boolean =>
    level >= lost && this.#pathTo(level) === this.#pathTo(lost);

  constructor(options: LadderOptions) {
    const { plan } = options;
    const lines = new LineQueue(options.onLines);
    this.#options = options;
    this.#plan = plan;
    this.#lines = lines;
    this.#onProgress = options.onProgress ?? (() => undefined);
    this.#soFar = options.resumed === undefined ? new MeasuredSoFar() : MeasuredSoFar.of(options.resumed);
    this.#samples = [...(options.resumed?.samples ?? [])];
    this.#done = this.#samples.length;
    this.#assembler = new RecordAssembler({
      levels: plan.levels,
      isAbove: this.#isAbove,
      ...{ acceleratorOf: options.acceleratorOf, boots: options.boots ?? true },
      workloads: plan.workloads,
      soFar: this.#soFar,
      emit: (emitted) => {
        this.#samples.push(...emitted.filter((line) => line.kind === 'samples'));
        lines.push(emitted);
      },
    });
  }

  /** @param header what the record begins with, when it does not exist yet */
  async all(header?: RecordHeader): Promise<LabResult> {
    if (header !== undefined) this.#lines.push([header]);
    const { boots, blocks } = this.#plan;
    let ending = 'the run ended before it';
    let console: readonly string[] = [];
    for (let boot = 0; boot < boots; boot++) {
      const numbers = Array.from({ length: blocks }, (_, i) => boot * blocks + i + 1);
      if (numbers.every((number) => this.#soFar.hasBlock(number))) continue;
      const hosts = this.#options.newHosts();
      const ended = await this.#one(hosts, numbers);
      console = hosts[0]!.consoleTail();
      if (ended !== null) ending = ended;
    }
    const levelsReached = this.#assembler.finish(ending, console);
    const end: RecordEnd = { kind: 'end', finished: new Date().toISOString(), levelsReached };
    this.#lines.push([end]);
    await this.#lines.drained();
    return { levelsReached, complete: this.#complete() };
  }

  /** One boot of the ladder with its blocks. @returns why it ended early, or null */
  async #one(hosts: readonly LadderHost[], numbers: readonly number[]): Promise<string | null> {
    const { levels, seed, patience, workloads } = this.#plan;
    const { signal } = this.#options;
    const stop = new AbortController();
    const onFailure = (): void => stop.abort();
    this.#lines.onFailure(onFailure);
    const supervisors = hosts.map(
      (host) =>
        new GuestSupervisor({
          level: host.level,
          configuration: this.#configuration(host.level),
          host,
          upstream: { report: (report) => take(report), mark: () => Promise.resolve() },
          read: checkReport,
          patience: {
            tries: patience.tries,
            bootSeconds: START_SECONDS,
            silenceSeconds: SILENCE_SECONDS[this.#options.boots === false ? 'visited' : 'booted'],
          },
          signal: AbortSignal.any([stop.signal, ...(signal === undefined ? [] : [signal])]),
        }),
    );
    let watch: BlockWatch | null = null;
    const coordinator = new Coordinator({
      levels,
      isAbove: this.#isAbove,
      blocks: numbers,
      orderOf: (block) => orderOfBlock(block, { levels, workloads, seed }),
      warmingOf: (level) => warmingOf(level, workloads),
      soFar: this.#soFar,
      nameOf: levelName,
      give: (turn) => {
        this.#onProgress(
          turn.block === OUTSIDE_BLOCKS
            ? { kind: 'warming', turn }
            : { kind: 'measuring', turn, done: this.#done, planned: this.#planned() },
        );
        supervisors[this.#pathTo(turn.level)]!.give(turn);
      },
      onImpossible: (turn, reason) => this.#assembler.skip(turn, reason),
      onBlockBegin: () => {
        watch = { machine: new MachineWatch(hosts[0]!.pid), started: new Date(), since: performance.now() };
      },
      onBlockEnd: (block) => this.#end(block, watch!),
    });
    const take = (report: Report): void => {
      this.#assembler.take(report, coordinator.active);
      // What cannot run here is planned no longer, and is not done either.
      if (
        report.type === 'turn-done' &&
        report.block !== OUTSIDE_BLOCKS &&
        !this.#soFar.isImpossible(report.level, report.workload)
      )
        this.#done++;
      const progress = progressOf(report);
      if (progress !== null) this.#onProgress(progress);
      coordinator.take(report);
    };
    const timer = setTimeout(() => stop.abort(), patience.totalSeconds * 1000);
    void coordinator.finished.then(() => {
      for (const one of supervisors) one.stop();
    });
    try {
      await allOf(supervisors, stop);
      return null;
    } catch (error) {
      signal?.throwIfAborted();
      if (!stop.signal.aborted) throw error;
      // When it was a line that could not be handed on, this says so.
      await this.#lines.drained();
      return `the run was ended after ${patience.totalSeconds} s, which is all it was given`;
    } finally {
      clearTimeout(timer);
    }
  }

  #configuration(level: number): AgentConfiguration {
    const { levels, clock, effort, seed, vcpus, workloads, patience } = this.#plan;
    const { tries, bootSeconds, silenceSeconds } = patience;
    const depth = levels.at(-1)!;
    return {
      ...{ level, depth: Math.min(depth, BARE_LEVEL - 1), clock, effort, seed, vcpus, workloads },
      ...{ bare: depth === BARE_LEVEL, outermost: level },
      nsPerInstruction: clock === 'instructions' ? NS_PER_INSTRUCTION : null,
      patience: { tries, bootSeconds, silenceSeconds },
      kernelParameters: this.#options.kernelParameters ?? [],
    };
  }

  #end(
    { block, order, interruptions, watched }: MeasuredBlock,
    { machine, started, since }: BlockWatch,
  ): void {
    const samples = this.#samples.filter((line) => line.block === block);
    this.#samples = [];
    const verdict = judgeBlock({
      ...{ clock: this.#plan.clock, samples, watched, nameOf: levelName },
      neighbours: this.#options.started ?? [0],
      machine: machine.end(),
      processors: { emulated: this.#plan.vcpus, real: availableParallelism() },
    });
    const reasons = [...interruptions, ...verdict.reasons];
    const line: RecordBlock = {
      ...{ kind: 'block', block, valid: reasons.length === 0, reasons, watched: verdict.watched },
      order: order.map(({ level, workload }) => `${level}/${workload}`),
      started: started.toISOString(),
      seconds: Math.round(performance.now() - since) / 1000,
    };
    this.#soFar.add(line);
    this.#lines.push([line]);
    const { boots, blocks } = this.#plan;
    this.#onProgress({ kind: 'block', block, of: boots * blocks, reasons });
  }

  #planned(): number {
    const { boots, blocks, levels, workloads } = this.#plan;
    const turns = orderOfBlock(1, { levels, workloads, seed: 0 });
    const possible = turns.filter(({ level, workload }) => !this.#soFar.isImpossible(level, workload));
    return boots * blocks * possible.length;
  }

  #complete(): boolean {
    const { boots, blocks, levels, workloads, seed } = this.#plan;
    for (let block = 1; block <= boots * blocks; block++) {
      const turns = orderOfBlock(block, { levels, workloads, seed });
      if (!turns.every((turn) => this.#soFar.hasTurn(turn))) return false;
    }
    return true;
  }
}

/** From the beginning of a block. Its length is that of a clock that nobody sets. */
interface BlockWatch {
  readonly machine: MachineWatch;
  readonly started: Date;
  readonly since: number;
}

/** Until all have ended; when one fails, the others are ended too. */
async function allOf(supervisors: readonly GuestSupervisor[], stop: AbortController): Promise<void> {
  const running = supervisors.map((one) => one.run());
  try {
    await Promise.all(running);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
