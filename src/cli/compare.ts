import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { isRecordFile } from '../bench/record/record-file.ts';
import { PLATFORM_SCHEMA } from '../model/scenario/platform.ts';
import type { BesideKind } from '../report/beside/beside.ts';
import { readReportDocument } from '../report/file/report-document.ts';
import { compareDocuments } from './compare-documents.ts';
import { compareRecordFiles } from './compare-record-files.ts';
import { type CompareScenariosOptions, compareScenarios } from './compare-scenarios.ts';
import { type ExitCode, UserError } from './exit-code.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export type CompareOptions = CompareScenariosOptions;

/** `nestmark compare`: what it compares turns on what kind of files it is given. */
export async function compare(options: CompareOptions, terminal: Terminal): Promise<ExitCode> {
  const kind = await kindOf(options.a);
  for (const other of options.others) {
    const found = await kindOf(other);
    if (found === kind) continue;
    throw new UserError(
      `${other}: found ${KIND_WORDS[found]}, expected ${KIND_WORDS[kind]} like ${options.a}`,
    );
  }
  switch (kind) {
    case 'scenarios':
      return await compareScenarios(options, terminal);
    case 'records':
      return await compareRecordFiles(options, terminal);
    default:
      return await compareDocuments(kind, options, terminal);
  }
}

type Kind = 'scenarios' | 'records' | BesideKind;

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  scenarios: 'a scenario (YAML)',
  records: 'a record of measurements (JSON Lines)',
  plans: 'a plan (JSON)',
  simulations: 'the result of a simulation (JSON)',
  sweeps: 'a sweep (JSON)',
  profiles: 'a platform profile (YAML)',
};

const KIND_OF_SCHEMA: Readonly<Record<string, Kind>> = {
  'nestmark/plan@1': 'plans',
  'nestmark/result@1': 'simulations',
  'nestmark/sweep@1': 'sweeps',
};

/** A record and a document tell by their ending, a profile from a scenario by its first key. */
async function kindOf(file: string): Promise<Kind> {
  if (isRecordFile(file)) return 'records';
  if (extname(file) === '.json') {
    const { schema } = valueOrRefuse(await readReportDocument(file));
    const kind = KIND_OF_SCHEMA[schema];
    if (kind !== undefined) return kind;
    throw new UserError(
      `${file}: found ${schema}, expected a plan, the result of a simulation or a sweep; nestmark report takes any`,
    );
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  return new RegExp(`^schema: *["']?${PLATFORM_SCHEMA}`, 'm').test(text) ? 'profiles' : 'scenarios';
}
