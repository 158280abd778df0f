import { readdirSync, readFileSync } from 'node:fs';
import {
  type Lookup,
  type NamedKind,
  ReadSources,
  type Sources,
} from '../../../src/model/scenario/sources.ts';

const FOLDERS: Readonly<Record<NamedKind, string>> = {
  component: 'scenarios/components',
  platform: 'platforms',
  template: 'scenarios/templates',
  workload: 'scenarios/workloads',
};

/** Texts by `kind/name`, e.g. `template/pair`; catalogues by `catalogue/name`. */
export function inMemorySources(texts: Readonly<Record<string, string>>): ReadSources {
  const known = (kind: string): string[] =>
    Object.keys(texts).flatMap((key) => (key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : []));
  const sources: Sources = {
    find: (kind, name): Lookup => {
      const key = `${kind}/${name}`;
      const text = texts[key];
      return text === undefined ? { found: false, known: known(kind) } : { found: true, file: key, text };
    },
    catalogues: (host) =>
      known('catalogue')
        .map((name) => `catalogue/${name}`)
        .filter((file) => host === null || texts[file]!.includes(host))
        .map((file) => ({ found: true, file, text: texts[file]! })),
  };
  return new ReadSources(sources);
}

/** What is shipped, as texts. */
export function shippedTexts(): Record<string, string> {
  const texts: Record<string, string> = {};
  const add = (kind: string, folder: string): void => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
      texts[`${kind}/${file.slice(0, -5)}`] = readFileSync(`${folder}/${file}`, 'utf8');
    }
  };
  for (const [kind, folder] of Object.entries(FOLDERS)) add(kind, folder);
  add('catalogue', 'catalogue');
  return texts;
}

/** A small platform, host and workloads for tests that are about something else. */
export const SMALL: Readonly<Record<string, string>> = {
  'catalogue/test': `
schema: nestmark/catalogue@1
name: test
title: Hosts for tests
source: made up
as-of: 2026-01-01
hosts:
  small: { cores: 4, smt: 2, clock: 2 GHz, memory: 32 GiB }
  cloud: { level: 1, cores: 4, smt: 1, clock: 2 GHz, memory: 32 GiB, nic: 10 Gbps, price: 1 USD/h }
`,
  'platform/plain': platformText(['hypercall', 'pio', 'timer', 'vm-entry']),
  'workload/busy': workloadText('busy', 'per-cpu-second', 'pio'),
  'workload/prompt': `${workloadText('prompt', 'per-cpu-second', 'timer')}probe: true\n`,
  'workload/exotic': workloadText('exotic', 'per-cpu-second', 'cr-access'),
};

export function platformText(classes: readonly string[]): string {
  const figure = (value: string): string =>
    `{ value: ${value}, low: ${value}, high: ${value}, basis: measured, source: made up }`;
  const rows = classes.map(
    (name) =>
      `    ${name}: { handle: ${figure('1 us')}, reflect: ${figure('2 us')}, ops: { vm-entry: ${figure('1')} } }`,
  );
  return `
schema: nestmark/platform@1
name: plain
title: Plain
hypervisor: made up
cpu: made up
clock: time
scheduler: { policy: eevdf, slice: ${figure('2.8 ms')}, tick: ${figure('4 ms')} }
smt-throughput: ${figure('1.25')}
exits:
  switch: ${figure('0.5 us')}
  classes:
${rows.join('\n')}
network: { forward: ${figure('1 us')}, copy: ${figure('1 us')}, drop: ${figure('1 us')},
           receive: ${figure('1 us')}, ring: ${figure('256')}, batch: ${figure('64')} }
`;
}

function workloadText(name: string, rates: string, exitClass: string): string {
  return `
schema: nestmark/workload@1
name: ${name}
title: A workload
source: made up
arrivals: { kind: open, rate: 10 /s }
demand: { kind: exponential, mean: 5 ms }
exits:
  ${rates}: { ${exitClass}: { value: 100 /s, low: 50 /s, high: 200 /s, basis: assumed, source: made up } }
`;
}
