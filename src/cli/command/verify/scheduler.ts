import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { ExitCode } from '../../exit-code.ts';
import type { Terminal } from '../../terminal.ts';
import { wholeNumber } from '../../whole-number.ts';

export function addVerifyScheduler(
  verify: Command,
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): void {
  verify
    .command('scheduler')
    .summary("this machine's own scheduler against the exact engine")
    .description(
      "Runs threads pinned to one or two CPUs, up to eight on one, by weight and in turns with sleep, and reads the kernel's\nown counts of their run and wait times; simulates the same; prints predicted against measured.",
    )
    .option('--repetitions <number>', 'blocks of each experiment', wholeNumber(1), 4)
    .option('--block <seconds>', 'length of a block', seconds, 2)
    .option('--out <directory>', 'write a page and a JSON document there')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText(
      'after',
      '\nBlocks in which others had more than 3 % of the CPUs, or the level below took more than 1 %, do not count. As root the\nthreads are put above whatever else runs there. The aim is a median error of 10 % of shares and waits.\n\nExample: nestmark verify scheduler',
    )
    .action(async (options) => {
      const { verifySchedulerHere } = await import('../../verify-scheduler.ts');
      finish(await verifySchedulerHere(options, terminal));
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0.2 && value <= 600) return value;
  throw new InvalidArgumentError(`found ${text}, expected seconds from 0.2 to 600.`);
}
