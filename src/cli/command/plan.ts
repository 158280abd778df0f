import { availableParallelism } from 'node:os';
import { type Command, Option } from '@commander-js/extra-typings';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

export function addPlan(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('plan')
    .summary('say how many seats fit, on what, and at what price')
    .description(
      'Looks for the cheapest hosts on which every seat of a template holds its targets, and says what binds, what would change it and how sure that is.',
    )
    .argument('<template>', 'template by name (scenarios/templates), or its file')
    .option('--seats <number>', "seats wanted; the template's, when left out", wholeNumber(1))
    .option(
      '--hosts <filter>',
      "which hosts: a catalogue (ec2, azure, gcp, own), all, metal, virtual, a name with *, comparisons such as memory>=64GiB; | for or, ! for not; the template's, when left out",
    )
    .option('--catalogue <file>', 'a catalogue file of your own, looked at before what is shipped')
    .option('--platform <name>', "platform profile for all hosts, in place of each catalogue's own")
    .option(
      '--target <target>',
      'comfortable, workable or demo; or NAME=VALUE: probe-p95-slowdown, ready, boot-all-within, frames-arrived, memory-headroom, disk-use, network-use; may be repeated',
      collect,
    )
    .option('--probability <share>', 'chance that a class holds every target', share, 0.95)
    .option('--sessions <number>', 'how often the hosts are started', wholeNumber(1))
    .option('--hours <number>', 'hours of one session', Number)
    .option('--spot', 'take spot prices where there are some, whatever the template says')
    .addOption(
      new Option('--price-date <date>', 'warn of prices much older than this day; today, when left out'),
    )
    .option('--seed <number>', 'seed of all random streams', wholeNumber(0), 1)
    .option('--workers <number>', 'threads; the answer does not depend on it', wholeNumber(1))
    .option('--quick', 'only what fits, by the fluid engine: not confirmed, and without advice')
    .option('--explain', 'list where every number comes from')
    .option('--out <directory>', 'write the plan there: HTML and JSON')
    .option('--pictures', 'with --out: each chart as SVG and PNG too')
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText(
      'after',
      '\nExample: nestmark plan vsphere-course --seats 24 --hosts "ec2 virtual" --out reports/out',
    )
    .action(async (template, options) => {
      const { plan } = await import('../plan.ts');
      finish(await plan({ workers: availableParallelism(), ...options, template }, terminal));
    });
}
