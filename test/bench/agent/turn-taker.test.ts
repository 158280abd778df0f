import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TurnTaker } from '../../../src/bench/agent/turn-taker.ts';
import type { AgentConfiguration, Report } from '../../../src/bench/lab/protocol.ts';
import { ProbeEnded } from '../../../src/bench/probe/session.ts';
import { buildProbe } from '../probe/built-probe.ts';

const probe = await buildProbe();
const directory = mkdtempSync(join(tmpdir(), 'nestmark-turns-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CONFIGURATION: AgentConfiguration = {
  ...{ level: 0, depth: 0, bare: false, outermost: 0, clock: 'time', nsPerInstruction: null },
  ...{ effort: 'small', seed: 1, vcpus: 1, workloads: [], kernelParameters: [] },
  patience: { tries: 2, bootSeconds: 10, silenceSeconds: 10 },
};

/** A probe that is killed as soon as it is asked for something, as a kernel that is out of memory would do it. */
function killedProbe(): string {
  const { stdout } = spawnSync(probe.path, ['session'], { encoding: 'utf8', input: '' });
  const path = join(directory, 'killed-probe');
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${stdout.split('\n')[0]}\nEND\nread line\nkill -9 $$\n`, {
    mode: 0o755,
  });
  return path;
}

async function takerWith(probePath: string) {
  const reports: Report[] = [];
  const places = { probePath, scratchDirectory: directory, peer: undefined };
  const upstream = { report: (report: Report) => void reports.push(report), mark: () => Promise.resolve() };
  return { reports, taker: await TurnTaker.start(CONFIGURATION, places, upstream) };
}

describe.skipIf(probe.missing !== null)('a turn', () => {
  test('of a workload that fails is told as one that could not run, and the next one is taken', async () => {
    const { reports, taker } = await takerWith(probe.path);
    await taker.take({ level: 0, block: 1, workload: 'levitate' });
    await taker.take({ level: 0, block: 1, workload: 'alu-loop' });
    await taker.probe.end();
    const told = reports.map((report) => (report.type === 'record' ? report.line.kind : report.type));
    expect(told).toEqual(['skipped', 'turn-done', 'samples', 'turn-done']);
  });

  test('in which the probe is killed is no workload that cannot run here: the level is of no more use', async () => {
    const { reports, taker } = await takerWith(killedProbe());
    const turn = taker.take({ level: 0, block: 1, workload: 'cpuid' });
    await expect(turn).rejects.toThrow(ProbeEnded);
    await expect(turn).rejects.toThrow(/ended before it had measured cpuid: it was killed by SIGKILL$/);
    expect(reports).toEqual([]);
  });
});
