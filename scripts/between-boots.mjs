// How well a record repeats: medians of each boot's valid blocks, workload by workload and level by level, and how far the furthest two are apart.
// node scripts/between-boots.mjs RECORD (a record of `nestmark bench --boots N`; `npm run build` first)
import { median } from 'simple-statistics';
import { readRecordFile } from '../dist/bench/record/record-file.js';
import { measuredValues } from '../dist/bench/record/summarise.js';

const file = process.argv[2];
if (file === undefined) {
  console.error('between-boots: no record was named, expected: node scripts/between-boots.mjs RECORD');
  process.exit(2);
}
const { header, samples, blocks } = await readRecordFile(file);
const valid = new Set(blocks.filter((block) => block.valid).map(({ block }) => block));
// A level that was lost and booted again has more of them than the plan.
const boots = [...new Set(samples.map(({ boot }) => boot))].sort((a, b) => a - b);
const levels = [...new Set(samples.map(({ level }) => level))].sort((a, b) => a - b);
const figure = (value) =>
  value >= 1e6 ? `${(value / 1e6).toPrecision(5)} million` : Math.round(value).toLocaleString('en-US');

console.log(
  `${header.plan.boots} boots, ${valid.size} of ${blocks.length} blocks valid, clock: ${header.clock}\n`,
);
console.log(`| | ${levels.map((level) => (level === 0 ? 'metal' : `L${level}`)).join(' | ')} |`);
console.log(`|---|${levels.map(() => '---|').join('')}`);
for (const workload of header.plan.workloads) {
  const cells = levels.map((level) => {
    const medians = boots.flatMap((boot) => {
      const values = samples
        .filter(
          (line) =>
            line.workload === workload && line.level === level && line.boot === boot && valid.has(line.block),
        )
        .flatMap((line) => measuredValues(line));
      return values.length === 0 ? [] : [median(values)];
    });
    if (medians.length === 0) return '';
    const apart = Math.max(...medians) / Math.min(...medians) - 1;
    return `${medians.map(figure).join(', ')} (${(apart * 100).toPrecision(2)} %)`;
  });
  if (cells.some((cell) => cell !== '')) console.log(`| ${workload} | ${cells.join(' | ')} |`);
}
