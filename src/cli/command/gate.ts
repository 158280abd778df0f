import { type Command, Option } from '@commander-js/extra-typings';
import { ASPECTS } from '../../gate/result.ts';
import type { ExitCode } from '../exit-code.ts';
import { share } from '../share.ts';
import type { Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export function addGate(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('gate')
    .summary('say whether nested overhead got worse, in one exit code')
    .description(
      'Compares the overhead ratios of a candidate record with those of a baseline, metric by metric, and ends with 0 (pass), 1 (regressed), 4 (inconclusive) or 5 (made differently).',
    )
    .requiredOption('--baseline <record>', 'record of how it was (JSON Lines)')
    .option('--candidate <record>', 'record of how it is now')
    .option('--margin <share>', 'growth of a time that does not matter', share, 0.03)
    .option('--exact-margin <share>', 'the same for counted instructions and exits', share, 0.005)
    .option('--alpha <share>', 'chance of a false alarm among all metrics together', share, 0.05)
    .option('--paired', 'block n of one record was measured right beside block n of the other')
    .addOption(
      new Option(
        '--allow <aspects...>',
        'differences that are the point of the comparison and do not make it incomparable',
      ).choices(ASPECTS),
    )
    .option(
      '--accept-inconclusive',
      'end with 0 when nothing is known to have regressed, though not all is known',
    )
    .option(
      '--budget <blocks>',
      'measure up to as many blocks more, once, when the records do not tell; the chance of an error stays --alpha',
      wholeNumber(1),
    )
    .option(
      '--collect <command>',
      'how the candidate is measured more, into $NESTMARK_OUT; as its record says when left out',
    )
    .option('--collect-baseline <command>', 'the same for the baseline, which otherwise stays as it is')
    .option(
      '--self-test',
      'gate random halves of the baseline against each other: how often is an alarm false here?',
    )
    .option('--splits <number>', 'random halves of the self-test', wholeNumber(10), 1000)
    .option('--junit <file>', 'also write JUnit XML')
    .option('--markdown <file>', 'also write Markdown')
    .option('--open-metrics <file>', 'also write OpenMetrics text (GitLab metrics report)')
    .option('--bencher <file>', 'also write Bencher Metric Format')
    .option(
      '--smaller-is-better <file>',
      'also write the customSmallerIsBetter JSON of github-action-benchmark',
    )
    .option(
      '--github',
      'append to $GITHUB_STEP_SUMMARY and print annotations; on by itself in GitHub Actions',
    )
    .option('--out <file>', 'also write the whole result (JSON), for nestmark report')
    .option('--json', 'print one JSON document instead of a table')
    .addHelpText(
      'after',
      '\nExamples:\n  nestmark gate --baseline main.jsonl --candidate branch.jsonl --allow kernel --junit gate.xml\n  nestmark gate --baseline main.jsonl --candidate branch.jsonl --budget 20',
    )
    .action(async (options) => {
      const { gate } = await import('../gate.ts');
      finish(await gate(options, terminal));
    });
}
