import { openLibrary } from '../library/library.ts';
import { penaltyChart } from '../report/chart/penalty.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import { type Penalty, penaltyOf, TOLD } from '../verify/ec2/penalty.ts';
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

/** Compile, web server, database, CI pipeline, idle desktop, file server, malware lab. */
const BASKET = ['compile', 'web-server', 'database', 'ci-step', 'desktop', 'file-server', 'malware-sample'];

/** `nestmark verify ec2`. */
export async function verifyEc2(options: VerifyEc2Options, terminal: Terminal): Promise<ExitCode> {
  const library = openLibrary();
  const progress = new Progress(terminal, 'Simulating');
  const penalties: Penalty[] = [];
  for (const [index, workload] of BASKET.entries()) {
    terminal.signal.throwIfAborted();
    progress.show(index / BASKET.length, workload);
    const path = ['template', 'vms', 0, 'workload'];
    const settings = [{ name: 'template.vms[0].workload', path, value: workload }];
    const { scenario } = valueOrRefuse(library.loadScenario(options.scenario, { settings }));
    penalties.push(penaltyOf(scenario, workload, options));
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
      notes: WHY,
      command: `nestmark verify ec2 --pairs ${options.pairs} --seed ${options.seed}`,
    },
    { told: TOLD, penalties },
    { terminal, json: options.json === true },
  );
  return EXIT_CODE.fine;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What comes out below what people tell does so for these reasons, and may in truth be more. */
const WHY: readonly string[] = [
  'A workload pays for its exits: one that computes for long between them is nearly as fast nested. The exits listed are its own; sleeps, wake-ups and frames, which the simulation brings about itself, come on top.',
  'Page walks are longer in a nested VM only as far as a workload says how often it misses the TLB: with 0.5 million misses in a second of work and 20 more references of 5 ns each, that is 5 %. Programs with large working sets may miss far more often.',
  'The instance has its CPUs to itself, and the guest is alone: what people compare in practice shares an instance with other guests, and its hypervisor’s own services.',
  'Device models in user space (QEMU) take longer than the vhost path whose costs are published, and colder caches after each switch between levels are in no published figure.',
  'Nobody publishes exits for each request of such programs: the counts are assumptions with wide bounds, which is most of the width of the bars. Measure yours: count KVM’s exits (perf kvm stat) and put them into a copy of the workload.',
];

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function textOf(penalties: readonly Penalty[], { pairs, scenario }: VerifyEc2Options): string {
  const rows = penalties.map(({ workload, value, low, high, inside, causes }) => [
    workload,
    percent(value),
    `${percent(low)} … ${percent(high)}`,
    position(value),
    percent(inside),
    causes
      .slice(0, 3)
      .map(({ exitClass, share }) => `${exitClass} ${percent(share)}`)
      .join(', '),
  ]);
  const head = [
    'Workload',
    'Penalty',
    '95 %',
    'Of 10-20 %',
    'Pairs inside',
    'Its own exits, of a second of work',
  ];
  const among = penalties.filter(({ value }) => position(value) === 'inside').length;
  return `${plainTable(head, rows, 1)}

${among} of ${penalties.length} workloads fall inside 10 to 20 % with every figure at its value; ${percent(
    penalties.reduce((sum, { inside }) => sum + inside, 0) / penalties.length,
  )} of all pairs.
A job in an L2 guest against the same job in an L1 guest of the same instance (${scenario}), ${pairs} pairs with
figures of platform and workload drawn within their bounds. No figure was set for this. What comes out below 10 % exits
seldom for the work it does; sleeps, wake-ups and frames, which the simulation brings about itself, come on top of the
exits listed. Longer page walks and colder caches of a nested VM count only as far as the platform says what they cost.
`;
}

const position = (value: number): string =>
  value < TOLD.low ? 'below' : value > TOLD.high ? 'above' : 'inside';
