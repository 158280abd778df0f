import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export function addPlatforms(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('platforms')
    .summary('list platform profiles, or show one with its sources')
    .description(
      'Lists the platform profiles and how much of each is measured, published, derived or assumed; with a name, shows every number of one with its interval and source.',
    )
    .argument('[name]', 'a profile to show in full')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText('after', '\nExample: nestmark platforms kvm-intel-shadowing')
    .action(async (name, options) => {
      const { platforms } = await import('../platforms.ts');
      finish(await platforms({ ...options, name }, terminal));
    });
}
