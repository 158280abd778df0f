import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { BenchRecord } from '../bench/record/record.ts';
import { isRecordFile } from '../bench/record/record-file.ts';
import {
  type CalibratedPlatform,
  type CalibrationOptions,
  type CalibrationReport,
  calibrate,
} from '../calibrate/calibrate.ts';
import { calibrateTable } from '../calibrate/calibrate-table.ts';
import { CalibrationError } from '../calibrate/measured/calibration-error.ts';
import { stackOf } from '../calibrate/measured/joined-records.ts';
import { mergePlatforms } from '../calibrate/merge-platforms.ts';
import { platformToYaml } from '../calibrate/profile/platform-yaml.ts';
import { type PublishedTable, readPublishedTable } from '../calibrate/published-table.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderCalibration } from '../report/terminal/calibration-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { valueOrRefuse } from './refuse.ts';
import { recordOrRefuse } from './refuse-record.ts';
import { stem } from './stems.ts';
import type { Terminal } from './terminal.ts';

export interface CalibrateOptions {
  /** Records (.jsonl), published tables (.yaml). */
  readonly files: readonly string[];
  readonly weights?: readonly number[];
  /** Record that threads and caches of cores are fitted on. */
  readonly processor?: string;
  /** KiB. */
  readonly workingSet?: number;
  readonly out: string;
  readonly seed: number;
  readonly json?: true;
}

/** One stack: the records of it, which are its boots, or a published table. */
interface Stack {
  readonly label: string;
  readonly weight: number;
  readonly sha256: string;
  readonly source: readonly BenchRecord[] | PublishedTable;
}

/** `nestmark calibrate`: records or published tables in, a platform profile out, and how well it fits. */
export async function calibrateFiles(options: CalibrateOptions, terminal: Terminal): Promise<ExitCode> {
  const { seed, weights, files, workingSet } = options;
  const name = platformName(options.out);
  const stacks = await stacksOf(files, weights);
  const processor = options.processor === undefined ? undefined : await recordOrRefuse(options.processor);
  const common = {
    ...{ name, seed },
    ...(processor === undefined ? {} : { processor }),
    ...(workingSet === undefined ? {} : { workingSet }),
  };
  const { platform, report } = calibratedOrRefuse(() => {
    const parts = stacks.map((stack) => ({ ...stack, calibrated: calibrateStack(stack, common) }));
    const [only] = parts as [(typeof parts)[number]];
    if (parts.length === 1) return only.calibrated;
    return {
      platform: mergePlatforms(parts, { name }),
      report: Object.fromEntries(parts.map(({ label, calibrated }) => [label, calibrated.report])),
    };
  });
  const extension = extname(options.out).slice(1);
  const [path] = await writeReport(dirname(options.out), name, [
    { extension, content: platformToYaml(platform) },
  ]);
  if (options.json === true) terminal.out.write(`${JSON.stringify({ platform, report }, null, 2)}\n`);
  else
    terminal.out.write(
      `${renderCalibration(platform, { columns: terminal.columns }, costsIn(report))}\nWritten: ${path}\n`,
    );
  return EXIT_CODE.fine;
}

/** Of one stack; merged stacks have each their own, in the JSON. */
function costsIn(report: CalibrationReport | Readonly<Record<string, CalibrationReport>>) {
  return 'levelCosts' in report && Array.isArray(report.levelCosts) ? report.levelCosts : [];
}

function calibrateStack(
  { source, sha256 }: Stack,
  common: Omit<CalibrationOptions, 'sha256'>,
): CalibratedPlatform {
  const options = { ...common, sha256 };
  return 'costs' in source ? calibrateTable(source, options) : calibrate(source, options);
}

/** Records of one stack belong together, in the order their stack is first named; each table is one by itself. */
async function stacksOf(
  files: readonly string[],
  weights: readonly number[] | undefined,
): Promise<readonly Stack[]> {
  const stacks = new Map<string, Stack & { readonly contents: readonly Buffer[] }>();
  for (const file of files) {
    const record = isRecordFile(file) ? await recordOrRefuse(file) : null;
    const content = await readFile(file).catch(() => null);
    if (content === null) throw new UserError(`${file}: found no such file, expected a record or a table`);
    const key = record === null ? file : stackOf(record);
    const known = stacks.get(key);
    const contents = [...(known?.contents ?? []), content];
    stacks.set(key, {
      label: known?.label ?? stem(file),
      ...{ weight: 1, contents, sha256: sha256Of(contents) },
      source:
        record === null
          ? valueOrRefuse(readPublishedTable(file, content.toString('utf8')))
          : [...((known?.source as readonly BenchRecord[] | undefined) ?? []), record],
    });
  }
  if (weights !== undefined && weights.length !== stacks.size) {
    throw new UserError(
      `--weights: found ${weights.length} for ${stacks.size} stacks (${[...stacks.values()].map(({ label }) => label).join(', ')}), expected one for each; records of one stack are one`,
    );
  }
  return [...stacks.values()].map((stack, index) => ({ ...stack, weight: weights?.[index] ?? 1 }));
}

/** Of the file, or of the hashes of several, one a line. */
function sha256Of(contents: readonly Buffer[]): string {
  const hash = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');
  return contents.length === 1
    ? hash(contents[0]!)
    : hash(contents.map((content) => `${hash(content)}\n`).join(''));
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

function calibratedOrRefuse<T>(calibration: () => T): T {
  try {
    return calibration();
  } catch (error) {
    throw error instanceof CalibrationError ? new UserError(error.message) : error;
  }
}
