import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addSensitivity(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('sensitivity')
    .summary('which assumption moves the answer most')
    .description(
      'Puts each uncertain number of platform and workloads at both ends of its interval, all others at their values, and says how far the tail slowdown of the probe moves.',
    )
    .argument('<scenario>', 'scenario file (YAML)')
    .option('--platform <name>', 'use this platform profile instead of the one the scenario names')
    .option(
      '--top <number>',
      'numbers that are simulated exactly: those that move most in a quick first pass',
      wholeNumber(1),
      8,
    )
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--replications <number>', 'independent runs of each end', wholeNumber(2), 4)
    .option('--workers <number>', 'threads to run them on; the answer does not depend on it', wholeNumber(1))
    .option('--out <directory>', 'write the answer there: page, CSV and JSON')
    .option('--json', 'print one JSON document instead of a table')
    .addHelpText('after', '\nExample: nestmark sensitivity scenarios/course-lab.yaml --out reports/out')
    .action(async (scenario, options) => {
      const { sensitivity } = await import('../sensitivity.ts');
      finish(await sensitivity({ workers: availableParallelism(), ...options, scenario }, terminal));
    });
}
