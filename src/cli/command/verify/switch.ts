import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../../exit-code.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../whole-number.ts';

export function addVerifySwitch(verify: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  verify
    .command('switch')
    .summary('predict what a Linux bridge costs as a hub and as a switch')
    .description(
      'Builds Linux bridges that learn addresses and ones that do not (hubs) in network namespaces of its own, sends\n' +
        'frames through them, calibrates the model on 2 and 4 ports, and holds its predictions for 8 and 16 against\n' +
        'what is measured. Needs root, iproute2 and gcc; about half a minute. What else runs disturbs it.',
    )
    .option('--repetitions <number>', 'times each point is measured, in turn', wholeNumber(2), 15)
    .option('--out <directory>', 'write a page and a JSON document there')
    .option('--json', 'one JSON document with every sample, in place of the table')
    .addHelpText('after', '\nExample: sudo nestmark verify switch')
    .action(async (options) => {
      const { verifyTheSwitch } = await import('../../verify-switch.ts');
      finish(await verifyTheSwitch(options, terminal));
    });
}
