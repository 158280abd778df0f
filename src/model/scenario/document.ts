import { isAlias, isMap, isScalar, isSeq, type ParsedNode, parseDocument } from 'yaml';
import { LineStarts, type Place } from './line-starts.ts';
import { parsedBefore } from './parsed-texts.ts';
import { inReadingOrder, MAX_PROBLEMS, type Problem, type Result, refused } from './problem.ts';
import { quote } from './quote.ts';
import { findExcess } from './yaml-limits.ts';

/** Bytes of one input file. Whoever reads files refuses more before reading; here it is characters. */
export const MAX_FILE_SIZE = 1024 * 1024;

/** Keys and list positions from the top of a document down to a value. */
export type Path = readonly (string | number)[];

/** A YAML file as plain data, with the place of everything in it. */
export interface SourceDocument {
  readonly file: string;
  /** null, booleans, finite or infinite numbers, strings, arrays, and objects without a prototype. */
  readonly data: unknown;
  /** Where the key or list item at `path` is written; the nearest thing above it that is, when it is not. */
  keyAt(path: Path): Place;
  /** Where the value at `path` is written, likewise. */
  valueAt(path: Path): Place;
}

/** Deeper than this, aliases written out, is refused. */
const MAX_DEPTH = 64;
/** Values after aliases are expanded. */
const MAX_VALUES = 50_000;

/** Reads one YAML 1.2 document (core schema). Refuses duplicate keys, merge keys, tags, cycles and alias bombs. */
export function readDocument(file: string, text: string): Result<SourceDocument> {
  const known = parsedBefore(text);
  return known === null ? parse(file, text) : { ok: true, value: parsedDocument(file, text, known.data) };
}

/** Places are asked for when something is wrong, which a text that was parsed before can still be for who reads it. */
function parsedDocument(file: string, text: string, data: unknown): SourceDocument {
  let parsed: SourceDocument | null = null;
  const places = (): SourceDocument => {
    parsed ??= (parse(file, text) as { readonly value: SourceDocument }).value;
    return parsed;
  };
  return {
    file,
    data,
    keyAt: (path) => places().keyAt(path),
    valueAt: (path) => places().valueAt(path),
  };
}

function parse(file: string, text: string): Result<SourceDocument> {
  const lines = new LineStarts(text);
  const problemAt = (offset: number, message: string, hint?: string): Problem => ({
    file,
    ...lines.place(offset),
    path: '',
    message,
    ...(hint === undefined ? {} : { hint }),
  });

  if (text.length > MAX_FILE_SIZE) {
    return refused({ file, line: 0, column: 0, path: '', message: tooBig(text.length) });
  }
  const excess = findExcess(text);
  if (excess !== null) return refused(problemAt(excess.offset, excess.message, excess.hint));

  const parsed = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    strict: true,
    // Checked below: the library compares every key with every other.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const faults = [...parsed.errors, ...parsed.warnings].slice(0, MAX_PROBLEMS);
  if (faults.length > 0) {
    const found = faults.map((fault) =>
      fault.code === 'MULTIPLE_DOCS'
        ? problemAt(
            fault.pos[0],
            'found a second document in the file, expected one',
            'split the file at the ---',
          )
        : problemAt(fault.pos[0], `not valid YAML: ${presentable(fault.message)}`),
    );
    return refused(...found);
  }

  const builder = new DataBuilder(problemAt);
  const data = builder.build(parsed.contents, 0);
  if (builder.problems.length > 0) return refused(...inReadingOrder(builder.problems));
  const top = lines.place(parsed.contents?.range?.[0] ?? 0);
  return {
    ok: true,
    value: {
      file,
      data,
      keyAt: (path) => lookUp(data, builder.offsets, path, 'key', lines) ?? top,
      valueAt: (path) => lookUp(data, builder.offsets, path, 'value', lines) ?? top,
    },
  };
}

export const tooBig = (size: number): string =>
  `found ${(size / MAX_FILE_SIZE).toFixed(1)} MiB, expected at most ${MAX_FILE_SIZE / 1024 / 1024} MiB`;

interface Offsets {
  readonly key: number;
  readonly value: number;
}

/** For each object or array built, where each of its entries is written. */
type OffsetTable = Map<object, Map<string | number, Offsets>>;

class DataBuilder {
  readonly problems: Problem[] = [];
  readonly offsets: OffsetTable = new Map();
  readonly #problemAt: (offset: number, message: string, hint?: string) => Problem;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #open = new Set<ParsedNode>();
  #values = 0;

