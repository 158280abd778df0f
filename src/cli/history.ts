import { basename, dirname, extname } from 'node:path';
import { type HistoryResult, withChanges } from '../gate/history/history-result.ts';
import { type History, HistoryError, readHistory } from '../gate/history/read-history.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderHistory } from '../report/terminal/history-table.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface HistoryOptions {
  readonly folder: string;
  readonly only?: readonly string[];
  readonly level?: number;
  readonly least: number;
  readonly out?: string;
  readonly json?: true;
}

/** `nestmark history`: when did an overhead ratio begin to run at another height? */
export async function history(options: HistoryOptions, terminal: Terminal): Promise<ExitCode> {
  const all = await historiesOrRefuse(options.folder);
  const chosen = all.filter(
    ({ key }) =>
      (options.only?.includes(key.workload) ?? true) &&
      (options.level === undefined || key.level === options.level),
  );
  if (chosen.length === 0) throw new UserError(nothingChosen(all, options));
  const result: HistoryResult = {
    schema: 'nestmark/history@1',
    version: ownVersion(),
    folder: options.folder,
    records: new Set(chosen.flatMap(({ points }) => points.map(({ file }) => file))).size,
    histories: withChanges(chosen, options.least),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (options.out !== undefined) {
    const extension = extname(options.out);
    await writeReport(dirname(options.out), basename(options.out, extension), [
      { extension: extension.slice(1) || 'json', content: text },
    ]);
  }
  terminal.out.write(options.json === true ? text : renderHistory(result, { columns: terminal.columns }));
  return EXIT_CODE.fine;
}

async function historiesOrRefuse(folder: string): Promise<readonly History[]> {
  try {
    return await readHistory(folder);
  } catch (error) {
    throw error instanceof HistoryError ? new UserError(error.message) : error;
  }
}

function nothingChosen(all: readonly History[], { folder, only, level }: HistoryOptions): string {
  if (all.length === 0) {
    return `${folder}: found no record with a level above the lowest, expected records of nestmark bench`;
  }
  const wanted = [...(only ?? []), ...(level === undefined ? [] : [`level ${level}`])].join(', ');
  const known = [...new Set(all.map(({ key }) => key.workload))].join(', ');
  return `${folder}: found nothing of ${wanted}; the records have ${known}`;
}
