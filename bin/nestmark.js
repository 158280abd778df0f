#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  const { run } = await import(main.href);
  process.exitCode = await run(process.argv.slice(2));
} else {
  console.error(
    'nestmark is not built yet. Run `npm start` once (it installs and builds), or `npm install && npm run build`.',
  );
  process.exitCode = 3;
}
