import { basename, dirname, extname } from 'node:path';
import { CalibrationError } from '../calibrate/measured/calibration-error.ts';
import { type WorkloadProfile, workloadProfile } from '../calibrate/measured/workload-profile.ts';
import { writeReport } from '../report/file/write-report.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import { UserError } from './exit-code.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';

export interface BenchProfileOptions {
  readonly record: string;
  readonly workload: string;
  readonly out: string;
}

/** `nestmark bench profile`: a measured workload as one that scenarios can name. */
export async function benchProfile(options: BenchProfileOptions, terminal: Terminal): Promise<void> {
  const extension = extname(options.out);
  const name = basename(options.out, extension);
  if (!/^\.ya?ml$/.test(extension) || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new UserError(
      `--out ${options.out}: expected a name of small letters, digits and dashes that ends in .yaml, such as scenarios/workloads/measured-compress.yaml`,
    );
  }
  const record = await recordOrRefuse(options.record);
  const profile = profiledOrRefused(() => workloadProfile(record, options.workload, name));
  const [path] = await writeReport(dirname(options.out), name, [
    { extension: extension.slice(1), content: profile.yaml },
  ]);
  const rows = Object.entries(profile.exits).map(([exitClass, { value, low, high }]) => [
    exitClass,
    String(value),
    `${low} to ${high}`,
  ]);
  terminal.out.write(
    `${plainTable(['Exits of one operation', 'Number', 'Over the blocks'], rows, 1)}\nWritten: ${path}\n`,
  );
}

function profiledOrRefused(profile: () => WorkloadProfile): WorkloadProfile {
  try {
    return profile();
  } catch (error) {
    throw error instanceof CalibrationError ? new UserError(error.message) : error;
  }
}
