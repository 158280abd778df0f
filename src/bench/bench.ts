import { type EmulatedLabOptions, NotTheSameLab, runEmulatedLab } from './lab/emulated-lab.ts';
import type { LabResult } from './lab/ladder-run.ts';
import { fromSettings } from './lab/named-settings.ts';
import { runHereLab, runSshLab, type VisitedLabOptions } from './lab/visited-lab.ts';
import { readPartialRecord } from './record/partial-record.ts';
import { partialPath, RecordWriter } from './record/record-writer.ts';
import type { Effort } from './workload/workload.ts';

export { MissingRequirement } from './image/missing-requirement.ts';
export { UnusableKernel } from './image/named-kernel.ts';
export { ContentionLost, type ContentionResult, runContention } from './lab/contention-lab.ts';
export { NotTheSameLab } from './lab/emulated-lab.ts';
export type { LabProgress } from './lab/lab-progress.ts';
export type { LabResult } from './lab/ladder-run.ts';
export { MachinesError } from './lab/machines-file.ts';
export { fromSettings } from './lab/named-settings.ts';
export type { ContentionShare } from './lab/protocol.ts';
export { levelName } from './lab/record-assembler.ts';
export { ProbeBuildError } from './probe/compile.ts';

export interface BenchOptions extends Omit<EmulatedLabOptions, 'onLines' | 'resumed'> {
  /** The record's file: it appears when the run is over, whole. Until then there is FILE.partial. */
  readonly out: string;
}

/** How a run was ended early, and what is left of it. */
export interface Interrupted {
  /** Where what was measured is kept, to be resumed; null when nothing was. */
  readonly partial: string | null;
}

/**
 * Runs the emulated lab and writes its record as it goes.
 *
 * @param onInterrupted told before it throws, when it does
 * @throws {MissingRequirement} or {ProbeBuildError} when the machine lacks something, and what the signal is aborted
 *   with: FILE is not there then, and FILE.partial only when something was measured
 */
export async function benchEmulated(
  { out, ...options }: BenchOptions,
  onInterrupted: (left: Interrupted) => void = () => undefined,
): Promise<LabResult> {
  return await recorded((onLines) => runEmulatedLab({ ...options, onLines }), out, null, onInterrupted);
}

export interface VisitOptions extends Omit<VisitedLabOptions, 'onLines'> {
  readonly out: string;
  /** File of the machines to visit; this machine alone when left out. */
  readonly machines?: string | undefined;
}

/** The same where the levels are there already: this machine as it is, or those a file lists, over SSH. */
export async function benchVisited(
  { out, machines, ...options }: VisitOptions,
  onInterrupted: (left: Interrupted) => void = () => undefined,
): Promise<LabResult> {
  const run = (onLines: VisitedLabOptions['onLines']): Promise<LabResult> =>
    machines === undefined
      ? runHereLab({ ...options, onLines })
      : runSshLab(machines, { ...options, onLines });
  return await recorded(run, out, null, onInterrupted);
}

/**
 * Goes on with a run that was cut off, as it was planned.
 * @throws {RecordError} when there is nothing to go on with, {NotTheSameLab} when the lab is no longer the same
 */
export async function resumeEmulated(
  { out, ...options }: Pick<BenchOptions, 'out' | 'signal' | 'onProgress' | 'cache'>,
  onInterrupted: (left: Interrupted) => void = () => undefined,
): Promise<LabResult> {
  const { record, length } = await readPartialRecord(out);
  const { clock, seed, plan, settings } = record.header;
  const planned = {
    ...{ clock, seed, boots: plan.boots, blocks: plan.blocks, only: plan.workloads, resumed: record },
    ...{ depth: Number(settings['depth']), effort: settings['effort'] as Effort },
    vcpus: Number(settings['vcpus']),
    ...fromSettings(settings),
  };
  const writer = RecordWriter.reopen(out, length);
  const run = (onLines: EmulatedLabOptions['onLines']): Promise<LabResult> =>
    runEmulatedLab({ ...planned, ...options, onLines });
  return await recorded(run, out, writer, onInterrupted);
}

async function recorded(
  run: (onLines: EmulatedLabOptions['onLines']) => Promise<LabResult>,
  out: string,
  reopened: Promise<RecordWriter> | null,
  onInterrupted: (left: Interrupted) => void,
): Promise<LabResult> {
  // A promise, and not its value: the run may end while the file is being made, or before its first line is taken.
  let writer = reopened;
  let measured = reopened !== null;
  let over = false;
  try {
    return await run(async (lines) => {
      if (over) return;
      const [first] = lines;
      if (first?.kind === 'header') {
        writer = RecordWriter.create(out, first);
        await writer;
        return;
      }
      const file = await writer!;
      if (first?.kind === 'end') await file.finish(first);
      else await file.append(...lines);
      measured ||= lines.some(({ kind }) => kind === 'samples');
    });
  } catch (error) {
    over = true;
    await (await (writer as Promise<RecordWriter> | null))?.abort({ keepPartial: measured });
    // Who is told that it cannot be gone on with is not told how to go on.
    if (!(error instanceof NotTheSameLab)) onInterrupted({ partial: measured ? partialPath(out) : null });
    throw error;
  }
}
