import { basename, dirname, extname } from 'node:path';
import {
  ContentionLost,
  type ContentionResult,
  type ContentionShare,
  MissingRequirement,
  ProbeBuildError,
  runContention,
} from '../bench/bench.ts';
import { writeReport } from '../report/file/write-report.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface ContentionCommandOptions {
  readonly guests: number;
  readonly cpus: number;
  readonly out: string | undefined;
  readonly watch: boolean;
}

/** `nestmark bench contention`: how much slower guests get that are busy on the same CPUs, and what they see of it. */
export async function benchContention(
  options: ContentionCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { guests, cpus, out, watch } = options;
  const progress = new Progress(terminal, 'Measuring');
  const onStep = (step: string): void => {
    progress.show(0, step);
    if (watch && terminal.err.isTTY !== true) terminal.err.write(`${step}\n`);
  };
  const result = await measuredOrRefused({ guests, cpus, signal: terminal.signal, onStep }).finally(() =>
    progress.clear(),
  );
  terminal.out.write(`${table(result)}\n`);
  if (out !== undefined) {
    const extension = extname(out);
    const [path] = await writeReport(dirname(out), basename(out, extension), [
      { extension: extension.slice(1), content: `${JSON.stringify(result, null, 2)}\n` },
    ]);
    terminal.out.write(`Written: ${path}\n`);
  }
  return EXIT_CODE.fine;
}

function table({ shares }: ContentionResult): string {
  const alone = shares.find(({ busy }) => busy === 1)?.roundNs ?? Number.NaN;
  const counts = [...new Set(shares.map(({ busy }) => busy))].sort((a, b) => a - b);
  const rows = counts.map((busy) => {
    const own = shares.filter((share) => share.busy === busy);
    return [
      String(busy),
      range(
        own,
        ({ roundNs }) => roundNs / alone,
        (value) => `${value.toFixed(2)} ×`,
      ),
      range(own, ({ stealShare }) => stealShare, percent),
      range(own, ({ waitingShare }) => waitingShare, percent),
    ];
  });
  return plainTable(['Guests busy', 'Slowdown', 'Stolen, as the guest saw it', 'Waited for a CPU'], rows, 0);
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** From the least to the most of the guests. */
function range(
  shares: readonly ContentionShare[],
  of: (share: ContentionShare) => number,
  text: (value: number) => string,
): string {
  const values = shares.map(of);
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}

async function measuredOrRefused(options: Parameters<typeof runContention>[0]): Promise<ContentionResult> {
  try {
    return await runContention(options);
  } catch (error) {
    if (error instanceof MissingRequirement || error instanceof ProbeBuildError) {
      throw new UserError(error.message, EXIT_CODE.machineLacks);
    }
    if (error instanceof ContentionLost) throw new UserError(error.message, EXIT_CODE.inconclusive);
    if (error instanceof RangeError) throw new UserError(error.message);
    throw error;
  }
}
