import { isRecordFile } from '../bench/record/record-file.ts';
import { compareRecordFiles } from './compare-record-files.ts';
import { type CompareScenariosOptions, compareScenarios } from './compare-scenarios.ts';
import { type ExitCode, UserError } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export type CompareOptions = CompareScenariosOptions;

/** `nestmark compare`: what it compares turns on what kind of files it is given. */
export async function compare(options: CompareOptions, terminal: Terminal): Promise<ExitCode> {
  const kind = kindOf(options.a);
  for (const other of options.others) {
    if (kindOf(other) === kind) continue;
    throw new UserError(
      `${other}: found ${KIND_WORDS[kindOf(other)]}, expected ${KIND_WORDS[kind]} like ${options.a}`,
    );
  }
  switch (kind) {
    case 'scenario':
      return await compareScenarios(options, terminal);
    case 'record':
      return await compareRecordFiles(options, terminal);
  }
}

type Kind = 'scenario' | 'record';

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  scenario: 'a scenario (YAML)',
  record: 'a record of measurements (JSON Lines)',
};

const kindOf = (file: string): Kind => (isRecordFile(file) ? 'record' : 'scenario');
