import { Ansis } from 'ansis';
import type { BenchRecord } from '../../bench/record/record.ts';
import { type ExitPass, exitPasses } from '../measured/exits.ts';
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
    ...exitSection(record, bold),
    ...blockSection(record, bold, width),
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

/** Exits of one operation: of each guest, by each hypervisor below that counted them. */
function exitSection(record: BenchRecord, bold: (text: string) => string): readonly string[] {
  const passes = exitPasses(record);
  if (passes.length === 0) return [];
  const nameOf = (level: number): string =>
    record.levels.find((line) => line.level === level)?.name ?? `level ${level}`;
  const pairs = [...new Map(passes.map((pass) => [pairKey(pass), pass])).values()].sort(
    (a, b) => a.level - b.level || b.countedAt - a.countedAt,
  );
  const workloads = [...new Set(passes.map(({ workload }) => workload))];
  const rows = workloads.map((workload) => {
    const own = passes.filter((pass) => pass.workload === workload);
    const direct = own.find((pass) => pass.countedAt === pass.level - 1);
    return [
      workload,
      ...pairs.map((pair) => {
        const pass = own.find((each) => pairKey(each) === pairKey(pair));
        return pass === undefined ? '—' : plainText(pass.total);
      }),
      direct === undefined ? '' : reasonsText(direct),
    ];
  });
  const head = pairs.map(({ level, countedAt }) => `${nameOf(level)} at ${nameOf(countedAt)}`);
  const title = bold('Exits of one operation, and which they are at the first of these');
  return [`${title}\n${plainTable(['Workload', ...head, ''], rows, 1)}`];
}

const pairKey = ({ level, countedAt }: ExitPass): string => `${level}/${countedAt}`;

/** The reasons that make up most of it. */
function reasonsText({ parts }: ExitPass): string {
  return [...parts]
    .sort(([, a], [, b]) => b - a)
    .filter(([, count], index) => index < 2 && count >= 0.05)
    .map(([reason, count]) => `${reason} ${plainText(count)}`)
    .join(', ');
}

/** Only when there is more to say than that all went well. */
function blockSection(record: BenchRecord, bold: (text: string) => string, width: number): readonly string[] {
  const { blocks } = record;
  if (blocks.length === 0) return [];
  const valid = blocks.filter((block) => block.valid).length;
  const disturbed = blocks
    .filter((block) => !block.valid)
    .map(({ block, reasons }) => `  ${wrap(`block ${block}: ${reasons.join('; ')}`, width - 2, 2)}`);
  return [[`${bold('Blocks')}\n${valid} of ${blocks.length} valid`, ...disturbed].join('\n')];
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
