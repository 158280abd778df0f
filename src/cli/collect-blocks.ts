import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fromSettings } from '../bench/bench.ts';
import type { BenchRecord } from '../bench/record/record.ts';
import type { NamedRecord } from '../gate/compare-records.ts';
import { fingerprintDifferences } from '../gate/fingerprint.ts';
import { type BenchCommandOptions, bench } from './bench.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';

/** Where and how one side of a gate is measured further. */
export interface Collection {
  /** The side's record. */
  readonly file: string;
  readonly side: 'baseline' | 'candidate';
  /** Run by the shell; null: as the record says it was measured. */
  readonly command: string | null;
  readonly blocks: number;
}

/** Blocks that were measured more, or why there are none. */
export type Collected =
  | { readonly more: NamedRecord; readonly failure: null }
  | { readonly more: null; readonly failure: string };

/**
 * Measures more blocks of one side into `NAME.more.jsonl` beside its record. When that file is there the budget was spent
 * before: it is read and nothing is measured, so that a gate that is run again sees the same and comes to the same.
 *
 * @throws {UserError} when what was measured is not of the same making as the record
 */
export async function collectBlocks(
  collection: Collection,
  { record }: NamedRecord,
  terminal: Terminal,
): Promise<Collected> {
  const { file, side } = collection;
  const out = moreFile(file);
  const spent = await exists(out);
  terminal.err.write(
    spent
      ? `${out} is there: the budget of the ${side} was spent before, and nothing more is measured.\n`
      : `Inconclusive so far: measuring ${collection.blocks} more blocks of the ${side} into ${out}.\n`,
  );
  if (!spent) {
    const failure = await measured(collection, record, out, terminal);
    if (failure !== null) return { more: null, failure };
  }
  const more = { name: basename(out), record: await recordOrRefuse(out) };
  requireSameMaking(record, more, file);
  return { more, failure: null };
}

/** `branch.jsonl` is measured further into `branch.more.jsonl`, and so is `branch.jsonl.gz`: nothing packs while it measures. */
export function moreFile(file: string): string {
  const extension = /\.jsonl(\.gz)?$/.exec(file)?.[0] ?? extname(file);
  const packed = extension.endsWith('.gz');
  return `${file.slice(0, file.length - extension.length)}.more${packed ? '.jsonl' : extension}`;
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Null when there is a record, complete or not; a sentence when there is none. */
async function measured(
  { command, blocks, file, side }: Collection,
  record: BenchRecord,
  out: string,
  terminal: Terminal,
): Promise<string | null> {
  const code =
    command === null
      ? await benchAgain(record, blocks, out, terminal)
      : await runCommand(
          command,
          { NESTMARK_SIDE: side, NESTMARK_RECORD: file, NESTMARK_BLOCKS: String(blocks), NESTMARK_OUT: out },
          terminal,
        );
  if (await exists(out)) return null;
  return `collecting more blocks of the ${side} ended with ${code} and wrote no ${out}`;
}

/** As the record says it was measured. */
async function benchAgain(
  { header }: BenchRecord,
  blocks: number,
  out: string,
  terminal: Terminal,
): Promise<ExitCode | string> {
  const { lab, clock, seed, plan, settings } = header;
  if (lab === 'ssh') {
    throw new UserError(
      '--budget: the record was made over SSH and does not say how its machines are reached; expected --collect with the command that measures them',
    );
  }
  const options: BenchCommandOptions = {
    ...{ lab, clock, seed, blocks, out, boots: 1, tools: false, watch: false },
    ...{ machines: undefined, kernel: undefined, qemu: undefined, kernelParameters: [] },
    ...fromSettings(settings),
    effort: settings['effort'] === 'small' ? 'small' : 'default',
    vcpus: Number(settings['vcpus'] ?? 1),
    depth: Number(settings['depth'] ?? 2),
    only: plan.workloads.length === 0 ? undefined : plan.workloads,
  };
  try {
    // What the agent prints is not the gate's answer.
    return await bench(options, { ...terminal, out: terminal.err });
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Its output is not the gate's answer either. Ctrl-C ends it with everything it started. */
async function runCommand(
  command: string,
  variables: Readonly<Record<string, string>>,
  terminal: Terminal,
): Promise<number> {
  const child = spawn(command, {
    shell: true,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  child.stdout.on('data', (text) => terminal.err.write(text));
  child.stderr.on('data', (text) => terminal.err.write(text));
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  terminal.signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? EXIT_CODE.interrupted));
    });
  } finally {
    terminal.signal.removeEventListener('abort', end);
    terminal.signal.throwIfAborted();
  }
}

function requireSameMaking(record: BenchRecord, more: NamedRecord, file: string): void {
  const differences = fingerprintDifferences(record, more.record);
  if (differences.length === 0) return;
  const list = differences.map(({ where, fact, baseline, candidate }) =>
    `${where}, ${fact} was ${baseline}, is ${candidate}`.slice(0, 300),
  );
  throw new UserError(
    `${more.name} was not made like ${file}, expected more blocks of the same: ${list.join('; ')}. Delete it, and collect with the command that measured the record (--collect)`,
    EXIT_CODE.incomparable,
  );
}
