import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, resolve } from 'node:path';

/** What an ECMAScript module needs to run, itself included. */
export interface ModuleClosure {
  /** Absolute paths of the project's own modules. */
  readonly files: readonly string[];
  /** Names of the packages they import. */
  readonly packages: readonly string[];
}

/** Static imports and exports, bare imports, and dynamic imports of a literal, as the TypeScript compiler prints them. */
const IMPORTS =
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
const BUILT_IN = new Set(builtinModules);

/** Follows the imports of compiled modules, so that only what the agent runs gets into its image. */
export async function moduleClosure(entry: string): Promise<ModuleClosure> {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (files.has(file)) return;
    files.add(file);
    for (const specifier of importsOf(await readFile(file, 'utf8'))) {
      if (specifier.startsWith('.')) await visit(resolve(dirname(file), specifier));
      else if (!specifier.startsWith('node:') && !BUILT_IN.has(specifier))
        packages.add(packageName(specifier));
    }
  };
  await visit(resolve(entry));
  return { files: [...files].sort(), packages: [...packages].sort() };
}

export function importsOf(source: string): readonly string[] {
  return [...source.matchAll(IMPORTS)].map((match) => match[1] ?? match[2] ?? match[3]!);
}

/** `@scope/name/sub/path` and `name/sub/path` without what follows the name. */
function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
