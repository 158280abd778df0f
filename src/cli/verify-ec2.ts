import { openLibrary } from '../library/library.ts';
import { penaltyChart } from '../report/chart/penalty.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import { BASKET, doing } from '../verify/ec2/basket.ts';
import { type Penalty, penaltyOf, TOLD } from '../verify/ec2/penalty.ts';
import { leftOut, READING, reasonOf } from '../verify/ec2/reasons.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import { Progress } from './progress.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';
import { writeVerification } from './verification-page.ts';

export interface VerifyEc2Options {
  readonly scenario: string;
  readonly pairs: number;
  readonly seed: number;
  readonly out?: string | undefined;
  readonly json?: true | undefined;
}

/** `nestmark verify ec2`. */
export async function verifyEc2(options: VerifyEc2Options, terminal: Terminal): Promise<ExitCode> {
  const library = openLibrary();
  const progress = new Progress(terminal, 'Simulating');
  const { scenario } = valueOrRefuse(library.loadScenario(options.scenario));
  const penalties: Penalty[] = [];
  for (const [index, workload] of BASKET.entries()) {
    terminal.signal.throwIfAborted();
    progress.show(index / BASKET.length, workload);
    const work = valueOrRefuse(library.loadWorkload(workload));
    penalties.push(penaltyOf(doing(scenario, work), workload, options));
  }
  progress.clear();
  if (options.json === true) terminal.out.write(`${JSON.stringify({ told: TOLD, penalties }, null, 2)}\n`);
  else terminal.out.write(textOf(penalties, options));
  const inside = penalties.filter(({ value }) => position(value) === 'inside').length;
  await writeVerification(
    options.out,
    'verify-ec2',
    {
      title: 'What nesting costs on an EC2 instance',
      answer: {
        question: 'Is the 10 to 20 % that people tell of nested VMs on EC2 what comes out?',
        verdict: 'none',
        headline: `${inside} of ${penalties.length} workloads, with every figure at its value`,
        sentence: `${percent(meanOf(penalties.map((penalty) => penalty.inside)))} of all pairs with figures drawn within their bounds fall inside.`,
      },
      lead: `A job in an L2 guest against the same job in an L1 guest of the same instance (${options.scenario}), ${options.pairs} pairs with figures of platform and workload drawn within their bounds, every random number shared within a pair. No figure was set for this.`,
      charts: [penaltyChart(penalties, TOLD)],
      notes: notesOf(penalties),
      command: `nestmark verify ec2 --pairs ${options.pairs} --seed ${options.seed}`,
    },
    { told: TOLD, penalties },
    { terminal, json: options.json === true },
  );
  return EXIT_CODE.fine;
}

const notesOf = (penalties: readonly Penalty[]): readonly string[] => [
  READING,
  ...penalties.map(reasonOf),
  ...leftOut(penalties),
];

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function textOf(penalties: readonly Penalty[], { pairs, scenario }: VerifyEc2Options): string {
  const rows = penalties.map(({ workload, value, low, high, inside, causes, rest }) => [
    workload,
    percent(value),
    `${percent(low)} … ${percent(high)}`,
    position(value),
    percent(inside),
    causes
      .slice(0, 3)
      .map(({ exitClass, share }) => `${exitClass} ${percent(share)}`)
      .join(', '),
    percent(rest),
  ]);
  const head = [
    'Workload',
    'Penalty',
    '95 %',
    'Of 10-20 %',
    'Pairs inside',
    'Its own exits add, of its time in L1',
    'The rest',
  ];
  const among = penalties.filter(({ value }) => position(value) === 'inside').length;
  return `${plainTable(head, rows, 1)}

${among} of ${penalties.length} workloads fall inside 10 to 20 % with every figure at its value; ${percent(
    penalties.reduce((sum, { inside }) => sum + inside, 0) / penalties.length,
  )} of all pairs.
A job in an L2 guest against the same job in an L1 guest of the same instance (${scenario}), ${pairs} pairs with
figures of platform and workload drawn within their bounds. No figure was set for this. The rest: sleeps, wake-ups,
kicks and interrupts, which the simulation brings about itself, and waiting that all of it makes longer.

${notesOf(penalties).join('\n')}
`;
}

const position = (value: number): string =>
  value < TOLD.low ? 'below' : value > TOLD.high ? 'above' : 'inside';
