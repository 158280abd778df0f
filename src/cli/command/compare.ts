import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addCompare(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('compare')
    .summary('two scenarios, or two records: what differs, by how much, and how sure that is')
    .description(
      'Simulates two scenarios with the same random numbers and compares them figure by figure; or compares the overhead ratios of two records, as nestmark gate does. Ends with 0 when B feels no slower, 1 when it does, 4 when that cannot be told, 5 when the two cannot be compared.',
    )
    .argument('<a>', 'scenario file (YAML), or record (JSON Lines)')
    .argument('<b>', 'another one of the same kind')
    .option('--platform <name>', 'use this platform profile for both')
    .option('--margin <share>', 'differences below this do not matter', share, 0.01)
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--replications <number>', 'pairs of independent runs', wholeNumber(2), 10)
    .option(
      '--precision <share>',
      'go on until the difference that decides is known this well, e.g. 5% of the larger side',
      share,
    )
    .option('--max-replications <number>', 'with --precision: give up after so many', wholeNumber(2), 200)
    .option('--workers <number>', 'threads to run them on; the answer does not depend on it', wholeNumber(1))
    .option('--out <directory>', 'write the comparison there: CSV and JSON')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText(
      'after',
      '\nExample: nestmark compare scenarios/course-lab.yaml scenarios/course-lab-mac-learning.yaml',
    )
    .action(async (a, b, options) => {
      const { compare } = await import('../compare.ts');
      finish(await compare({ workers: availableParallelism(), ...options, a, b }, terminal));
    });
}
