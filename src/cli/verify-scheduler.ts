import { verifiedCharts } from '../report/chart/verified.ts';
import { MissingHere } from '../verify/scheduler/missing-here.ts';
import { type SchedulerVerification, verifyScheduler } from '../verify/scheduler/verify-scheduler.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import { renderSchedulerVerification } from './scheduler-verification.ts';
import type { Terminal } from './terminal.ts';
import { writeVerification } from './verification-page.ts';
import { ownVersion } from './version.ts';

export interface VerifySchedulerOptions {
  readonly repetitions: number;
  readonly block: number;
  readonly out?: string;
  readonly json?: true;
}

const EXIT_OF: Readonly<Record<SchedulerVerification['verdict'], ExitCode>> = {
  within: EXIT_CODE.fine,
  beyond: EXIT_CODE.answeredNo,
  inconclusive: EXIT_CODE.inconclusive,
};

/** `nestmark verify scheduler`. */
export async function verifySchedulerHere(
  { repetitions, block, json, out }: VerifySchedulerOptions,
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
    const document = { schema: 'nestmark/scheduler-verification@1', version: ownVersion(), ...verification };
    if (json === true) {
      terminal.out.write(`${JSON.stringify(document, null, 2)}\n`);
    } else terminal.out.write(renderSchedulerVerification(verification));
    const { verdict, scheduler, withoutAnswer, comparisons } = verification;
    await writeVerification(
      out,
      'verify-scheduler',
      {
        title: 'This machine’s scheduler, predicted and measured',
        answer: {
          question: 'Does the exact engine predict this machine’s scheduler?',
          verdict: ({ within: 'yes', beyond: 'no', inconclusive: 'unsure' } as const)[verdict],
          headline: ({ within: 'Yes', beyond: 'No', inconclusive: 'It cannot be told' } as const)[verdict],
          sentence: `The aim is a median error of ${100 * verification.aim} % of shares and of waits.`,
        },
        lead: `${scheduler}. Threads pinned to one or two CPUs, their run and wait times as the kernel counts them, against the same threads simulated. Nothing was fitted.`,
        charts: verifiedCharts(comparisons),
        notes: withoutAnswer.map(({ experiment, reason }) => `No answer for ${experiment}: ${reason}.`),
        command: `nestmark verify scheduler --repetitions ${repetitions} --block ${block}`,
      },
      document,
      { terminal, json: json === true },
    );
    return EXIT_OF[verdict];
  } catch (error) {
    if (error instanceof MissingHere) throw new UserError(error.message, EXIT_CODE.machineLacks);
    throw error;
  } finally {
    progress.clear();
  }
}
