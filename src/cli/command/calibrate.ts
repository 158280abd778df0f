import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { expectedQuantity, parseQuantity } from '../../model/scenario/quantity.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

function weight(text: string, known: readonly number[] | undefined): readonly number[] {
  const value = Number(text);
  if (!(value > 0 && value < 1e9)) throw new InvalidArgumentError('Expected a number above 0, such as 2.');
  return [...(known ?? []), value];
}

function kibibytes(text: string): number {
  const size = parseQuantity('size', text);
  if (!size.ok || size.value < 1024) {
    throw new InvalidArgumentError(`Expected ${expectedQuantity('size')}, at least 1 KiB.`);
  }
  return size.value / 1024;
}

export function addCalibrate(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('calibrate')
    .summary('fit a platform profile to records, or to what was published')
    .description(
      'Fits the exit-cost recursion to benchmark records or published tables and writes it as a platform profile. Records of one stack are its boots; several stacks are fitted one by one and merged by weight.',
    )
    .argument('<files...>', 'records of nestmark bench (.jsonl), tables such as platforms/published/pvm.yaml')
    .option('--weights <numbers...>', 'of each stack, in the order they are named (default: equal)', weight)
    .option(
      '--processor <record>',
      'what threads and caches of cores are fitted on, where other records do not tell: as of bench --lab here',
    )
    .option(
      '--working-set <size>',
      'of the tasks that move from core to core, such as 512 KiB (default: 256 KiB, with wide bounds)',
      kibibytes,
    )
    .requiredOption('--out <file>', 'platform profile to write (YAML)')
    .option('--seed <number>', 'seed of the bootstrap', wholeNumber(0), 1)
    .option('--json', 'print one JSON document instead of tables')
    .addHelpText(
      'after',
      '\nExamples:\n  nestmark calibrate record.jsonl --out platforms/mine.yaml\n  nestmark calibrate platforms/published/pvm.yaml --out platforms/literature.yaml\n  nestmark calibrate record.jsonl --processor here.jsonl --working-set "512 KiB" --out platforms/mine.yaml',
    )
    .action(async (files, options) => {
      const { calibrateFiles } = await import('../calibrate.ts');
      finish(await calibrateFiles({ ...options, files }, terminal));
    });
}
