import { type Result, refused } from '../scenario/problem.ts';
import { quote } from '../scenario/quote.ts';
import {
  ofOption,
  readSettingPath,
  readSettingValues,
  type Setting,
  type SettingValue,
  valueText,
} from '../scenario/setting.ts';

/** What an experiment varies: a value of the scenario, and what it is to be in turn. */
export type Axis = readonly Setting[];

const OPTION = '--vary';
const RANGE = /^\s*(\d+)\.\.(\d+)(?::(\d+))?\s*$/;
const MOST_VALUES = 200;
const MOST_CELLS = 1_000;

/** Reads `seats=4..24:4`, `platform=a,b`, `switch.promiscuous=true,false`. */
export function readAxis(text: string): Result<Axis> {
  const split = text.indexOf('=');
  if (split <= 0) {
    return refused(ofOption(OPTION, `found ${quote(text)}, expected what to vary, = and values`, EXAMPLE));
  }
  const name = text.slice(0, split).trim();
  const path = readSettingPath(OPTION, name);
  if (!path.ok) return path;
  const values = readValues(text.slice(split + 1));
  if (!values.ok) return values;
  const twice = values.value.find((value, i) =>
    values.value.slice(0, i).some((other) => valueText(other) === valueText(value)),
  );
  if (twice !== undefined) {
    return refused(ofOption(OPTION, `found ${quote(valueText(twice))} twice for ${name}`, 'keep one'));
  }
  return { ok: true, value: values.value.map((value) => ({ name, path: path.value, value })) };
}

const EXAMPLE = 'for instance seats=4..24:4';

function readValues(text: string): Result<readonly SettingValue[]> {
  const [, from, to, by = '1'] = RANGE.exec(text) ?? [];
  if (from === undefined) return readSettingValues(OPTION, text);
  const [first, last, step] = [Number(from), Number(to), Number(by)];
  const count = step === 0 ? Number.NaN : Math.floor((last - first) / step) + 1;
  if (!(count >= 1 && count <= MOST_VALUES)) {
    return refused(
      ofOption(OPTION, `found ${quote(text)}, expected a range of 1 to ${MOST_VALUES} values`, EXAMPLE),
    );
  }
  return { ok: true, value: Array.from({ length: count }, (_, i) => first + i * step) };
}

/** Every combination of the axes' values; the last axis changes fastest. */
export function productOf(axes: readonly Axis[]): Result<readonly (readonly Setting[])[]> {
  const names = axes.map((axis) => axis[0]!.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    return refused(ofOption(OPTION, `found ${twice} twice`, 'give it all its values at once'));
  const count = axes.reduce((product, axis) => product * axis.length, 1);
  if (count > MOST_CELLS) {
    return refused(ofOption(OPTION, `found ${count} combinations, expected at most ${MOST_CELLS}`));
  }
  let cells: readonly (readonly Setting[])[] = [[]];
  for (const axis of axes) cells = cells.flatMap((cell) => axis.map((setting) => [...cell, setting]));
  return { ok: true, value: cells };
}
