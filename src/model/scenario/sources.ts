/**
 * Where named things come from. The model does not read files: the command line gives it a library of them
 * (src/library), a page or a test an in-memory one.
 */
export interface Sources {
  /** @param from the file that names it, which paths are relative to and whose neighbours are looked at first. */
  find(kind: NamedKind, name: string, from: string): Lookup;
  /** The catalogue files that may hold `host`, nearest first; all of them when `host` is null. */
  catalogues(host: string | null, from: string): readonly Lookup[];
}

export type NamedKind = 'platform' | 'template' | 'workload';

export type Lookup =
  | { readonly found: true; readonly file: string; readonly text: string }
  /** There is no such name; `known` lists the names there are. */
  | { readonly found: false; readonly known: readonly string[] }
  /** There is, but it cannot be read: what was found and what was expected. */
  | { readonly found: false; readonly fault: string; readonly hint?: string };
