// Writes dist/workers/*.bundle.js: each worker and everything it imports in one file. Part of `npm run build`. A thread loads
// its 120 modules in 0.1 to 0.15 s of CPU time, each thread anew, and a quick answer may take no more than 2 s.
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './steps.mjs';

for (const worker of ['replication-worker', 'trial-worker']) {
  const bundle = await rolldown({ input: join(root, `dist/workers/${worker}.js`), platform: 'node' });
  await bundle.write({ file: join(root, `dist/workers/${worker}.bundle.js`), format: 'esm' });
  await bundle.close();
}
