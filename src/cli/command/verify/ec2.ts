import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../../exit-code.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../whole-number.ts';

export function addVerifyEc2(verify: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  verify
    .command('ec2')
    .summary('what nesting on an EC2 instance costs a basket of lab workloads')
    .description(
      'Runs each workload of a basket in an L2 and in an L1 guest of the same instance with the same random numbers: how much longer a job takes, which exits cause it, and how much of the basket falls inside the 10 to 20 % that people tell.',
    )
    .option('--scenario <file>', 'scenario with one VM to run them in', 'scenarios/ec2-basket.yaml')
    .option('--pairs <number>', 'pairs of runs behind each interval', wholeNumber(20), 60)
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--out <directory>', 'write a page and a JSON document there')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText('after', '\nExample: nestmark verify ec2')
    .action(async (options) => {
      const { verifyEc2 } = await import('../../verify-ec2.ts');
      finish(await verifyEc2(options, terminal));
    });
}
