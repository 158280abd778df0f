import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { type CalibrationReport, calibrate } from '../calibrate/calibrate.ts';
import { CalibrationError } from '../calibrate/calibration-error.ts';
import { platformToYaml } from '../calibrate/platform-yaml.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderCalibration } from '../report/terminal/calibration-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { recordOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface CalibrateOptions {
  readonly record: string;
  readonly out: string;
  readonly seed: number;
  readonly json?: true;
}

/** `nestmark calibrate`: a record in, a platform profile out, and how well it fits. */
export async function calibrateRecord(options: CalibrateOptions, terminal: Terminal): Promise<ExitCode> {
  const name = platformName(options.out);
  const record = await recordOrRefuse(options.record);
  const sha256 = createHash('sha256')
    .update(await readFile(options.record))
    .digest('hex');
  const { platform, report } = calibratedOrRefuse(() =>
    calibrate(record, { name, sha256, seed: options.seed }),
  );
  const extension = extname(options.out).slice(1);
  const [path] = await writeReport(dirname(options.out), name, [
    { extension, content: platformToYaml(platform) },
  ]);
  if (options.json === true) terminal.out.write(`${JSON.stringify({ platform, report }, null, 2)}\n`);
  else
    terminal.out.write(`${renderCalibration(platform, { columns: terminal.columns })}\nWritten: ${path}\n`);
  return EXIT_CODE.fine;
}

/** A profile is found by its file's name, so that must be one. */
function platformName(out: string): string {
  const extension = extname(out);
  const name = basename(out, extension);
  if (!/^\.ya?ml$/.test(extension) || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw new UserError(
      `--out ${out}: expected a name of small letters, digits and dashes that ends in .yaml, such as platforms/my-lab.yaml`,
    );
  }
  return name;
}

function calibratedOrRefuse<T extends { report: CalibrationReport }>(calibration: () => T): T {
  try {
    return calibration();
  } catch (error) {
    throw error instanceof CalibrationError ? new UserError(error.message) : error;
  }
}
