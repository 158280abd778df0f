import { formatPath } from './check-shape.ts';
import { readDocument, type SourceDocument } from './document.ts';
import { nameHint } from './name-hint.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { quote } from './quote.ts';

/** A value as a scenario file would hold it: plain data, units as text. */
export type SettingValue = string | number | boolean | object;

/** One value of a scenario to be another one than its file says. */
export interface Setting {
  /** As written: `seats`, `switch.promiscuous`, `template.vms[0].vcpus`, `template.vms[front].vcpus`. */
  readonly name: string;
  readonly path: SettingPath;
  readonly value: SettingValue;
}

/** Keys, list positions, and list items by the `name` in them. */
type SettingPath = readonly (string | number | { readonly named: string })[];

const STEP = /^(?:\.?([A-Za-z][\w-]*)|\[(\d+)\]|\[([A-Za-z][\w-]*)\])/;

/** Reads `template.vms[front].vcpus`. */
export function readSettingPath(option: string, name: string): Result<SettingPath> {
  const path: (string | number | { readonly named: string })[] = [];
  let rest = `.${name}`;
  while (rest !== '') {
    const [whole, key, position, named] = STEP.exec(rest) ?? [];
    if (whole === undefined || (key !== undefined && !rest.startsWith('.'))) {
      return refused(
        ofOption(option, `found ${quote(name)}, expected keys of a scenario such as template.vms[0].vcpus`),
      );
    }
    path.push(key ?? (position === undefined ? { named: named! } : Number(position)));
    rest = rest.slice(whole.length);
  }
  return { ok: true, value: path };
}

/** Reads `true`, `4`, `16 GiB`, `{ promiscuous: true }`, several of them with commas between; as YAML does. */
export function readSettingValues(option: string, text: string): Result<readonly SettingValue[]> {
  const read = readDocument(option, `[${text}]`);
  const values = read.ok && Array.isArray(read.value.data) ? (read.value.data as unknown[]) : null;
  if (values === null || values.length === 0 || values.some((value) => value === null)) {
    return refused(ofOption(option, `found ${quote(text)}, expected values with commas between`));
  }
  return { ok: true, value: values as SettingValue[] };
}

/**
 * Puts settings into a document just read, in its own data, before it is checked: what is wrong with a value is told
 * by the same checks as if the file said it.
 */
export function applySettings(
  document: SourceDocument,
  settings: readonly Setting[],
): Result<SourceDocument> {
  const problems = settings.flatMap((setting) => apply(document, setting));
  return problems.length === 0 ? { ok: true, value: document } : refused(...problems);
}

function apply(document: SourceDocument, { name, path, value }: Setting): Problem[] {
  const walked: (string | number)[] = [];
  const problem = (message: string, hint: string): Problem[] => [
    { file: document.file, ...document.valueAt(walked), path: formatPath(walked), message, hint },
  ];
  let current = document.data;
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (typeof step === 'string') {
      if (!isMapping(current)) {
        return problem(
          `found ${describe(current)}, expected keys to set ${name} in`,
          typeof current === 'string'
            ? 'write out in the scenario what that name stands for'
            : 'see the path',
        );
      }
      walked.push(step);
      if (last) current[step] = value;
      else current[step] ??= Object.create(null);
      current = current[step];
      continue;
    }
    if (!Array.isArray(current)) {
      return problem(
        `found ${describe(current)}, expected a list to set ${name} in`,
        typeof current === 'string' ? 'write out in the scenario what that name stands for' : 'see the path',
      );
    }
    const index = typeof step === 'number' ? step : current.findIndex((item) => nameOf(item) === step.named);
    if (!(index >= 0 && index < current.length)) {
      const known = current.map(nameOf).filter((item) => item !== null);
      return typeof step === 'number'
        ? problem(
            `found ${current.length} items, expected one at [${step}]`,
            `the last is [${current.length - 1}]`,
          )
        : problem(`found no item named ${quote(step.named)}`, nameHint('item', step.named, known));
    }
    walked.push(index);
    if (last) current[index] = value;
    current = current[index];
  }
  return [];
}

const isMapping = (data: unknown): data is Record<string, unknown> & { readonly name?: unknown } =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const nameOf = (item: unknown): string | null =>
  isMapping(item) && typeof item.name === 'string' ? item.name : null;

function describe(data: unknown): string {
  if (typeof data === 'string') return `the name ${quote(data)}`;
  return Array.isArray(data) ? 'a list' : isMapping(data) ? 'keys' : quote(String(data));
}

export const ofOption = (option: string, message: string, hint?: string): Problem => ({
  file: option,
  line: 0,
  column: 0,
  path: '',
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A value as a table or a message shows it. */
export function valueText(value: SettingValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
