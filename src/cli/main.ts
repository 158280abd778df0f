import { Command, CommanderError } from '@commander-js/extra-typings';
import { FileNotWritten } from '../bench/record/file-not-written.ts';
import { addBench } from './command/bench.ts';
import { addCalibrate } from './command/calibrate.ts';
import { addCatalogue } from './command/catalogue.ts';
import { addCheck } from './command/check.ts';
import { addCompare } from './command/compare.ts';
import { addDoctor } from './command/doctor.ts';
import { addGate } from './command/gate.ts';
import { addHistory } from './command/history.ts';
import { addPlan } from './command/plan.ts';
import { addPlatforms } from './command/platforms.ts';
import { addReport } from './command/report.ts';
import { addSensitivity } from './command/sensitivity.ts';
import { addSimulate } from './command/simulate.ts';
import { addSweep } from './command/sweep.ts';
import { addVerify } from './command/verify.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

/**
 * The command line: parses, runs one command, and turns whatever comes of it into an exit code. Known failures
 * are printed as one message; unknown ones are our own bug and say so, with a stack trace to report.
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const abort = new AbortController();
  const stop = (): void => abort.abort(new UserError('Stopped.', EXIT_CODE.interrupted));
  process.once('SIGINT', stop);
  process.stdout.on('error', endWhenNobodyReads);
  process.once('SIGTERM', stop);
  const terminal: Terminal = {
    out: process.stdout,
    err: process.stderr,
    columns: process.stdout.columns ?? 100,
    signal: abort.signal,
  };
  let code: ExitCode = EXIT_CODE.fine;
  const program = commandLine(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    // What fails after Ctrl-C fails because of it: a tool that was killed, a pipe that was closed.
    return explain(abort.signal.aborted ? abort.signal.reason : error, terminal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** `nestmark … | head` has read what it wanted: that is no failure, and there is nobody left to tell. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT_CODE.fine);
  throw error;
}

function commandLine(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command('nestmark')
    .description('Measure, simulate and plan nested virtualization: hypervisors inside virtual machines.')
    .version(ownVersion())
    .showHelpAfterError('(nestmark --help lists the commands, nestmark COMMAND --help their options)')
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
    })
    // A command's own commands may have options of the same name, as `bench profile --out` has.
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 answered with no (a target missed), 2 bad input or usage, 3 the machine lacks\nsomething, 4 inconclusive, 5 incomparable, 70 a bug of nestmark.',
    );
  addSimulate(program, terminal, finish);
  addCompare(program, terminal, finish);
  addSensitivity(program, terminal, finish);
  addSweep(program, terminal, finish);
  addDoctor(program, terminal, finish);
  addBench(program, terminal, finish);
  addCalibrate(program, terminal, finish);
  addGate(program, terminal, finish);
  addHistory(program, terminal, finish);
  addCatalogue(program, terminal, finish);
  addPlan(program, terminal, finish);
  addReport(program, terminal, finish);
  addCheck(program, terminal, finish);
  addPlatforms(program, terminal, finish);
  addVerify(program, terminal, finish);
  return program;
}

function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT_CODE.fine : EXIT_CODE.badInput;
  }
  if (error instanceof UserError) {
    terminal.err.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof FileNotWritten) {
    terminal.err.write(`${error.message}\n`);
    return error.isMisnamed ? EXIT_CODE.badInput : EXIT_CODE.machineLacks;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err.write(
    `This is a bug of nestmark ${ownVersion()}; please report it with these lines:\n${stack}\n`,
  );
  return EXIT_CODE.ownBug;
}
