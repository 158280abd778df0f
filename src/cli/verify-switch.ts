import { renderComparisons } from '../report/terminal/comparison-table.ts';
import { SwitchUnavailable } from '../verify/switch/real-switch.ts';
import { AIM, type SwitchVerification, verifySwitch } from '../verify/switch/verify-switch.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface VerifySwitchOptions {
  readonly repetitions: number;
  readonly json?: true;
}

/** `nestmark verify switch`. */
export async function verifyTheSwitch(options: VerifySwitchOptions, terminal: Terminal): Promise<ExitCode> {
  const progress = new Progress(terminal, 'Sending');
  const { repetitions } = options;
  try {
    const answer = await verifySwitch(repetitions, terminal.signal, (share) =>
      progress.show(share, `${Math.round(share * repetitions)} of ${repetitions} rounds`),
    );
    progress.clear();
    if (options.json === true) terminal.out.write(`${JSON.stringify(answer, null, 2)}\n`);
    else terminal.out.write(inWords(answer));
    return { held: EXIT_CODE.fine, missed: EXIT_CODE.answeredNo, inconclusive: EXIT_CODE.inconclusive }[
      answer.verdict
    ];
  } catch (error) {
    if (error instanceof SwitchUnavailable) throw new UserError(error.message, EXIT_CODE.machineLacks);
    throw error;
  } finally {
    progress.clear();
  }
}

function inWords({ comparisons, costs, points, verdict }: SwitchVerification): string {
  const aim = `${100 * AIM} %`;
  const said = {
    held: `Held: no undisturbed prediction is off by more than ${aim}.`,
    missed: `Missed: some prediction is off by more than ${aim}.`,
    inconclusive: 'Inconclusive: other work had the CPU in most of the runs. Try again on a quieter machine.',
  }[verdict];
  const disturbed = points.reduce((sum, point) => sum + point.disturbed, 0);
  const runs = points.reduce((sum, point) => sum + point.samples.length, 0);
  return [
    renderComparisons(comparisons, 'Linux bridge'),
    `Calibrated on 2 and 4 ports: ${costs.learning.frame} ns a frame where addresses are learned, ` +
      `${costs.hub.frame} ns in a hub and ${costs.hub.copy} ns for each copy, made and dropped.`,
    disturbed === 0 ? '' : `${disturbed} of ${runs} runs were disturbed by other work or another machine.`,
    said,
    '',
  ]
    .filter((line, index, all) => line !== '' || index === all.length - 1)
    .join('\n');
}
