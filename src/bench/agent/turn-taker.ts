import { type ForLevelsAbove, Watch } from '../environment/watch.ts';
import type { AgentConfiguration, ReportedLine, Turn } from '../lab/protocol.ts';
import type { Upstream } from '../lab/upstream.ts';
import { ProbeEnded, ProbeSession } from '../probe/session.ts';
import { OUTSIDE_BLOCKS } from '../record/record.ts';
import { isBare } from '../workload/bare-operations.ts';
import { BUSY, beBusy } from '../workload/busy.ts';
import { isRehearsed, WorkloadRunner, type WorkloadRunOptions } from '../workload/run.ts';
import { EMPTY_BARE_PHASE, EMPTY_PHASE } from './exit-counter.ts';

/**
 * Before the first pass, and then one before each of the next ones: what an empty phase counts at least is taken off, and
 * while a level is cold that is more than what a pass of its later life has in it.
 */
const EMPTY_PHASES = { first: 3, all: 24 };

export interface LevelPlaces {
  readonly probePath: string;
  readonly scratchDirectory: string;
  /** `ADDRESS:PORT` at which the level below answers the network workloads; the metal has none. */
  readonly peer: string | undefined;
  /** Whether levels below count exits; they do when left out. */
  readonly counted?: boolean;
  readonly forLevelsAbove?: ForLevelsAbove;
}

/** Measures one workload whenever the level has the turn, and does nothing in between. */
export class TurnTaker {
  readonly probe: ProbeSession;
  readonly #level: number;
  readonly #seed: number;
  readonly #counted: boolean;
  readonly #runner: WorkloadRunner;
  readonly #upstream: Upstream;
  readonly #watch: Watch;
  #emptyPhases = 0;

  private constructor(
    { level, seed }: AgentConfiguration,
    {
      probe,
      counted,
      watch,
    }: { readonly probe: ProbeSession; readonly counted: boolean; readonly watch: Watch },
    runner: WorkloadRunner,
    upstream: Upstream,
  ) {
    this.#level = level;
    this.#seed = seed;
    this.probe = probe;
    this.#counted = counted;
    this.#watch = watch;
    this.#runner = runner;
    this.#upstream = upstream;
  }

  static async start(
    configuration: AgentConfiguration,
    { probePath, scratchDirectory, peer, counted = true, forLevelsAbove }: LevelPlaces,
    upstream: Upstream,
  ): Promise<TurnTaker> {
    const probe = await ProbeSession.start(probePath, {
      scratchDirectory,
      ...(peer === undefined ? {} : { peer }),
    });
    const { level, clock, nsPerInstruction, effort, seed } = configuration;
    const options: WorkloadRunOptions = {
      ...{ clock, nsPerInstruction, level, effort, seed, probe, scratchDirectory },
    };
    return new TurnTaker(
      configuration,
      { probe, counted, watch: new Watch(forLevelsAbove) },
      new WorkloadRunner(options),
      upstream,
    );
  }

  /**
   * Does once what every workload's first turn would find cold. What fails is told when it is measured.
   * @param onStep what is about to be done
   */
  async rehearse(workloads: readonly string[], onStep: (step: string) => void): Promise<void> {
    for (const workload of workloads.filter(isRehearsed)) {
      onStep(`rehearsal of ${workload}`);
      await this.#runner.rehearse(workload).catch(() => undefined);
    }
  }

  /**
   * Times the workload, and then, in a pass of its own because counting disturbs, has the levels below count its
   * exits. Outside of blocks it is only timed, to warm the level up. What fails is told as a workload that could not run here, with the reason.
   * @throws {ProbeEnded} when the probe is gone: then the level is of no more use, and is to be booted again
   */
  async take(turn: Turn): Promise<void> {
    const { workload } = turn;
    const level = this.#level;
    const before = this.#watch.begin();
    const warming = turn.block === OUTSIDE_BLOCKS;
    // The metal has no hypervisor below it that could count.
    const counted = this.#counted && level > 0 && !warming && workload !== BUSY;
    try {
      const line =
        workload === BUSY
          ? beBusy(level, this.#seed)
          : await this.#runner.time(workload, { held: counted, warming });
      this.#report({ ...line });
      if (line.kind === 'samples' && counted) await this.#count(workload);
    } catch (error) {
      if (error instanceof ProbeEnded) throw error;
      this.#report({ kind: 'skipped', level, workload, reason: `it failed: ${(error as Error).message}` });
    } finally {
      await this.#runner.release();
    }
    this.#upstream.report({ type: 'turn-done', ...turn, watched: this.#watch.end(before) });
  }

  async #count(workload: string): Promise<void> {
    await this.#countNothing(workload);
    const counted = this.#runner.counted(workload);
    if (counted === null) return;
    const readiness = await counted.prepare();
    // Why it is not available has been said by the timed pass.
    if (!readiness.available) return;
    try {
      await this.#mark('begin', workload, counted.operations);
      await counted.run();
      await this.#mark('end', workload, counted.operations);
    } finally {
      await counted.finish();
    }
  }

  async #countNothing(workload: string): Promise<void> {
    const empty = isBare(workload) ? EMPTY_BARE_PHASE : EMPTY_PHASE;
    const until = Math.min(EMPTY_PHASES.all, Math.max(EMPTY_PHASES.first, this.#emptyPhases + 1));
    for (; this.#emptyPhases < until; this.#emptyPhases++) {
      await this.#mark('begin', empty, 0);
      await this.#mark('end', empty, 0);
    }
  }

  #mark(phase: 'begin' | 'end', workload: string, operations: number): Promise<void> {
    return this.#upstream.mark({ type: 'mark', phase, level: this.#level, workload, operations });
  }

  #report(line: ReportedLine): void {
    this.#upstream.report({ type: 'record', level: this.#level, line });
  }
}
