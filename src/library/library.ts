import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nameHint, unknownName } from '../model/scenario/name-hint.ts';
import type { Platform } from '../model/scenario/platform.ts';
import { type Result, refused } from '../model/scenario/problem.ts';
import { readCatalogue } from '../model/scenario/read-catalogue.ts';
import { type LocatedScenario, locateScenario } from '../model/scenario/read-scenario.ts';
import { readTemplate } from '../model/scenario/read-template.ts';
import type { Host, Scenario, Template, Workload } from '../model/scenario/scenario.ts';
import type { Setting } from '../model/scenario/setting.ts';
import { FilesRead, ReadSources } from '../model/scenario/sources.ts';
import { FileSources } from './file-sources.ts';
import { readBounded } from './read-bounded.ts';

/** The folder of this package: what is shipped lies in its platforms/, catalogue/ and scenarios/. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface LibraryOptions {
  /** Folders looked in after the neighbours of the file that names something, nearest first. */
  readonly roots?: readonly string[];
}

export interface LoadOptions {
  /** A platform's name or file, in place of the one the scenario names. */
  readonly platform?: string;
  /** Values in place of those the scenario's file says. */
  readonly settings?: readonly Setting[];
}

export interface LoadedScenario extends LocatedScenario {
  /** SHA-256 of the scenario as resolved (without its platform): equal when what is simulated is equal. */
  readonly hash: string;
  readonly platformHash: string;
  /** Every file that was read, as shown to the user, in reading order. */
  readonly files: readonly string[];
}

export type LoadResult = Result<LoadedScenario>;

export interface LoadedPlatform {
  readonly platform: Platform;
  readonly hash: string;
  readonly file: string;
}

export interface LoadedTemplate {
  readonly template: Template;
  readonly hash: string;
  /** Every file that was read, as shown to the user, in reading order. */
  readonly files: readonly string[];
}

/** Named input files: what is shipped, what lies in the working directory, and what lies beside a user's file. */
export class Library {
  readonly #sources: FileSources;
  /** Profiles are like others, and templates are read for many of them. */
  readonly #read = new FilesRead();

  constructor(sources: FileSources) {
    this.#sources = sources;
  }

