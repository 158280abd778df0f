// `npm start`: from a fresh clone to the sample lab's report.
import { join } from 'node:path';
import { build, installPackages, requireNode, root, run } from './steps.mjs';

requireNode();
installPackages();
build();
run(process.execPath, [
  join(root, 'bin/nestmark.js'),
  'simulate',
  'scenarios/course-lab.yaml',
  '--out',
  'reports/out',
  ...process.argv.slice(2),
]);
