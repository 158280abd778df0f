import type { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { addVerifyEc2 } from './verify/ec2.ts';
import { addVerifyExits } from './verify/exits.ts';
import { addVerifyScheduler } from './verify/scheduler.ts';
import { addVerifySwitch } from './verify/switch.ts';

/** Adds one `nestmark verify WHAT` to the command; its options are its own. */
export type AddVerification = (verify: Command, terminal: Terminal, finish: (code: ExitCode) => void) => void;

/** What can be verified, in the order `--help` lists it. Code of each: src/verify/WHAT/; options: command/verify/WHAT.ts. */
const VERIFICATIONS: readonly AddVerification[] = [
  addVerifyScheduler,
  addVerifySwitch,
  addVerifyExits,
  addVerifyEc2,
];

export function addVerify(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const verify = program
    .command('verify')
    .summary('hold predictions of the model against reality')
    .description('Predicts what was or can be measured, and prints predicted against measured.');
  for (const add of VERIFICATIONS) add(verify, terminal, finish);
}