  /** Reads and checks a scenario and everything it names. Never throws for bad input. */
  loadScenario(path: string, options: LoadOptions = {}): LoadResult {
    const read = readBounded(path);
    if (!read.ok) return refused(wholeFile(path, read.fault, read.hint));
    const platform = options.platform === undefined ? null : this.loadPlatform(options.platform);
    if (platform?.ok === false) return platform;

    const files = [path];
    const sources = new ReadSources(this.#sources.recording(files));
    const overrides = {
      ...(platform === null ? {} : { platform: platform.value.platform }),
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    };
    if (platform !== null) files.push(platform.value.file);
    const located = locateScenario(path, read.text, sources, overrides);
    if (!located.ok) return located;
    const { scenario, document, origins } = located.value;
    return {
      ok: true,
      value: {
        scenario,
        document,
        origins,
        hash: hashOf(simulatedPart(scenario)),
        platformHash: hashOf(scenario.platform),
        files: [...new Set(files)],
      },
    };
  }

  /** @param name a platform's name, or a path to a file relative to the working directory */
  loadPlatform(name: string): Result<LoadedPlatform> {
    const lookup = this.#sources.find('platform', name, null);
    if (!lookup.found) {
      return 'fault' in lookup
        ? refused(wholeFile(name, lookup.fault, lookup.hint))
        : refused(
            wholeFile('platform', unknownName('platform', name), nameHint('platform', name, lookup.known)),
          );
    }
    const read = new ReadSources(this.#sources, this.#read).platform(lookup.file, lookup.text);
    if (!read.ok) return read;
    return { ok: true, value: { platform: read.value, hash: hashOf(read.value), file: lookup.file } };
  }

  /** @param name a workload's name, or a path to a file relative to the working directory */
  loadWorkload(name: string): Result<Workload> {
    const lookup = this.#sources.find('workload', name, null);
    if (lookup.found) return new ReadSources(this.#sources, this.#read).workload(lookup.file, lookup.text);
    const problem =
      'fault' in lookup
        ? wholeFile(name, lookup.fault, lookup.hint)
        : wholeFile('workload', unknownName('workload', name), nameHint('workload', name, lookup.known));
    return refused(problem);
  }

  /**
   * A template for plan, checked against the platform it will run on.
   * @param name a template's name, or a path to a file relative to the working directory
   */
  loadTemplate(name: string, platform: Platform): Result<LoadedTemplate> {
    const lookup = this.#sources.find('template', name, null);
    if (!lookup.found) {
      return 'fault' in lookup
        ? refused(wholeFile(name, lookup.fault, lookup.hint))
        : refused(
            wholeFile('template', unknownName('template', name), nameHint('template', name, lookup.known)),
          );
    }
    const files = [lookup.file];
    const sources = new ReadSources(this.#sources.recording(files), this.#read);
    const source = sources.template(lookup.file, lookup.text);
    if (!source.ok) return source;
    const called = source.value.written.name ?? basename(lookup.file, '.yaml');
    const template = readTemplate(source.value, called, sources, platform);
    if (!template.ok) return template;
    const { plan, ...rest } = template.value;
    const phases = plan?.phases.map((phase) => ({ ...phase, workloads: [...phase.workloads] }));
    return {
      ok: true,
      value: {
        template: template.value,
        hash: hashOf({ ...rest, plan: { ...plan, phases } }),
        files: [...new Set(files)],
      },
    };
  }

  /** The hosts of one catalogue file. */
  loadCatalogue(path: string): Result<readonly Host[]> {
    const read = readBounded(path);
    if (!read.ok) return refused(wholeFile(path, read.fault, read.hint));
    const hosts = readCatalogue(path, read.text);
    return hosts.ok ? { ok: true, value: [...hosts.value.values()] } : hosts;
  }

  /**
   * Every host of every catalogue, nearest catalogue first; a name that comes twice counts once.
   * @param word only catalogues in which it stands are read
   */
  loadHosts(word: string | null = null): Result<readonly Host[]> {
    const hosts = new Map<string, Host>();
    for (const lookup of this.#sources.catalogues(word, null)) {
      if (!lookup.found) continue;
      const read = readCatalogue(lookup.file, lookup.text);
      if (!read.ok) return read;
      for (const [name, host] of read.value) if (!hosts.has(name)) hosts.set(name, host);
    }
    return { ok: true, value: [...hosts.values()] };
  }

  /** The rules of `nestmark check`, file by file; a file beside the user's stands in for the shipped one of its name. */
  ruleTexts(): readonly { readonly file: string; readonly text: string }[] {
    return this.#sources.all('rules');
  }

  platformNames(): readonly string[] {
    return this.#sources.names('platform', null);
  }

  templateNames(): readonly string[] {
    return this.#sources.names('template', null);
  }

  workloadNames(): readonly string[] {
    return this.#sources.names('workload', null);
  }
}

/** The library of this package and the working directory; `roots` stands in for both. */
export function openLibrary(options: LibraryOptions = {}): Library {
  return new Library(new FileSources(options.roots ?? [process.cwd(), PACKAGE_ROOT]));
}

const wholeFile = (file: string, message: string, hint?: string) => ({
  file,
  line: 0,
  column: 0,
  path: '',
  message,
  ...(hint === undefined ? {} : { hint }),
});

function simulatedPart(scenario: Scenario): unknown {
  const { platform: _platform, host, ...rest } = scenario;
  const { name, level, cpus, threadsPerCore, clock, memory, nic, disk } = host;
  return { ...rest, host: { name, level, cpus, threadsPerCore, clock, memory, nic, disk } };
}

/** Without facts: nothing that is simulated depends on them. */
const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value, (key, part) => (key === 'facts' ? undefined : part)))
    .digest('hex');
