// Makes a copy of this project whose agent does more real work in one workload at one level, for whoever wants to see
// whether the gate finds it, there and nowhere else (docs/gate.md has what it found). Run after `npm run build`:
//
//   node scripts/plant-slowdown.mjs DIRECTORY [--level 2] [--again 10]
//   node DIRECTORY/bin/nestmark.js bench --lab emulated ...      the candidate
//
// The workload is `compress`: at that level each iteration also deflates the first so many % of its text once more, which
// is as many % of its instructions. 0 is the control: the same code, and no work of its own.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { plantedCopy } from './planted-copy.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { level: { type: 'string', default: '2' }, again: { type: 'string', default: '10' } },
});
const [directory] = positionals;
const level = Number(values.level);
const again = Number(values.again);
if (directory === undefined || !Number.isInteger(level) || level < 0 || !(again >= 0 && again <= 100)) {
  console.error('usage: node scripts/plant-slowdown.mjs DIRECTORY [--level 2] [--again 10]');
  process.exit(2);
}

const target = resolve(directory);
plantedCopy(
  target,
  `import { deflateRawSync } from 'node:zlib';
import { compress } from '../workload/compress.js';
import { deterministicText } from '../workload/deterministic-data.js';

const TEXT_BYTES = 64 * 1024;
const prepare = compress.prepare;
compress.prepare = (input) => {
  const prepared = prepare(input);
  const bytes = input.level === ${level} ? Math.round((TEXT_BYTES * ${again}) / 100) : 0;
  const text = deterministicText(TEXT_BYTES, input.seed).subarray(0, bytes);
  return {
    ...prepared,
    iterate() {
      prepared.iterate();
      if (bytes > 0) deflateRawSync(text, { level: 6 });
    },
  };
};
`,
);
console.log(`${target}: compress deflates ${again} % of its text twice at level ${level}`);
