import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export function addDoctor(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .summary('what this machine can do: labs, level, what to install')
    .description('Says which labs work on this machine and why, which level it is at, and what to install.')
    .option('--json', 'one JSON document', false)
    .addHelpText('after', '\nExample:\n  nestmark doctor')
    .action(async (options) => {
      const { doctor } = await import('../doctor.ts');
      finish(await doctor(options, terminal));
    });
}
