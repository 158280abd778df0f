// How fast the two engines are: all sections in one run, figures that are compared taken in turn.
// Usage, after `npm run build`: node --expose-gc benchmarks/machine/run.mjs [rounds]
import { answers } from './sections/answers.mjs';
import { engines } from './sections/engines.mjs';
import { growth } from './sections/growth.mjs';
import { rates } from './sections/rates.mjs';

const rounds = Number(process.argv[2] ?? 3);

rates(rounds);
growth(rounds);
await engines(rounds);
await answers();
