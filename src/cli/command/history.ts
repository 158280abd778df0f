import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addHistory(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('history')
    .summary('find when nested overhead changed, over many records')
    .description(
      'Reads every record of a folder and finds the nights from which on an overhead ratio ran at another height: steps and slow creep that no single comparison shows.',
    )
    .argument('<folder>', 'folder with records of nestmark bench (*.jsonl)')
    .option('--only <workloads...>', 'workloads to look at; all of them when left out')
    .option('--level <number>', 'level to look at; all of them when left out', wholeNumber(1))
    .option('--least <share>', 'change too small to be told', share, 0.01)
    .option('--out <file>', 'also write the whole result (JSON), for nestmark report')
    .option('--json', 'print one JSON document instead of a table')
    .addHelpText('after', '\nExample: nestmark history nightly/ --only cpuid compile --least 2%')
    .action(async (folder, options) => {
      const { history } = await import('../history.ts');
      finish(await history({ ...options, folder }, terminal));
    });
}
