// How fast the two engines are: all sections in one run, figures that are compared taken in turn.
// Usage, after `npm run build`: node benchmarks/machine/run.mjs [rounds] [rates|growth|memory|engines|answers ...]
import { answers } from './sections/answers.mjs';
import { engines } from './sections/engines.mjs';
import { growth } from './sections/growth.mjs';
import { memory } from './sections/memory.mjs';
import { rates } from './sections/rates.mjs';

const SECTIONS = { rates, growth, memory, engines, answers };

const [rounds = '3', ...wanted] = process.argv.slice(2);
for (const [name, section] of Object.entries(SECTIONS)) {
  if (wanted.length === 0 || wanted.includes(name)) await section(Number(rounds));
}
