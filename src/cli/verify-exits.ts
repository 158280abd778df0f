import { CalibrationError } from '../calibrate/measured/calibration-error.ts';
import { verifiedCharts } from '../report/chart/verified.ts';
import { renderComparisons } from '../report/terminal/comparison-table.ts';
import { type Comparison, summariseErrors } from '../verify/comparison.ts';
import { LADDER } from '../verify/exits/published-ladder.ts';
import { verifyLadder } from '../verify/exits/verify-ladder.ts';
import { verifyRecord } from '../verify/exits/verify-record.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { recordOrRefuse } from './refuse-record.ts';
import type { Terminal } from './terminal.ts';
import { writeVerification } from './verification-page.ts';

export interface VerifyExitsOptions {
  readonly record?: string | undefined;
  readonly seed: number;
  readonly out?: string | undefined;
  readonly json?: true | undefined;
}

/** `nestmark verify exits`: 4 when a record is given that has no L3, so that nothing was predicted. */
export async function verifyExits(options: VerifyExitsOptions, terminal: Terminal): Promise<ExitCode> {
  const published = verifyLadder(options.seed);
  const recorded = options.record === undefined ? null : await comparisonsOf(options.record, options.seed);
  const predicted = recorded === null ? null : summariseErrors(recorded);
  if (options.json === true) {
    const parts = { published: { source: LADDER.source, comparisons: published }, recorded };
    terminal.out.write(`${JSON.stringify(parts, null, 2)}\n`);
  } else {
    terminal.out.write(`${LADDER.source}\n\n${renderComparisons(published, 'Operation')}`);
    if (recorded !== null) {
      terminal.out.write(`\n${options.record}\n\n${renderComparisons(recorded, 'Workload')}`);
    }
  }
  const shown = [...published, ...(recorded ?? [])];
  const errors = summariseErrors(shown);
  await writeVerification(
    options.out,
    'verify-exits',
    {
      title: 'The cost of exits from L3, predicted and measured',
      answer: {
        question: 'Fitted on L1 and L2: what does an exit from L3 cost?',
        verdict: 'none',
        headline:
          errors === null ? 'Nothing was predicted' : `Half within ${(100 * errors.median).toFixed(1)} %`,
        sentence:
          errors === null
            ? ''
            : `${errors.count} figures were predicted, the worst is off by ${(100 * errors.largest).toFixed(1)} %.`,
      },
      lead: `${LADDER.source}.${options.record === undefined ? '' : ` And the record ${options.record}.`}`,
      charts: verifiedCharts(shown),
      notes: [
        'The published L3 was known while the mechanism was looked for in the kernel’s source, so this is no blind prediction.',
      ],
      command: `nestmark verify exits${options.record === undefined ? '' : ` --record ${options.record}`} --seed ${options.seed}`,
    },
    { published, recorded },
    { terminal, json: options.json === true },
  );
  if (recorded === null || predicted !== null) return EXIT_CODE.fine;
  terminal.err.write(
    `${options.record}: the record has no exit from L3 to predict; expected one of nestmark bench --lab emulated with three levels of guests\n`,
  );
  return EXIT_CODE.inconclusive;
}

async function comparisonsOf(file: string, seed: number): Promise<readonly Comparison[]> {
  const record = await recordOrRefuse(file);
  try {
    return verifyRecord(record, seed);
  } catch (error) {
    throw error instanceof CalibrationError ? new UserError(error.message) : error;
  }
}
