import {
  benchEmulated,
  type LabProgress,
  type LabResult,
  levelName,
  MissingRequirement,
  ProbeBuildError,
} from '../bench/bench.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import { recordOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface BenchCommandOptions {
  readonly lab: 'emulated';
  readonly clock: 'time' | 'instructions';
  readonly effort: 'small' | 'default';
  readonly seed: number;
  readonly out: string;
}

/** `nestmark bench`: a record of every level that was reached; 4 when one that was asked for was not. */
export async function bench(options: BenchCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { clock, effort, seed, out } = options;
  const watch = new LabWatch(terminal);
  const result = await measuredOrRefused(() =>
    benchEmulated({
      clock,
      effort,
      seed,
      out,
      signal: terminal.signal,
      onProgress: (event) => watch.show(event),
    }),
  ).finally(() => watch.clear());
  const { renderRecord } = await import('../report/terminal/record-table.ts');
  terminal.out.write(
    `${renderRecord(await recordOrRefuse(out), { columns: terminal.columns })}\nWritten: ${out}\n`,
  );
  return result.complete ? EXIT_CODE.fine : EXIT_CODE.inconclusive;
}

async function measuredOrRefused(measure: () => Promise<LabResult>): Promise<LabResult> {
  try {
    return await measure();
  } catch (error) {
    if (error instanceof MissingRequirement || error instanceof ProbeBuildError) {
      throw new UserError(error.message, EXIT_CODE.machineLacks);
    }
    throw error;
  }
}

/** Says where the lab is: a line that changes on a terminal, and each loss for good on either. */
class LabWatch {
  readonly #progress: Progress;
  readonly #terminal: Terminal;
  #finishedLevels = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#progress = new Progress(terminal, 'Measuring');
  }

  show(event: LabProgress): void {
    if (event.kind === 'measured') this.#finishedLevels = Math.max(this.#finishedLevels, event.level + 1);
    if (event.kind === 'lost') {
      this.clear();
      const lines = event.console.map((line) => `  | ${line}\n`).join('');
      this.#terminal.err.write(`Lost ${levelName(event.level)}: ${event.reason}\n${lines}`);
    }
    this.#progress.show(this.#finishedLevels / LEVELS, describe(event));
  }

  clear(): void {
    this.#progress.clear();
  }
}

/** The metal, L1 and L2. */
const LEVELS = 3;

function describe(event: LabProgress): string {
  switch (event.kind) {
    case 'preparing':
      return event.step;
    case 'booting':
      return `booting ${levelName(event.level)}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
    case 'reached':
      return `${levelName(event.level)} answers after ${event.bootSeconds.toFixed(1)} s`;
    case 'working':
      return `${levelName(event.level)}: ${event.step}`;
    case 'measured':
      return `${levelName(event.level)} has measured everything`;
    case 'lost':
      return `lost ${levelName(event.level)}`;
  }
}
