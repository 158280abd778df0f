import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../../exit-code.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../whole-number.ts';

export function addVerifyExits(verify: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  verify
    .command('exits')
    .summary('fit the cost of exits on L1 and L2, predict L3')
    .description(
      'Fits the exit recursion on L1 and L2, predicts L3 and prints both beside what was measured: on the published table, and on a record with three levels of guests if one is given.',
    )
    .option('--record <file>', 'record of nestmark bench that has L3')
    .option('--seed <number>', 'seed of the draws behind intervals', wholeNumber(0), 1)
    .option('--out <directory>', 'write a page and a JSON document there')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText('after', '\nExample: nestmark verify exits')
    .action(async (options) => {
      const { verifyExits } = await import('../../verify-exits.ts');
      finish(await verifyExits(options, terminal));
    });
}
