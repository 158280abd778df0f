import type { SelfTest } from '../../gate/self-test.ts';
import { plainTable } from './plain-table.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** How often the gate raises an alarm when nothing changed, on the machine a record was made on. */
export function renderSelfTest(found: SelfTest, name: string, options: TableOptions = {}): string {
  const head = `${name} against itself: ${found.splits} times its blocks were dealt into two halves of ${found.blocks}, and ${found.metrics} metrics of one gated against the other. Nothing had changed, so every alarm is a false one.`;
  const table = plainTable(
    ['Verdict on the whole', 'Share'],
    [
      ['regressed (a false alarm)', percent(found.falseAlarms)],
      ['inconclusive', percent(found.inconclusive)],
      ['pass', percent(found.pass)],
    ],
    1,
  );
  const alarms =
    found.alarms.length === 0
      ? ''
      : `\n${plainTable(
          ['Metric that raised it', 'Share'],
          found.alarms.slice(0, 10).map(({ name: metric, share }) => [metric, percent(share)]),
          1,
        )}\n`;
  return `${wrap(head, widthOf(options))}\n\n${table}\n${alarms}`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
