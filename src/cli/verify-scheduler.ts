import { MissingHere } from '../verify/scheduler/missing-here.ts';
import { type SchedulerVerification, verifyScheduler } from '../verify/scheduler/verify-scheduler.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import { renderSchedulerVerification } from './scheduler-verification.ts';
import type { Terminal } from './terminal.ts';
import { ownVersion } from './version.ts';

export interface VerifySchedulerOptions {
  readonly repetitions: number;
  readonly block: number;
  readonly json?: true;
}

const EXIT_OF: Readonly<Record<SchedulerVerification['verdict'], ExitCode>> = {
  within: EXIT_CODE.fine,
  beyond: EXIT_CODE.answeredNo,
  inconclusive: EXIT_CODE.inconclusive,
};

/** `nestmark verify scheduler`. */
export async function verifySchedulerHere(
  { repetitions, block, json }: VerifySchedulerOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const progress = new Progress(terminal, 'Measuring');
  try {
    const verification = await verifyScheduler({
      repetitions,
      blockSeconds: block,
      signal: terminal.signal,
      onProgress: (share, detail) => progress.show(share, detail),
    });
    progress.clear();
    if (json === true) {
      const document = {
        schema: 'nestmark/scheduler-verification@1',
        version: ownVersion(),
        ...verification,
      };
      terminal.out.write(`${JSON.stringify(document, null, 2)}\n`);
    } else terminal.out.write(renderSchedulerVerification(verification));
    return EXIT_OF[verification.verdict];
  } catch (error) {
    if (error instanceof MissingHere) throw new UserError(error.message, EXIT_CODE.machineLacks);
    throw error;
  } finally {
    progress.clear();
  }
}
