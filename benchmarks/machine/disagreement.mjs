// How far the fluid engine is from the exact one, over random labs: prints the table, and with --write puts the figures
// where `nestmark simulate` tells them from (src/model/machine/fluid/known-error.ts).
//
//   node benchmarks/machine/disagreement.mjs [--labs 240] [--seed 1] [--seconds 4] [--extras] [--write]
//
// To look into single labs: --only 61,95 --verbose, and of those what is due to full rings (--ring 100000), to floods
// (--no-floods: no port is promiscuous) or to threads that share cores (--no-smt).
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RandomStream } from '../../dist/model/kernel/random-stream.js';
import { disagreementOf } from './disagreement-of.mjs';
import { randomLab } from './random-labs.mjs';

const { values } = parseArgs({
  options: {
    labs: { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '4' },
    extras: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    only: { type: 'string' },
    ring: { type: 'string' },
    'no-floods': { type: 'boolean', default: false },
    'no-smt': { type: 'boolean', default: false },
  },
});
const [labs, seed, seconds] = [values.labs, values.seed, values.seconds].map(Number);
const run = { seed, replication: 0, warmUp: 1e9, duration: seconds * 1e9 };

const METRICS = [
  { name: 'share', title: 'time on a CPU', unit: '%' },
  { name: 'ready', title: 'ready', unit: 'points' },
  { name: 'response', title: 'mean response', unit: '%' },
  { name: 'tail', title: 'p95 response', unit: '%' },
];
const REGIMES = [
  { name: 'free', title: 'hosts up to 70 % loaded, no nested layer short of CPUs', holds: (lab) => lab.load <= 0.7 && !lab.contended },
  { name: 'nested', title: 'hosts up to 70 % loaded, nested layers short of CPUs', holds: (lab) => lab.load <= 0.7 && lab.contended },
  { name: 'busy', title: 'hosts 70 to 100 % loaded', holds: (lab) => lab.load > 0.7 && lab.load <= 1 },
  { name: 'overloaded', title: 'hosts asked for more than they have', holds: (lab) => lab.load > 1 },
];

const only = values.only?.split(',').map(Number);
const withoutFloods = (hypervisor) => ({
  ...hypervisor,
  switch: { ...hypervisor.switch, promiscuous: false },
  guests: hypervisor.guests.map((guest) =>
    guest.hypervisor === undefined ? guest : { ...guest, hypervisor: withoutFloods(guest.hypervisor) },
  ),
});

function changed({ specification, ...lab }) {
  const { network, threadsPerCore, root } = specification;
  return {
    ...lab,
    specification: {
      ...specification,
      network: values.ring === undefined ? network : { ...network, ring: Number(values.ring) },
      threadsPerCore: values['no-smt'] ? 1 : threadsPerCore,
      root: values['no-floods'] ? withoutFloods(root) : root,
    },
  };
}

const seen = [];
for (const number of only ?? Array.from({ length: labs }, (_, i) => i)) {
  const lab = changed(randomLab(RandomStream.named(seed, number, 'random-lab'), number, values.extras));
  const rows = disagreementOf(lab.specification, run);
  for (const row of rows) seen.push({ lab, row });
  if (values.verbose) {
    const { physicalCpus, threadsPerCore } = lab.specification;
    console.error(number, `depth ${lab.depth} cpus ${physicalCpus}/${threadsPerCore} load ${lab.load.toFixed(2)} tight ${lab.contended} net ${JSON.stringify(lab.specification).includes('"send"')}`);
    for (const { role, share, ready, exactReady, response, tail } of rows) {
      const percent = (x) => (x === null ? '-' : `${(100 * x).toFixed(1)}%`);
      console.error('   ', role.padEnd(12), 'share', percent(share), 'ready', ready.toFixed(2), 'of', exactReady.toFixed(2), 'mean', percent(response), 'p95', percent(tail));
    }
  }
}

const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];

function distribution(entries, { name, unit }) {
  const errors = entries.map(({ row }) => row[name]).filter((value) => value !== null && Number.isFinite(value));
  if (errors.length === 0) return null;
  const scale = unit === '%' ? 100 : 1;
  const signed = errors.map((error) => error * scale).sort((a, b) => a - b);
  const absolute = signed.map(Math.abs).sort((a, b) => a - b);
  const rounded = (value) => Number(value.toFixed(2));
  return {
    count: errors.length,
    bias: rounded(quantile(signed, 0.5)),
    median: rounded(quantile(absolute, 0.5)),
    p90: rounded(quantile(absolute, 0.9)),
    largest: rounded(absolute.at(-1)),
  };
}

const table = REGIMES.map((regime) => {
  const entries = seen.filter(({ lab }) => regime.holds(lab));
  const count = new Set(entries.map(({ lab }) => lab.number)).size;
  return { ...regime, labs: count, metrics: METRICS.map((metric) => ({ ...metric, ...distribution(entries, metric) })) };
});
console.log(`${only?.length ?? labs} random labs, seed ${seed}, ${seconds} s after 1 s; fluid against exact, the same jobs in both\n`);
for (const { title, labs: count, metrics } of table) {
  console.log(`${title} (${count} labs)`);
  console.log('  metric         | roles | bias | median error | 90th percentile | largest');
  for (const { title: metric, unit, count: n, bias, median, p90, largest } of metrics) {
    console.log(`  ${metric.padEnd(14)} | ${n ?? 0} | ${bias} | ${median} ${unit} | ${p90} ${unit} | ${largest} ${unit}`);
  }
}

const warned = seen.filter(({ row }) => row.warned);
const numbers = [...new Set(warned.map(({ lab }) => lab.number))];
console.log(`\nthe fluid engine warns of floods (fluid-floods) in ${numbers.length} labs: ${numbers.join(', ')}`);
for (const { title, holds } of REGIMES) {
  const others = seen.filter(({ lab, row }) => holds(lab) && !row.warned);
  const told = METRICS.map((metric) => ({ ...metric, ...distribution(others, metric) }));
  console.log(`  without them, ${title}: ${told.map((m) => `${m.title} ${m.median} ${m.unit} (${m.p90})`).join(', ')}`);
}

if (values.write) {
  const entries = table.map(
    ({ name, title, labs: count, metrics }) => `    {
      name: '${name}',
      title: '${title}',
      labs: ${count},
${metrics.map((m) => `      ${m.name}: { count: ${m.count ?? 0}, bias: ${m.bias ?? 0}, median: ${m.median ?? 0}, p90: ${m.p90 ?? 0}, largest: ${m.largest ?? 0} },`).join('\n')}
    },`,
  );
  const source = `// Written by benchmarks/machine/disagreement.mjs --write; do not edit.
import type { KnownError } from './disagreement.ts';

export const KNOWN_ERROR: KnownError = {
  date: '${new Date().toISOString().slice(0, 10)}',
  seed: ${seed},
  labs: ${labs},
  regimes: [
${entries.join('\n')}
  ],
};
`;
  writeFileSync(new URL('../../src/model/machine/fluid/known-error.ts', import.meta.url), source);
}
