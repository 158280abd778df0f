import { type Command, Option } from '@commander-js/extra-typings';
import { EXIT_CODE, type ExitCode, UserError } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

const DEFAULT_BLOCKS = 5;

/** `L2=nohz=off`, or several parameters with blanks between them. */
function levelParameters(text: string): { readonly level: number; readonly parameters: readonly string[] } {
  const [, name = '', parameters = ''] = /^(metal|L[12])=(\S.*)$/.exec(text) ?? [];
  if (name === '') {
    throw new UserError(
      `Found --kernel-parameters ${text}, expected a level and its parameters, e.g. L2=nohz=off.`,
    );
  }
  return { level: name === 'metal' ? 0 : Number(name.slice(1)), parameters: parameters.split(/\s+/) };
}

export function addBench(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const bench = program
    .command('bench')
    .enablePositionalOptions()
    .summary('measure real workloads on the metal, in L1 and in L2')
    .description(
      'Boots a ladder of real guests, runs the same workloads at every level of it in random order, block by block, and writes one record.',
    )
    .addOption(
      new Option('--lab <name>', 'where the levels come from').choices([
        'here',
        'emulated',
        'kvm',
        'ssh',
      ] as const),
    )
    .option('--machines <file>', 'the machines of the lab ssh, and how they are reached (YAML)')
    .addOption(
      new Option('--clock <name>', 'wall time, or executed instructions (repeatable)')
        .choices(['time', 'instructions'])
        .default('time' as const),
    )
    .addOption(
      new Option('--effort <size>', 'how much of each workload in each block')
        .choices(['small', 'default'])
        .default('default' as const),
    )
    .option('--boots <number>', 'how often to boot everything anew', wholeNumber(1), 1)
    .option(
      '--blocks <number>',
      'blocks in each boot, each with every workload at every level',
      wholeNumber(1),
      DEFAULT_BLOCKS,
    )
    .option('--vcpus <number>', 'processors of every level (more than one: --clock time)', wholeNumber(1), 1)
    .option(
      '--depth <number>',
      'the innermost level; 3 is a bare guest in L2, measured by the bare-* workloads',
      wholeNumber(0),
      2,
    )
    .option('--kernel <file or package>', 'the guests’ kernel: a Debian package, or a file')
    .option('--qemu <path>', 'another QEMU than the one in PATH')
    .option(
      '--kernel-parameters <level=parameters...>',
      'further kernel parameters of one level, e.g. L2=nohz=off',
    )
    .option('--only <workloads...>', 'these workloads only (nestmark bench list)')
    .option('--tools', 'well-known benchmarks too, where they are installed (--lab here or ssh)', false)
    .option('--seed <number>', 'seed of the workloads and of their order', wholeNumber(0), 1)
    .option('--watch', 'say what is being measured, in plain lines when there is no terminal', false)
    .option('--out <file>', 'record to write (JSON Lines); FILE.partial until it is complete')
    .option('--resume <file>', 'go on with the run that was to write this record and was cut off')
    .addHelpText(
      'after',
      '\nExamples:\n  nestmark bench --lab emulated --clock instructions --out record.jsonl\n  nestmark bench --resume record.jsonl\n  nestmark bench list',
    )
    .action(async ({ lab, resume: resumed, ...options }) => {
      const { bench: run, resume } = await import('../bench.ts');
      if (resumed !== undefined) {
        if (options.out !== undefined || lab !== undefined) {
          throw new UserError('--resume goes on as the run was planned: leave out --lab and --out.');
        }
        finish(await resume({ out: resumed, watch: options.watch }, terminal));
        return;
      }
      if (lab === undefined)
        throw new UserError('Say where the levels come from: --lab here, emulated, kvm or ssh.');
      const { out } = options;
      if (out === undefined) throw new UserError('Say where the record is to be written: --out FILE.');
      if ((lab === 'ssh') !== (options.machines !== undefined)) {
        throw new UserError(
          'The lab ssh, and no other, needs a file of machines: --lab ssh --machines FILE.',
        );
      }
      const kernelParameters = (options.kernelParameters ?? []).map(levelParameters);
      const { machines, kernel, qemu, only } = options;
      finish(await run({ ...options, lab, out, machines, kernel, qemu, only, kernelParameters }, terminal));
    });
  bench
    .command('profile')
    .summary('write a measured workload as one that scenarios can name')
    .argument('<record>', 'record of nestmark bench')
    .requiredOption('--workload <name>', 'which of its workloads')
    .requiredOption('--out <file>', 'workload file to write')
    .addHelpText(
      'after',
      '\nExample: nestmark bench profile record.jsonl --workload compress --out scenarios/workloads/measured-compress.yaml',
    )
    .action(async (record, options) => {
      const { benchProfile } = await import('../bench-profile.ts');
      await benchProfile({ record, ...options }, terminal);
      finish(EXIT_CODE.fine);
    });
  bench
    .command('contention')
    .summary('how much slower guests get that are busy on the same CPUs')
    .description(
      'Boots L1 guests side by side on the emulated metal, and has 1, 2 and so on of them busy at once.',
    )
    .option('--guests <number>', 'guests of one vCPU each', wholeNumber(1), 3)
    .option('--cpus <number>', 'CPUs of the metal', wholeNumber(1), 1)
    .option('--watch', 'say what is being done, in plain lines when there is no terminal', false)
    .option('--out <file>', 'JSON file to write')
    .addHelpText('after', '\nExample: nestmark bench contention --guests 4 --out contention.json')
    .action(async (options) => {
      const { benchContention } = await import('../bench-contention.ts');
      finish(await benchContention({ ...options, out: options.out }, terminal));
    });
  bench
    .command('list')
    .summary('the workloads and what each is for')
    .option('--json', 'one JSON document', false)
    .action(async (options) => {
      const { benchList } = await import('../bench-list.ts');
      benchList(options, terminal);
      finish(EXIT_CODE.fine);
    });
}
