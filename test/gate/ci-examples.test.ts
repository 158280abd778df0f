import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { readRecordFile } from '../../src/bench/record/record-file.ts';
import { compareRecords } from '../../src/gate/compare-records.ts';
import type { Aspect } from '../../src/gate/result.ts';

/** Every command line of a workflow, wherever in it it stands. */
function commandsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split('\n').filter((line) => line.includes('bin/nestmark.js'));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(commandsIn) : [];
}

/** The values of an option of the command that has it. */
function valuesOf(commands: readonly string[], command: string, option: string): readonly string[] {
  const words = commands.find((line) => line.includes(`nestmark.js ${command}`))!.split(/\s+/);
  const from = words.indexOf(`--${option}`) + 1;
  const to = words.findIndex((word, index) => index >= from && word.startsWith('-'));
  return words.slice(from, to < 0 ? undefined : to);
}

const onlyThese = (record: BenchRecord, names: ReadonlySet<string>): BenchRecord => ({
  ...record,
  samples: record.samples.filter(({ workload }) => names.has(workload)),
  counters: record.counters.filter(({ workload }) => names.has(workload)),
});

const read = (name: string): Promise<BenchRecord> => readRecordFile(`test/fixtures/records/${name}.jsonl.gz`);

it.each(['docs/ci/github-actions.yml', 'docs/ci/gitlab-ci.yml'])(
  '%s: what it measures passes when nothing changed and is regressed when something did, on real records',
  async (file) => {
    const commands = commandsIn(parse(readFileSync(file, 'utf8')));
    const workloads = new Set(valuesOf(commands, 'bench', 'only'));
    const allow = new Set([...valuesOf(commands, 'gate', 'allow'), 'kernel'] as Aspect[]);
    expect(valuesOf(commands, 'bench', 'blocks')).toEqual(['8']);
    const baseline = await read('gate-audit-same-1');
    for (const workload of workloads) {
      expect(
        baseline.samples.some((line) => line.workload === workload),
        workload,
      ).toBe(true);
    }
    const verdictOf = async (candidate: string): Promise<string> =>
      compareRecords(
        { name: 'baseline', record: onlyThese(baseline, workloads) },
        { name: candidate, record: onlyThese(await read(candidate), workloads) },
        { version: '', margin: 0.03, exactMargin: 0.005, alpha: 0.05, paired: false, allow },
      ).verdict;
    expect(await verdictOf('gate-audit-same-2')).toBe('pass');
    expect(await verdictOf('gate-planted-audit-in-L2')).toBe('regressed');
  },
);
