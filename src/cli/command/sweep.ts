import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addSweep(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('sweep')
    .summary('a scenario with some of its values varied, in every combination')
    .description(
      'Simulates every combination of what is varied with the same random numbers, and finds the knee along seats.',
    )
    .argument('<scenario>', 'scenario file (YAML)')
    .requiredOption(
      '--vary <name=values>',
      'seats=4..24:4, platform=a,b, switch.promiscuous=true,false, template.vms[0].vcpus=2,4; may be given again',
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
    )
    .option('--platform <name>', 'use this platform profile instead of the one the scenario names')
    .option('--knee <share>', "growth of the probe's p95 slowdown that counts as the knee", share, 0.15)
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--replications <number>', 'independent runs of each combination', wholeNumber(2), 10)
    .option(
      '--precision <share>',
      'go on in each combination until the figures that decide are known this well, e.g. 5%',
      share,
    )
    .option('--max-replications <number>', 'with --precision: give up after so many', wholeNumber(2), 200)
    .option('--workers <number>', 'threads to run them on; the answer does not depend on it', wholeNumber(1))
    .option('--out <directory>', 'write the sweep there: page, CSV and JSON')
    .option('--json', 'print one JSON document instead of a table')
    .addHelpText('after', '\nExample: nestmark sweep scenarios/course-lab.yaml --vary seats=4..12:4')
    .action(async (scenario, options) => {
      const { sweep } = await import('../sweep.ts');
      finish(await sweep({ workers: availableParallelism(), ...options, scenario }, terminal));
    });
}