  constructor(problemAt: (offset: number, message: string, hint?: string) => Problem) {
    this.#problemAt = problemAt;
  }

  build(node: ParsedNode | null, depth: number): unknown {
    if (node === null) return null;
    const offset = node.range[0];
    this.#values++;
    if (this.#values === MAX_VALUES) {
      this.#report(
        offset,
        `more than ${MAX_VALUES} values, aliases written out`,
        'is there an alias of aliases?',
      );
    }
    if (this.#values >= MAX_VALUES || this.problems.length >= MAX_PROBLEMS) return null;
    if (depth > MAX_DEPTH)
      return this.#report(offset, `nested more than ${MAX_DEPTH} deep, aliases written out`);

    if (isAlias(node)) return this.#alias(node.source, offset, depth);
    // Tags can make values that are none of the kinds `data` promises.
    if (node.tag !== undefined) {
      return this.#report(
        offset,
        `found the tag ${quote(node.tag)}, expected plain YAML`,
        'leave the tag out',
      );
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value;

    this.#open.add(node);
    const data = isSeq(node) ? this.#list(node.items, depth) : this.#mapping(node, depth);
    this.#open.delete(node);
    return data;
  }

  #list(items: readonly unknown[], depth: number): unknown[] {
    const offsets = new Map<string | number, Offsets>();
    const data = items.map((item, index) => {
      const node = item as ParsedNode | null;
      const offset = node?.range[0] ?? 0;
      offsets.set(index, { key: offset, value: offset });
      return this.build(node, depth + 1);
    });
    this.offsets.set(data, offsets);
    return data;
  }

  #mapping(node: ParsedNode, depth: number): Record<string, unknown> {
    const data = Object.create(null) as Record<string, unknown>;
    const offsets = new Map<string | number, Offsets>();
    for (const pair of isMap(node) ? node.items : []) {
      const keyNode = pair.key as ParsedNode | null;
      const valueNode = pair.value as ParsedNode | null;
      const keyOffset = keyNode?.range[0] ?? node.range[0];
      if (!isScalar(keyNode) || typeof keyNode.value !== 'string') {
        this.#report(
          keyOffset,
          `found ${isAlias(keyNode) ? 'an alias' : 'a structure'} as a key, expected a word`,
        );
        continue;
      }
      const key = keyNode.value;
      if (keyNode.anchor !== undefined) this.#anchors.set(keyNode.anchor, keyNode);
      if (key === '<<') {
        this.#report(keyOffset, 'found the merge key <<, which is not supported', 'write the keys out');
        continue;
      }
      if (offsets.has(key)) {
        const first = this.#problemAt(offsets.get(key)!.key, '');
        this.#report(keyOffset, `found the key ${quote(key)} twice, first at line ${first.line}`, 'keep one');
        continue;
      }
      const valueOffset = valueNode === null || isEmpty(valueNode) ? keyOffset : valueNode.range[0];
      offsets.set(key, { key: keyOffset, value: valueOffset });
      data[key] = this.build(valueNode, depth + 1);
    }
    this.offsets.set(data, offsets);
    return data;
  }

  #alias(name: string, offset: number, depth: number): unknown {
    const target = this.#anchors.get(name);
    const shown = quote(name).slice(1, -1);
    if (target === undefined)
      return this.#report(offset, `found the alias *${shown}, but no anchor &${shown} before it`);
    if (this.#open.has(target))
      return this.#report(offset, `found a cycle: *${shown} stands inside &${shown}`);
    return this.build(target, depth + 1);
  }

  #report(offset: number, message: string, hint?: string): null {
    this.problems.push(this.#problemAt(offset, message, hint));
    return null;
  }
}

const isEmpty = (node: ParsedNode): boolean => node.range[0] === node.range[1];

/** The library's messages may quote a whole file. */
const presentable = (message: string): string =>
  message
    .replace(/: ".*$/s, '')
    .replaceAll(/[^\x20-\x7e]+/g, ' ')
    .slice(0, 200);

function lookUp(
  data: unknown,
  table: OffsetTable,
  path: Path,
  part: keyof Offsets,
  lines: LineStarts,
): Place | null {
  let current = data;
  let found: Offsets | null = null;
  for (const [depth, step] of path.entries()) {
    const offsets = typeof current === 'object' && current !== null ? table.get(current) : undefined;
    const entry = offsets?.get(step);
    // A missing key is reported where its owner is named.
    if (entry === undefined) return found === null ? null : lines.place(found.key);
    found = entry;
    if (depth < path.length - 1) current = (current as Record<string | number, unknown>)[step];
  }
  return found === null ? null : lines.place(found[part]);
}
