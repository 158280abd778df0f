import { Ansis } from 'ansis';
import { type ExitsOfOne, hasOwnExits, LEAST_OWN_EXITS } from '../../bench/record/exits-of-one.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import { exitsInOrder } from '../measured/exits.ts';
import { lossesByLevel } from '../measured/losses.ts';
import { type MeasuredWorkload, measuredWorkloads } from '../measured/summary.ts';
import { LEFT_OUT } from '../text/exits.ts';
import { durationText, plainText, countText as wholeText } from '../text/figure.ts';
import { skippedTexts } from '../text/skipped.ts';
import { levelName } from '../text/wording.ts';
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
    `${bold(costTitle(record))}\n${costTable(record)}`,
    ...exitSection(record, bold, width),
    ...blockSection(record, bold, width),
    ...lostSection(record, bold, width),
    ...(losses.length === 0 ? [] : [`${bold('Not measured')}\n${losses.join('\n')}`]),
  ].join('\n\n');
}

/** How often a level was lost stands there when one was. */
function levelTable(record: BenchRecord): string {
  const lost = lossesByLevel(record);
  const shown = lost.size > 0;
  const rows = record.levels.map(({ level, name, accelerator, bootTries, bootSeconds }) => [
    name,
    `${accelerator.name}, ${accelerator.verified ? 'verified' : 'not verified'}`,
    String(bootTries),
    ...(shown ? [String(lost.get(level)?.length ?? 0)] : []),
    `${plainText(bootSeconds)} s`,
  ]);
  return plainTable(['Level', 'Runs on', 'Boots tried', ...(shown ? ['Lost'] : []), 'Boot'], rows, 2);
}

/** There is nothing to compare one level with. */
function costTitle({ levels: [lowest, ...above] }: BenchRecord): string {
  const title = 'Cost of one operation: median';
  if (lowest === undefined || above.length === 0) return title;
  return `${title}, and how many times ${lowest.level === 0 ? 'the metal' : lowest.name}’s`;
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
function exitSection(record: BenchRecord, bold: (text: string) => string, width: number): readonly string[] {
  const passes = exitsInOrder(record);
  if (passes.length === 0) return [];
  const nameOf = (level: number): string =>
    record.levels.find((line) => line.level === level)?.name ?? `level ${level}`;
  const pairs = [...new Map(passes.map((pass) => [pairKey(pass), pass])).values()].sort(
    (a, b) => a.level - b.level || b.countedAt - a.countedAt,
  );
  const workloads = [...new Set(passes.map(({ workload }) => workload))];
  const own = passes.filter(hasOwnExits);
  const rows = workloads
    .filter((name) => own.some(({ workload }) => workload === name))
    .map((name) => {
      const direct = own.find((pass) => pass.workload === name && pass.countedAt === pass.level - 1);
      return [
        name,
        ...pairs.map((pair) => {
          const pass = passes.find((each) => each.workload === name && pairKey(each) === pairKey(pair));
          return pass === undefined ? '—' : countText(pass.own.median);
        }),
        direct === undefined ? '' : kindsText(direct),
      ];
    });
  const head = pairs.map(({ level, countedAt }) => `${nameOf(level)} at ${nameOf(countedAt)}`);
  const title = bold('Exits of one operation by who counted them, and which they are at the first of these');
  const none = workloads.filter((name) => !own.some(({ workload }) => workload === name));
  const notes = [
    `Medians of blocks. ${LEFT_OUT}`,
    ...(none.length === 0 ? [] : [`None of their own: ${none.join(', ')}.`]),
  ].map((note) => `  ${wrap(note, width - 2, 2)}`);
  return [[title, plainTable(['Workload', ...head, 'Mostly'], rows, 1), ...notes].join('\n')];
}

const pairKey = ({ level, countedAt }: ExitsOfOne): string => `${level}/${countedAt}`;

const countText = (count: number): string => (count < LEAST_OWN_EXITS ? '0' : plainText(count));

/** The classes that make up most of it. */
function kindsText({ byKind }: ExitsOfOne): string {
  return [...byKind]
    .filter(([, count], index) => index < 2 && count >= LEAST_OWN_EXITS)
    .map(([kind, count]) => `${kind} ${plainText(count)}`)
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
  if (unit === 'instructions') return `${wholeText(Math.round(cost.mean))} instr`;
  const duration = durationText(cost, 'three digits');
  return `${duration.mean} ${duration.unit}`;
}

const ratioText = (measured: MeasuredWorkload | undefined): string =>
  measured?.ratio == null ? '' : plainText(measured.ratio.mean);

/** Why levels were lost and booted again. */
function lostSection(record: BenchRecord, bold: (text: string) => string, width: number): readonly string[] {
  const lost = [...lossesByLevel(record)].flatMap(([level, reasons]) =>
    reasons.map((reason) => `  ${wrap(`${levelName(level)}: ${reason}`, width - 2, 2)}`),
  );
  return lost.length === 0 ? [] : [`${bold('Lost and booted again')}\n${lost.join('\n')}`];
}

function lossesOf({ missing, skipped }: BenchRecord): readonly string[] {
  return [
    ...missing.map(({ level, reason, tries }) => `level ${level}, after ${tries} tries: ${reason}`),
    ...skippedTexts(skipped),
  ];
}
