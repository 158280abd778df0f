import { Ansis } from 'ansis';
import type { BenchRecord } from '../../bench/record/record.ts';
import { type MeasuredWorkload, measuredWorkloads } from '../measured/summary.ts';
import { countText, durationText, plainText } from '../text/figure.ts';
import { plainTable } from './plain-table.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** A record for a terminal: what each level ran on, what each workload cost there, what could not be measured. */
export function renderRecord(record: BenchRecord, options: TableOptions = {}): string {
  const width = widthOf(options);
  const { bold } = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const losses = lossesOf(record).map((text) => `  ${wrap(text, width - 2, 2)}`);
  return [
    `${bold('Levels')}\n${levelTable(record)}`,
    `${bold('Cost of one operation: median, and how many times the metal’s')}\n${costTable(record)}`,
    ...(losses.length === 0 ? [] : [`${bold('Not measured')}\n${losses.join('\n')}`]),
  ].join('\n\n');
}

function levelTable({ levels }: BenchRecord): string {
  const rows = levels.map(({ name, accelerator, bootTries, bootSeconds }) => [
    name,
    `${accelerator.name}, ${accelerator.verified ? 'verified' : 'not verified'}`,
    String(bootTries),
    `${plainText(bootSeconds)} s`,
  ]);
  return plainTable(['Level', 'Runs on', 'Boots tried', 'Boot'], rows, 2);
}

function costTable(record: BenchRecord): string {
  const measured = measuredWorkloads(record);
  const levels = record.levels.map(({ level, name }) => ({ level, name }));
  const workloads = [...new Set(measured.map(({ workload }) => workload))];
  const rows = workloads.map((workload) => [
    workload,
    ...levels.flatMap(({ level }) => {
      const found = measured.find((entry) => entry.workload === workload && entry.level === level);
      return level === levels[0]?.level ? [costText(found)] : [costText(found), ratioText(found)];
    }),
  ]);
  const head = ['Workload', ...levels.flatMap(({ name }, index) => (index === 0 ? [name] : [name, '×']))];
  return plainTable(head, rows, 1);
}

function costText(measured: MeasuredWorkload | undefined): string {
  if (measured === undefined) return '—';
  const { cost, unit } = measured;
  if (unit === 'instructions') return `${countText(Math.round(cost.mean))} instr`;
  const duration = durationText(cost, 'three digits');
  return `${duration.mean} ${duration.unit}`;
}

const ratioText = (measured: MeasuredWorkload | undefined): string =>
  measured?.ratio == null ? '' : plainText(measured.ratio.mean);

function lossesOf({ missing, skipped }: BenchRecord): readonly string[] {
  return [
    ...missing.map(({ level, reason, tries }) => `level ${level}, after ${tries} tries: ${reason}`),
    ...skipped.map(({ level, workload, reason }) => `${workload} at level ${level}: ${reason}`),
  ];
}
