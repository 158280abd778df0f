import type { BenchRecord } from '../../bench/record/record.ts';
import { CLASS_TITLES, classRatios, spanText } from '../measured/classes.ts';
import { baseLevelOf, type MeasuredWorkload, measuredWorkloads } from '../measured/summary.ts';
import { durationText, type Interval, meanText, rangeText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { logAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { levelColour, levelShape } from './theme.ts';

/** Cost of one operation at each level against the lowest one, by workload; null when there is no second level. */
export function overheadChart(record: BenchRecord): Chart | null {
  const measured = measuredWorkloads(record);
  const base = baseLevelOf(record);
  const ratios = measured.filter((row): row is MeasuredWorkload & { ratio: Interval } => row.ratio !== null);
  if (base === null || ratios.length === 0) return null;
  const baseName = base === 0 ? 'the metal' : levelName(base);
  const levels = [...new Set(ratios.map(({ level }) => level))].sort((a, b) => a - b);
  const lines = linesOf(ratios);
  const points = ratios.map((row): LinePoint => {
    const label = `${meanText(row.ratio)}×`;
    return {
      line: lines.findIndex(({ key }) => key === keyOf(row)),
      series: levels.indexOf(row.level),
      value: row.ratio.mean,
      low: row.ratio.low,
      high: row.ratio.high,
      tip: `${row.workload} in ${levelName(row.level)}: ${label} the cost on ${baseName} (${rangeText(row.ratio)})`,
      label,
    };
  });
  const bounds = ratios.flatMap(({ ratio }) => [
    ratio.mean,
    ratio.low ?? ratio.mean,
    ratio.high ?? ratio.mean,
  ]);
  return {
    name: 'overhead',
    title: `Cost of one operation against ${baseName}`,
    reading: `Logarithmic axis: 1× is the cost on ${baseName}. Symbols are ratios of medians, bars their 95 % intervals within this run; where none shows, it is smaller than the symbol. ${CONTROL_NOTE}`,
    description: descriptionOf(record, levels, baseName),
    spec: (layout) =>
      intervalLines(
        {
          lines,
          series: levels.map((level, lane) => ({
            name: `in ${levelName(level)}`,
            colour: levelColour(level),
            shape: levelShape(level),
            filled: true,
            lane,
          })),
          points,
          axis: logAxis([1, ...bounds], {
            title: `cost per operation, ${base === 0 ? 'metal' : levelName(base)} = 1×`,
            suffix: '×',
            margin: layout.narrow ? [0.06, 0.28] : [0.12, 0.12],
          }),
          compact: true,
          references: [{ value: 1, label: '', emphatic: false }],
        },
        layout,
      ),
    table: {
      columns: [
        text('Workload'),
        text('Level'),
        number('Median cost'),
        number('95 % interval'),
        number('Ratio'),
        number('95 % interval'),
        number('Samples'),
      ],
      rows: measured.map((row) => {
        const cost = costText(row);
        return [
          row.workload,
          levelName(row.level),
          cost.mean,
          cost.range,
          row.ratio === null ? '' : `${meanText(row.ratio)}×`,
          row.ratio === null ? '' : rangeText(row.ratio),
          String(row.samples),
        ];
      }),
    },
  };
}

const CONTROL_NOTE =
  'Work without exits should stay at 1×; if it does not, something else slowed the level down.';

const keyOf = ({ workload, unit }: MeasuredWorkload): string => JSON.stringify([workload, unit]);

function linesOf(rows: readonly MeasuredWorkload[]): { key: string; label: string; heading: boolean }[] {
  const lines: { key: string; label: string; heading: boolean }[] = [];
  const bothUnits = new Set(rows.map(({ unit }) => unit)).size > 1;
  for (const row of rows) {
    const heading = CLASS_TITLES[row.class];
    if (!lines.some((line) => line.heading && line.label === heading)) {
      lines.push({ key: '', label: heading, heading: true });
    }
    if (!lines.some(({ key }) => key === keyOf(row))) {
      const label = bothUnits && row.unit === 'ns' ? `${row.workload} (time)` : row.workload;
      lines.push({ key: keyOf(row), label, heading: false });
    }
  }
  return lines;
}

function costText({ cost, unit }: MeasuredWorkload): { mean: string; range: string } {
  if (unit === 'instructions') return { mean: `${meanText(cost)} instr.`, range: rangeText(cost) };
  const { mean, range, unit: scale } = durationText(cost);
  return { mean: `${mean} ${scale}`, range };
}

/** `Cost of one operation against the metal: in L1 no exits 1.0–1.2×, exits …; in L2 …` */
function descriptionOf(record: BenchRecord, levels: readonly number[], baseName: string): string {
  const classes = classRatios(record);
  const parts = levels.map((level) => {
    const byClass = classes.flatMap(({ class: name, byLevel }) => {
      const ratios = byLevel.get(level);
      return ratios === undefined ? [] : [`${CLASS_TITLES[name].toLowerCase()} ${spanText(ratios)}`];
    });
    return `in ${levelName(level)} ${byClass.join(', ')}`;
  });
  return `Cost of one operation against ${baseName}: ${parts.join('; ')}.`;
}
