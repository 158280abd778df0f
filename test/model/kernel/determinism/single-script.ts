import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

const require = createRequire(import.meta.url);

/**
 * A module and all it imports as one classic script whose value is the module's exports: to run it where there is
 * no module loader and nothing of Node.
 */
export function singleScript(entry: string): string {
  const modules = new Map<string, string>();
  collect(entry, modules);
  const table = [...modules].map(
    ([path, code]) => `${JSON.stringify(path)}: (exports, require, module) => {${code}\n}`,
  );
  return `(() => {
    const modules = {${table.join(',\n')}};
    const loaded = {};
    const load = (path) => {
      if (loaded[path] === undefined) {
        const module = { exports: {} };
        loaded[path] = module;
        modules[path](module.exports, load, module);
      }
      return loaded[path].exports;
    };
    return load(${JSON.stringify(entry)});
  })()`;
}

function collect(path: string, modules: Map<string, string>): void {
  if (modules.has(path)) return;
  const source = readFileSync(path, 'utf8');
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  const code = path.endsWith('.ts')
    ? ts.transpileModule(source, { compilerOptions: options }).outputText
    : source;
  modules.set(path, '');
  const linked = code.replace(/\brequire\((['"])(.+?)\1\)/g, (_, _quote, name: string) => {
    const target = name.startsWith('.') ? resolve(dirname(path), name) : require.resolve(name);
    collect(target, modules);
    return `require(${JSON.stringify(target)})`;
  });
  modules.set(path, linked);
}
