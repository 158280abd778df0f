import { type Command, Option } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addBench(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('bench')
    .summary('measure real workloads on the metal, in L1 and in L2')
    .description(
      'Boots a ladder of real guests, runs the same workloads at every level of it, and writes one record.',
    )
    .addOption(
      new Option('--lab <name>', 'where the levels come from').choices(['emulated']).makeOptionMandatory(),
    )
    .addOption(
      new Option('--clock <name>', 'wall time, or executed instructions (repeatable)')
        .choices(['time', 'instructions'])
        .default('time'),
    )
    .addOption(
      new Option('--effort <size>', 'how much of each workload')
        .choices(['small', 'default'])
        .default('default'),
    )
    .option('--seed <number>', 'seed of the workloads', wholeNumber(0), 1)
    .requiredOption('--out <file>', 'record to write (JSON Lines)')
    .addHelpText('after', '\nExample: nestmark bench --lab emulated --clock instructions --out record.jsonl')
    .action(async (options) => {
      const { bench } = await import('../bench.ts');
      finish(await bench(options, terminal));
    });
}
