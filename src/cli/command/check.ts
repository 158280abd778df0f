import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export function addCheck(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('check')
    .summary('hold a scenario against the rules of the road')
    .description(
      'Says which rules of its hypervisors, clouds and licences a scenario breaks, why, and what to do. Ends with 1 when one is broken that makes it impossible.',
    )
    .argument('<scenario>', 'scenario file (YAML)')
    .option('--platform <name>', 'use this platform profile instead of the one the scenario names')
    .option('--all', 'also list the rules that hold')
    .option('--json', 'print one JSON document instead of text')
    .addHelpText('after', '\nExample: nestmark check scenarios/checks/esxi-on-esxi.yaml')
    .action(async (scenario, options) => {
      const { check } = await import('../check.ts');
      finish(await check({ ...options, scenario }, terminal));
    });
}
