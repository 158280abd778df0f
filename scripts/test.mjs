// `npm test`: sets up what the tests need, then everything but the ladder. One leg: `npm test -- unit`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setUpDebianPackages } from './debian-packages.mjs';
import { attempt, build, installPackages, requireNode, root } from './steps.mjs';

const LEGS = ['unit', 'e2e', 'browser', 'lab'];
/**
 * Ladders of real levels, one to some minutes each: asked for by name, `npm test -- ladder`. They decide over nobody's
 * change: on a fresh machine they begin with building an image, and a guest that hangs is booted again.
 */
const ON_REQUEST = ['ladder'];

requireNode();
installPackages();

const asked = process.argv.slice(2);
const unknown = asked.filter((leg) => ![...LEGS, ...ON_REQUEST].includes(leg));
if (unknown.length > 0) {
  console.error(
    `npm test: no leg is called '${unknown.join("', '")}'; there are ${[...LEGS, ...ON_REQUEST].join(', ')}.`,
  );
  process.exit(2);
}
const { missing, skippedLegs } = setUpDebianPackages();
const wanted = asked.length > 0 ? asked : LEGS;
const legs = wanted.filter((leg) => !skippedLegs.has(leg));
const skipped = wanted.filter((leg) => skippedLegs.has(leg));

build();
const tool = (path, ...args) => [process.execPath, [join(root, 'node_modules', path), ...args]];
const checks = [
  ['lint and format', ...tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings')],
  ['types of the tests', ...tool('typescript/bin/tsc', '-p', 'tsconfig.test.json')],
  ['types of the model, without Node', ...tool('typescript/bin/tsc', '-p', 'src/model/tsconfig.json')],
  [
    'dependency rules',
    ...tool('dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.cjs'),
  ],
  ['unused files, exports and packages', ...tool('knip/bin/knip.js')],
];
const failures = [];
for (const [name, command, args] of checks) {
  console.log(`\n== ${name}`);
  if (attempt(command, args) !== 0) failures.push(name);
}

const outcome = join(root, 'node_modules', '.cache', 'vitest-outcome.json');
mkdirSync(join(outcome, '..'), { recursive: true });
let passed = 0;
let failed = 0;
let pending = 0;
for (const leg of legs) {
  console.log(`\n== ${leg} tests`);
  rmSync(outcome, { force: true });
  const [command, args] = tool(
    'vitest/vitest.mjs',
    'run',
    '--project',
    leg,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outcome}`,
  );
  if (attempt(command, args) !== 0) failures.push(`${leg} tests`);
  try {
    const counts = JSON.parse(readFileSync(outcome, 'utf8'));
    passed += counts.numPassedTests;
    failed += counts.numFailedTests + counts.numFailedTestSuites;
    pending += counts.numPendingTests;
  } catch {
    failures.push(`${leg} tests left no outcome`);
  }
}

if (skipped.length > 0) {
  console.error(`\nSKIPPED: the ${skipped.join(' and ')} tests. This machine lacks ${missing.join(', ')}.`);
  console.error(`Install with: apt-get install ${missing.join(' ')} (as root, npm test does it itself).`);
}
if (failures.length > 0) console.error(`\nFAILED: ${failures.join('; ')}`);
console.log(`\n${passed} passed, ${Math.max(failed, failures.length)} failed, ${pending} skipped`);
process.exit(failures.length > 0 ? 1 : 0);
