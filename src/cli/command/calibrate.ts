import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addCalibrate(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('calibrate')
    .summary('fit a platform profile to a record')
    .description('Fits the exit-cost recursion to a benchmark record and writes it as a platform profile.')
    .argument('<record>', 'record written by nestmark bench (JSON Lines)')
    .requiredOption('--out <file>', 'platform profile to write (YAML)')
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber(0), 1)
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText('after', '\nExample: nestmark calibrate record.jsonl --out platforms/mine.yaml')
    .action(async (record, options) => {
      const { calibrateRecord } = await import('../calibrate.ts');
      finish(await calibrateRecord({ ...options, record }, terminal));
    });
}
