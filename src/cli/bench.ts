import {
  benchEmulated,
  benchVisited,
  type Interrupted,
  type LabResult,
  MachinesError,
  MissingRequirement,
  NotTheSameLab,
  ProbeBuildError,
  resumeEmulated,
  UnusableKernel,
} from '../bench/bench.ts';
import { RecordError } from '../bench/record/read-record.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { LabWatch } from './lab-watch.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';

export interface BenchCommandOptions {
  readonly lab: 'here' | 'emulated' | 'kvm' | 'ssh';
  readonly machines: string | undefined;
  readonly kernel: string | undefined;
  readonly qemu: string | undefined;
  readonly kernelParameters: readonly KernelParameters[];
  readonly clock: 'time' | 'instructions';
  readonly effort: 'small' | 'default';
  readonly seed: number;
  readonly boots: number;
  readonly blocks: number;
  readonly vcpus: number;
  readonly depth: number;
  readonly only: readonly string[] | undefined;
  readonly tools: boolean;
  readonly watch: boolean;
  readonly out: string;
}

const NO_TOOLS =
  '--tools runs benchmarks where they are installed, which the image of a guest has not: use it with --lab here or ssh.';

type KernelParameters = NonNullable<Parameters<typeof benchEmulated>[0]['kernelParameters']>[number];

/** `nestmark bench`: a record of every level that was reached; 4 when one that was asked for was not. */
export async function bench(options: BenchCommandOptions, terminal: Terminal): Promise<ExitCode> {
  const { watch, only, lab, machines, kernel, qemu, tools, ...planned } = options;
  return await watched(terminal, options, (onProgress, onInterrupted) => {
    const run = { signal: terminal.signal, onProgress };
    if (lab === 'here' || lab === 'ssh') {
      const { effort, seed, blocks, out } = planned;
      return benchVisited({ ...{ effort, seed, blocks, out, only, tools, machines }, ...run }, onInterrupted);
    }
    if (tools) throw new UserError(NO_TOOLS);
    const named = { ...(only && { only }), ...(kernel && { kernel }), ...(qemu && { qemu }) };
    return benchEmulated({ ...planned, lab, ...named, ...run }, onInterrupted);
  });
}

/** `nestmark bench --resume FILE`: what is still missing of a run that was cut off. */
export async function resume(
  options: Pick<BenchCommandOptions, 'out' | 'watch'>,
  terminal: Terminal,
): Promise<ExitCode> {
  return await watched(terminal, options, (onProgress, onInterrupted) =>
    resumeEmulated({ out: options.out, signal: terminal.signal, onProgress }, onInterrupted),
  );
}

async function watched(
  terminal: Terminal,
  { out, watch: asked }: Pick<BenchCommandOptions, 'out' | 'watch'>,
  run: (
    onProgress: (event: Parameters<LabWatch['show']>[0]) => void,
    onInterrupted: (left: Interrupted) => void,
  ) => Promise<LabResult>,
): Promise<ExitCode> {
  const watch = new LabWatch(terminal, { watch: asked });
  const onInterrupted = ({ partial }: Interrupted): void => {
    watch.clear();
    if (partial === null) return;
    terminal.err.write(`What was measured is in ${partial}; go on with: nestmark bench --resume ${out}\n`);
  };
  const result = await measuredOrRefused(() => run((event) => watch.show(event), onInterrupted)).finally(() =>
    watch.clear(),
  );
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
    if (error instanceof NotTheSameLab) throw new UserError(error.message, EXIT_CODE.incomparable);
    if (
      error instanceof RecordError ||
      error instanceof RangeError ||
      error instanceof UnusableKernel ||
      error instanceof MachinesError
    )
      throw new UserError(error.message);
    throw error;
  }
}
