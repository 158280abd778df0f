import { availableParallelism } from 'node:os';
import { type Command, Option } from '@commander-js/extra-typings';
import { ENGINES } from '../../model/machine/engine.ts';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

const UNCERTAINTY_SETS = 16;

export function addSimulate(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('simulate')
    .summary('run a scenario and say how the lab will feel')
    .description('Simulates a scenario: every seat, hypervisor and inner VM of it, event by event.')
    .argument('<scenario>', 'scenario file (YAML)')
    .option('--platform <name>', 'use this platform profile instead of the one the scenario names')
    .addOption(
      new Option(
        '--engine <name>',
        'exact: slice by slice; fluid: ideal sharing, many times faster (docs/fluid.md)',
      )
        .choices(ENGINES)
        .default('exact' as const),
    )
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--replications <number>', 'independent runs behind each interval', wholeNumber(2), 10)
    .option('--precision <share>', 'go on until the figures that decide are known this well, e.g. 5%', share)
    .option('--max-replications <number>', 'with --precision: give up after so many', wholeNumber(2), 200)
    .option(
      '--uncertainty [sets]',
      'tell how far uncertain figures of the platform and the workloads may move the answer, by so many sets of them (16, when left out), run twice each',
      wholeNumber(4),
    )
    .option('--workers <number>', 'threads to run them on; the answer does not depend on it', wholeNumber(1))
    .option('--out <directory>', 'write the report there: HTML, CSV and JSON')
    .option('--pictures', 'with --out: each chart as SVG and PNG too')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText('after', '\nExample: nestmark simulate scenarios/course-lab.yaml --out reports/out')
    .action(async (scenario, options) => {
      const { simulate } = await import('../simulate.ts');
      const { uncertainty, ...others } = options;
      const sets = uncertainty === true ? UNCERTAINTY_SETS : uncertainty;
      finish(
        await simulate(
          {
            workers: availableParallelism(),
            ...others,
            scenario,
            ...(sets === undefined ? {} : { uncertainty: sets }),
          },
          terminal,
        ),
      );
    });
}
