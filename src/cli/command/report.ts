import { type Command, Option } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export function addReport(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('report')
    .summary('make one page of records, profiles and results')
    .description(
      'Puts what was measured (a record), fitted (a platform profile), predicted (a result), compared (a verdict) and seen over time (a history) on one self-contained page; or a plan on one of its own.',
    )
    .argument(
      '<files...>',
      'a record (.jsonl), a platform profile (.yaml), or what simulate, compare, sweep, sensitivity, gate, history or plan wrote (.json)',
    )
    .requiredOption('--out <directory>', 'where to write the page and its pictures')
    .option('--name <name>', 'name of the files', 'report')
    .option('--title <text>', 'title of the page')
    .addOption(
      new Option(
        '--format <formats...>',
        'what to write: the page (html), each chart (svg, png), each chart and table (csv, json), all of them in one (markdown)',
      )
        .choices(['html', 'svg', 'png', 'csv', 'markdown', 'json'])
        .default(['html' as const]),
    )
    .option('--pictures', 'as --format with svg and png besides')
    .addHelpText(
      'after',
      '\nExample: nestmark report record.jsonl platforms/mine.yaml result.json --out reports/out',
    )
    .action(async (files, options) => {
      const { report } = await import('../report.ts');
      finish(await report({ ...options, files }, terminal));
    });
}
