import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { allocation } from './sections/allocation.mjs';
import { growth } from './sections/growth.mjs';
import { hold } from './sections/hold.mjs';
import { mm1 } from './sections/mm1.mjs';
import { precision } from './sections/precision.mjs';
import { sharing } from './sections/sharing.mjs';
import { workers } from './sections/workers.mjs';

const SECTIONS = { mm1, hold, sharing, allocation, workers, precision, growth };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !(name in SECTIONS));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no section ${unknown.join(', ')}`);
  console.error(`usage: node benchmarks/kernel/run.mjs [--rounds 9] [--scale 1] [${Object.keys(SECTIONS).join(' | ')} ...]`);
  process.exit(values.help ? 0 : 2);
}
const options = { rounds: Number(values.rounds), scale: Number(values.scale) };
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`);
console.log(`${options.rounds} rounds, each contender once a round; medians, (least ... greatest) of the ratios by round`);
for (const name of positionals.length > 0 ? positionals : Object.keys(SECTIONS)) await SECTIONS[name](options);
