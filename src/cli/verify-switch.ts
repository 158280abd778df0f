import { verifiedCharts } from '../report/chart/verified.ts';
import { renderComparisons } from '../report/terminal/comparison-table.ts';
import { relativeError } from '../verify/comparison.ts';
import { AIM, type SwitchVerification } from '../verify/switch/judgement.ts';
import { SwitchUnavailable } from '../verify/switch/real-switch.ts';
import { verifySwitch } from '../verify/switch/verify-switch.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';
import { writeVerification } from './verification-page.ts';

export interface VerifySwitchOptions {
  readonly repetitions: number;
  readonly out?: string;
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
    await writeVerification(
      options.out,
      'verify-switch',
      {
        title: 'The Linux bridge, predicted and measured',
        answer: {
          question: 'Does the model predict a real Linux bridge, as a learning switch and as a hub?',
          verdict: ({ held: 'yes', missed: 'no', inconclusive: 'unsure' } as const)[answer.verdict],
          headline: ({ held: 'Yes', missed: 'No', inconclusive: 'It cannot be told' } as const)[
            answer.verdict
          ],
          sentence: offText(answer.comparisons),
        },
        lead: 'Network namespaces, veth pairs and a bridge, with learning and with ageing 0; throughput and CPU time of each frame at several rates.',
        charts: verifiedCharts(answer.comparisons, AIM),
        notes: [],
        command: `nestmark verify switch --repetitions ${repetitions}`,
      },
      answer,
      { terminal, json: options.json === true },
    );
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

/** How many predictions missed the aim, and which by the most. */
function offText(comparisons: SwitchVerification['comparisons']): string {
  const predicted = comparisons.filter(({ fitted }) => !fitted);
  const off = predicted.filter((row) => Math.abs(relativeError(row)) > AIM);
  const aim = `Calibrated on 2 and 4 ports only, each point is to be within ${100 * AIM} %`;
  if (off.length === 0) return `${aim}, and all ${predicted.length} are.`;
  const worst = off.reduce((a, b) => (Math.abs(relativeError(b)) > Math.abs(relativeError(a)) ? b : a));
  return `${aim}: ${off.length} of ${predicted.length} are not, most of all ${worst.name}, ${(100 * relativeError(worst)).toFixed(0)} % off.`;
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
