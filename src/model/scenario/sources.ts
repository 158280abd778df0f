import { checkShape } from './check-shape.ts';
import type { Component } from './component.ts';
import { readDocument, type SourceDocument } from './document.ts';
import { nameHint, unknownName } from './name-hint.ts';
import { problemAt } from './origin.ts';
import type { Platform } from './platform.ts';
import { type Result, refused } from './problem.ts';
import { readCatalogue } from './read-catalogue.ts';
import { readComponents } from './read-components.ts';
import { type FindBase, platformData, platformIn } from './read-platform.ts';
import { readWorkload } from './read-workload.ts';
import type { Host, Workload } from './scenario.ts';
import { type TemplateDocument, templateSchema } from './schema/template.ts';

/**
 * Where named things come from. The model does not read files: the command line gives it a library of them
 * (src/library), a page or a test an in-memory one.
 */
export interface Sources {
  /** @param from the file that names it: paths are relative to it and its neighbours are looked at first */
  find(kind: NamedKind, name: string, from: string): Lookup;
  /** The catalogue files that may hold `host`, nearest first; all of them when `host` is null. */
  catalogues(host: string | null, from: string): readonly Lookup[];
}

export type NamedKind = 'component' | 'platform' | 'template' | 'workload';

export type Lookup =
  /** `file` tells files apart: the same one always holds the same text. */
  | { readonly found: true; readonly file: string; readonly text: string }
  /** There is no such name; `known` lists the names there are. */
  | { readonly found: false; readonly known: readonly string[] }
  /** There is, but it cannot be read: what was found and what was expected. */
  | { readonly found: false; readonly fault: string; readonly hint?: string };

export interface TemplateSource {
  readonly document: SourceDocument;
  readonly written: TemplateDocument;
}

/** Sources read into what they stand for, each file once however many scenarios name it. */
export class ReadSources {
  readonly texts: Sources;
  readonly #read: FilesRead;
  /** Platforms being read, each like the next. */
  readonly #openPlatforms: string[] = [];

  /** @param read what has been read from the same files before, e.g. through sources that were listened to */
  constructor(texts: Sources, read: FilesRead = new FilesRead()) {
    this.texts = texts;
    this.#read = read;
  }

  platform(file: string, text: string): Result<Platform> {
    return once(this.#read.platforms, file, () => {
      this.#openPlatforms.push(file);
      const document = this.#document(file, text);
      const read = document.ok ? platformIn(document.value, [], this.basePlatform) : document;
      this.#openPlatforms.pop();
      return read;
    });
  }

  #document(file: string, text: string): Result<SourceDocument> {
    return once(this.#read.documents, file, () => readDocument(file, text));
  }

  /** What the profile called `name` says, which the one written in `document` says it is like. */
  readonly basePlatform: FindBase = (name, document, path) => {
    const refuse = (message: string, hint?: string) => refused(problemAt({ document, path }, message, hint));
    const lookup = this.texts.find('platform', name, document.file);
    if (!lookup.found) {
      return 'fault' in lookup
        ? refuse(lookup.fault, lookup.hint)
        : refuse(unknownName('platform', name), nameHint('platform', name, lookup.known));
    }
    if (this.#openPlatforms.includes(lookup.file)) {
      return refuse(`found a cycle: platform ${name} is like itself`);
    }
    const sound = this.platform(lookup.file, lookup.text);
    if (!sound.ok) return sound;
    const written = this.#document(lookup.file, lookup.text);
    return written.ok ? platformData(written.value, this.basePlatform) : written;
  };

  workload(file: string, text: string): Result<Workload> {
    return once(this.#read.workloads, file, () => readWorkload(file, text));
  }

  catalogue(file: string, text: string): Result<ReadonlyMap<string, Host>> {
    return once(this.#read.catalogues, file, () => readCatalogue(file, text));
  }

  components(file: string, text: string): Result<ReadonlyMap<string, Component>> {
    return once(this.#read.components, file, () => readComponents(file, text));
  }

  template(file: string, text: string): Result<TemplateSource> {
    return once(this.#read.templates, file, () => {
      const document = readDocument(file, text);
      if (!document.ok) return document;
      const shape = checkShape(templateSchema, document.value);
      return shape.ok ? { ok: true, value: { document: document.value, written: shape.value } } : shape;
    });
  }
}

/** What files say, by file, for as long as nobody changes them. */
export class FilesRead {
  readonly documents = new Map<string, Result<SourceDocument>>();
  readonly platforms = new Map<string, Result<Platform>>();
  readonly workloads = new Map<string, Result<Workload>>();
  readonly catalogues = new Map<string, Result<ReadonlyMap<string, Host>>>();
  readonly components = new Map<string, Result<ReadonlyMap<string, Component>>>();
  readonly templates = new Map<string, Result<TemplateSource>>();
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
