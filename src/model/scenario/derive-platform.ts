import type { Path, SourceDocument } from './document.ts';
import type { PlatformBase } from './platform.ts';

/** Costs of the machine's own doing: what another hypervisor or CPU changes. Sizes and settings are taken as they are. */
const COSTS = ['exits', 'network'];

/**
 * The document at `at` of `own`, which names what it is `like`, with everything it does not say filled in from `base`,
 * the data of that profile. Blocks are merged key by key; a figure, a list, and a block of another policy replace what
 * was there. A calibration is of one profile and not handed on.
 */
export function derivedDocument(
  own: SourceDocument,
  at: Path,
  base: unknown,
  like: PlatformBase,
): SourceDocument {
  const { calibration: _calibration, like: _like, ...rest } = base as Block;
  const taken = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      COSTS.includes(key) && like.widen > 1 ? widened(value, like) : value,
    ]),
  );
  const place = (path: Path): Path => (dataAt(own.data, path) === undefined ? [...at, 'like'] : path);
  return {
    file: own.file,
    data: replaceAt(own.data, at, merge(taken, dataAt(own.data, at))),
    keyAt: (path) => own.keyAt(place(path)),
    valueAt: (path) => own.valueAt(place(path)),
  };
}

type Block = Readonly<Record<string, unknown>>;

const isBlock = (data: unknown): data is Block =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

/** A quantity or a plain number, times `factor`. */
function scaled(quantity: unknown, factor: number): unknown {
  if (typeof quantity === 'number') return quantity * factor;
  const [, number, unit] = /^([\d.]+)(.*)$/s.exec(String(quantity)) ?? [];
  return number === undefined ? quantity : `${Number((Number(number) * factor).toPrecision(6))}${unit}`;
}

/** Longest text of a source (schema/figure.ts). */
const LONGEST_SOURCE = 2000;

/** Every figure of a block as an assumption, with bounds that much wider. What counts frames is a setting. */
function widened(data: unknown, like: PlatformBase): unknown {
  if (!isBlock(data)) return data;
  if ('basis' in data) {
    const source = `as on ${like.platform}, give or take a factor of ${like.widen} more: ${like.because}. There: ${data['source']}`;
    return {
      value: data['value'],
      low: scaled(data['low'] ?? data['value'], 1 / like.widen),
      high: scaled(data['high'] ?? data['value'], like.widen),
      basis: 'assumed',
      source: source.slice(0, LONGEST_SOURCE),
    };
  }
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, SETTINGS.includes(key) ? value : widened(value, like)]),
  );
}

/** Sizes of rings and batches, and what assists there are. */
const SETTINGS = ['ring', 'batch', 'assists'];

function merge(base: unknown, own: unknown): unknown {
  if (!isBlock(base) || !isBlock(own) || 'basis' in own || otherPolicy(base, own)) return own;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(own)) {
    merged[key] = key in base ? merge(base[key], value) : value;
  }
  return merged;
}

const otherPolicy = (base: Block, own: Block): boolean =>
  'policy' in own && 'policy' in base && own['policy'] !== base['policy'];

function dataAt(data: unknown, path: Path): unknown {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

function replaceAt(data: unknown, [step, ...path]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(data)) {
    return data.map((item, index) => (index === step ? replaceAt(item, path, value) : item));
  }
  const block = data as Record<string | number, unknown>;
  return { ...block, [step]: replaceAt(block[step], path, value) };
}
