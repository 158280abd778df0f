import { type EmulatedLabOptions, type LabResult, runEmulatedLab } from './lab/emulated-lab.ts';
import { RecordWriter } from './record/record-writer.ts';

export { MissingRequirement } from './image/missing-requirement.ts';
export type { LabProgress, LabResult } from './lab/emulated-lab.ts';
export { levelName } from './lab/record-assembler.ts';
export { ProbeBuildError } from './probe/compile.ts';

export interface BenchOptions extends Omit<EmulatedLabOptions, 'onLine'> {
  /** The record's file: it appears when the run is over, whole. */
  readonly out: string;
}

/**
 * Runs the emulated lab and writes its record.
 *
 * @throws {MissingRequirement} or {ProbeBuildError} when the machine lacks something, and what the signal is aborted
 *   with: the file is then neither there nor half there
 */
export async function benchEmulated({ out, ...options }: BenchOptions): Promise<LabResult> {
  // A promise, and not its value: the run may end while the file is being made, or before its first line is taken.
  let writer: Promise<RecordWriter> | null = null;
  let over = false;
  try {
    return await runEmulatedLab({
      ...options,
      async onLine(line) {
        if (over) return;
        if (line.kind === 'header') writer = RecordWriter.create(out, line);
        const file = await writer!;
        if (line.kind === 'end') await file.finish(line);
        else if (line.kind !== 'header') await file.append(line);
      },
    });
  } catch (error) {
    over = true;
    await (await (writer as Promise<RecordWriter> | null))?.abort({ keepPartial: false });
    throw error;
  }
}
