import { type Interval, settingText } from '../text/figure.ts';

export interface ChartLine extends Interval {
  readonly label: string;
  /** The figure in words, printed at the end of its line. */
  readonly text: string;
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly cells: number;
}

/**
 * One line a figure: `├─●─┤` is the 95 % interval with the mean in it, `┊` the limit asked for. The axis runs
 * from `from` to the largest bound.
 */
export function intervalChart(
  lines: readonly ChartLine[],
  { width, from, limit, unit }: { width: number; from: number; limit: number | null; unit: string },
): string[] {
  const largest = Math.max(...lines.map((line) => line.high ?? line.mean), limit ?? from);
  const smallest = Math.min(...lines.map((line) => line.low ?? line.mean), from);
  const { labelWidth, cells } = layout(lines, width);
  const scale = { from: smallest, to: largest > smallest ? largest : smallest + 1, cells };
  const limitCell = limit === null ? null : cellOf(limit, scale);
  const drawn = lines.map((line) => {
    const track = Array.from({ length: cells }, (_, cell): string => (cell === limitCell ? '┊' : ' '));
    const mean = cellOf(line.mean, scale);
    if (line.low !== null && line.high !== null) {
      const low = cellOf(line.low, scale);
      const high = cellOf(line.high, scale);
      track.fill('─', low, high + 1);
      if (low < mean) track[low] = '├';
      if (high > mean) track[high] = '┤';
    }
    track[mean] = '●';
    return `${cutOrPad(line.label, labelWidth)}  ${track.join('')}  ${line.text}`.trimEnd();
  });
  return [...drawn, `${' '.repeat(labelWidth)}  ${axisLine(scale, unit)}`];
}

/** One line a share: solid up to the low bound, shaded up to the high one. The axis is 0 to 100 %. */
export function shareChart(lines: readonly ChartLine[], { width }: { width: number }): string[] {
  const { labelWidth, cells } = layout(lines, width);
  const scale = { from: 0, to: 100, cells };
  return lines.map((line) => {
    const solid = Math.round(((line.low ?? line.mean) / 100) * cells);
    const end = Math.max(cellOf(line.high ?? line.mean, scale) + 1, 0);
    const bar = '█'.repeat(clamp(solid, 0, cells));
    const shade = line.low === null ? '' : '▒'.repeat(clamp(end - bar.length, 0, cells));
    const track =
      line.mean === 0 ? '' : bar + (bar.length > 0 || (line.high ?? line.mean) > 0.5 ? shade : '▏');
    return `${cutOrPad(line.label, labelWidth)}  ${track.padEnd(cells)}  ${line.text}`.trimEnd();
  });
}

/** Cuts a text that does not fit and says so with an ellipsis; pads one that is shorter. */
export function cutOrPad(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function layout(lines: readonly ChartLine[], width: number): { labelWidth: number; cells: number } {
  const labelWidth = Math.min(Math.max(...lines.map(({ label }) => label.length)), 30);
  const textWidth = Math.max(...lines.map(({ text }) => text.length));
  return { labelWidth, cells: Math.max(width - labelWidth - textWidth - 4, 10) };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function cellOf(value: number, { from, to, cells }: Scale): number {
  return clamp(Math.round(((value - from) / (to - from)) * (cells - 1)), 0, cells - 1);
}

function axisLine(scale: Scale, unit: string): string {
  const left = `${endText(scale.from)}${unit}`;
  const right = `${endText(scale.to)}${unit}`;
  return left + right.padStart(Math.max(scale.cells - left.length, right.length + 1));
}

const endText = (value: number): string => settingText(Number(value.toPrecision(3)));
