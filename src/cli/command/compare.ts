import { availableParallelism } from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addCompare(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('compare')
    .summary(
      'scenarios, records, plans, results, sweeps or profiles side by side: what differs, by how much, how sure',
    )
    .description(
      'Simulates scenarios with the same random numbers and holds each further one against the first, figure by figure; or compares the overhead ratios of records, as nestmark gate does; or puts plans, results of simulate, sweeps (JSON) or platform profiles (YAML) side by side. Of scenarios and records ends with 0 when none is slower than the first, 1 when one is, 4 when that cannot be told; with 5 when they cannot be compared.',
    )
    .argument(
      '<a>',
      'scenario or platform profile (YAML), record (JSON Lines), plan, result or sweep (JSON): what the others are held against',
    )
    .argument('<others...>', 'one or more of the same kind')
    .option('--platform <name>', 'use this platform profile for all of them')
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
    .option('--out <directory>', 'write the comparison there: page, CSV and JSON')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText(
      'after',
      '\nExamples:\n  nestmark compare scenarios/course-lab.yaml scenarios/course-lab-mac-learning.yaml\n  nestmark compare ec2.plan.json azure.plan.json --out compared',
    )
    .action(async (a, others, options) => {
      const { compare } = await import('../compare.ts');
      finish(await compare({ workers: availableParallelism(), ...options, a, others }, terminal));
    });
}
