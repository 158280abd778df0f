import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';

export function addCatalogue(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('catalogue')
    .summary('list hosts one can rent or buy')
    .description('Lists the hosts of the catalogues with sizes, dated prices and sources.')
    .argument(
      '[filter]',
      'which hosts, as in plan --hosts: ec2, metal, m8i.*, "memory>=64GiB price<5"',
      'all',
    )
    .option('--catalogue <file>', 'a catalogue file of your own, looked at first')
    .option('--price-date <date>', 'warn of prices much older than this day; today, when left out')
    .option(
      '--refresh <region>',
      "ask EC2's API which types can nest now (needs @aws-sdk/client-ec2 and credentials) and say what differs",
    )
    .option(
      '--out <file>',
      "with --refresh: write them there as a catalogue with today's prices (needs @aws-sdk/client-pricing too)",
    )
    .option('--json', 'print one JSON document instead of a table')
    .addHelpText('after', '\nExample: nestmark catalogue "ec2 virtual memory>=256GiB price<4"')
    .action(async (filter, options) => {
      const { catalogue } = await import('../catalogue.ts');
      finish(await catalogue({ ...options, filter }, terminal));
    });
}
