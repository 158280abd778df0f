// A copy of this project whose agent imports one module more, before all else: for whoever wants to see what is made of
// a fault in a guest (test/bench/lab/hostile-inside.ladder.test.ts) or of a slowdown (plant-slowdown.mjs).
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.mjs';

/**
 * What an image is made of: the compiled project, the probe's sources and the packages.
 * @param target a directory that is not there yet
 * @param source of the module, which is beside the agent's own in `dist/bench/agent`
 */
export function plantedCopy(target, source) {
  mkdirSync(target);
  for (const part of ['bin', 'dist', 'src', 'package.json'])
    cpSync(join(root, part), join(target, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(target, 'node_modules'));
  const agent = join(target, 'dist/bench/agent');
  writeFileSync(join(agent, 'planted.js'), source);
  const main = join(agent, 'main.js');
  writeFileSync(main, `import './planted.js';\n${readFileSync(main, 'utf8')}`);
}
