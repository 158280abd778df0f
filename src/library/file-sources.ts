import { readdirSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Lookup, NamedKind, Sources } from '../model/scenario/sources.ts';
import { readBounded } from './read-bounded.ts';
import { recallShipped } from './shipped-texts.ts';

/** Where files of a kind lie: under a root, and beside the file that names one. */
const FOLDERS: Readonly<Record<NamedKind | 'catalogue' | 'rules', { root: string; beside: string }>> = {
  component: { root: 'scenarios/components', beside: 'components' },
  platform: { root: 'platforms', beside: 'platforms' },
  template: { root: 'scenarios/templates', beside: 'templates' },
  workload: { root: 'scenarios/workloads', beside: 'workloads' },
  catalogue: { root: 'catalogue', beside: 'catalogue' },
  rules: { root: 'platforms/rules', beside: 'platforms/rules' },
};

/** Finds named YAML files on disk: beside the file that names them, then under each root. */
export class FileSources implements Sources {
  readonly #roots: readonly string[];
  readonly #record: string[];

  constructor(roots: readonly string[], record: string[] = []) {
    this.#roots = roots.map((root) => resolve(root));
    this.#record = record;
  }

  /** The same sources, which add every file they read to `files`. */
  recording(files: string[]): FileSources {
    return new FileSources(this.#roots, files);
  }

  /** @param from the file that names it; null when it was named on the command line */
  find(kind: NamedKind, name: string, from: string | null): Lookup {
    if (isPath(name)) return this.#read(resolve(from === null ? '.' : dirname(from), name), true);
    for (const folder of this.#folders(kind, from)) {
      const lookup = this.#read(join(folder, `${name}.yaml`), false);
      if (lookup !== null) return lookup;
    }
    return { found: false, known: this.names(kind, from) };
  }

  catalogues(host: string | null, from: string | null): readonly Lookup[] {
    const files = this.#folders('catalogue', from).flatMap((folder) =>
      yamlFiles(folder).map((name) => join(folder, name)),
    );
    return [...new Set(files)]
      .map((file) => this.#read(file, true, host))
      .filter((lookup) => lookup !== null);
  }

  /** Every file of a kind, the nearest of each name. */
  all(kind: 'rules'): readonly { readonly file: string; readonly text: string }[] {
    const texts = new Map<string, { file: string; text: string }>();
    for (const folder of this.#folders(kind, null)) {
      for (const name of yamlFiles(folder)) {
        const lookup = this.#read(join(folder, name), true);
        if (lookup.found && !texts.has(name)) texts.set(name, { file: lookup.file, text: lookup.text });
      }
    }
    return [...texts.values()];
  }

  names(kind: NamedKind, from: string | null): readonly string[] {
    const names = this.#folders(kind, from).flatMap((folder) => yamlFiles(folder).map(withoutSuffix));
    return [...new Set(names)].sort();
  }

  #folders(kind: NamedKind | 'catalogue' | 'rules', from: string | null): readonly string[] {
    const { root, beside } = FOLDERS[kind];
    const near =
      from === null ? [] : neighbours(resolve(dirname(from))).map((folder) => join(folder, beside));
    return [...new Set([...near, ...this.#roots.map((folder) => join(folder, root))])];
  }

  #read(path: string, mustExist: true): Lookup;
  #read(path: string, mustExist: boolean, holding?: string | null): Lookup | null;
  #read(path: string, mustExist: boolean, holding: string | null = null): Lookup | null {
    const file = shown(path);
    const read = readBounded(path);
    if (!read.ok) {
      if (read.missing && !mustExist) return null;
      return { found: false, fault: `${file}: ${read.fault}`, ...(read.hint && { hint: read.hint }) };
    }
    if (holding !== null && !read.text.includes(holding)) return null;
    recallShipped(read.text);
    if (!this.#record.includes(file)) this.#record.push(file);
    return { found: true, file, text: read.text };
  }
}

/** Beside a scenario lie folders of named files; what lies in one of those has the other folders for neighbours. */
const neighbours = (folder: string): readonly string[] =>
  Object.values(FOLDERS).some(({ beside }) => beside === basename(folder))
    ? [folder, dirname(folder)]
    : [folder];

/** A name has no slash and no suffix; `./mine.yaml` is a path. */
const isPath = (name: string): boolean => /[/\\]/.test(name) || /\.ya?ml$/.test(name);

function yamlFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort();
  } catch {
    // A folder that is not there, or may not be listed, holds no names; a file named in it is reported by itself.
    return [];
  }
}

const withoutSuffix = (name: string): string => name.slice(0, -'.yaml'.length);

/** As short as is clear: relative inside the working directory, else absolute. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || isAbsolute(short) || short.split(sep)[0] === '..' ? path : short;
}
