import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareExperiment, errorsOf } from '../../../src/verify/scheduler/compare.ts';
import type { SchedulerExperiment } from '../../../src/verify/scheduler/experiment.ts';
import { disturbance, interferenceOf } from '../../../src/verify/scheduler/interference.ts';
import { schedulerOf } from '../../../src/verify/scheduler/kernel-scheduler.ts';
import { observe } from '../../../src/verify/scheduler/observation.ts';
import { predict } from '../../../src/verify/scheduler/predict.ts';
import type { WorkerOutput } from '../../../src/verify/scheduler/worker.ts';

/** Output of threads.c under Linux 6.18.44, 250 Hz, on one of two vCPUs. */
const captured = (name: string): WorkerOutput =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as WorkerOutput;

const hogs = captured('two-hogs');
const sleeper = captured('sleeper-and-hog');

const { scheduler: eevdf } = schedulerOf({ release: '6.18.44', cpus: 2, hz: 250, baseSlice: null });

const twoHogs: SchedulerExperiment = {
  name: 'two hogs',
  cpus: 1,
  groups: [{ name: 'hog', count: 2, nice: 0, does: { kind: 'hog' } }],
};
const sleeperAndHog: SchedulerExperiment = {
  name: 'sleeper and hog',
  cpus: 1,
  groups: [
    { name: 'sleeper', count: 1, nice: 0, does: { kind: 'duty', run: 1e6, think: 9e6 } },
    { name: 'hog', count: 1, nice: 0, does: { kind: 'hog' } },
  ],
};

describe('what Linux 6.18 counted for threads', () => {
  it('is what the exact engine predicts of two hogs', () => {
    const rows = compareExperiment(
      'two hogs',
      [observe(twoHogs, hogs.threads, hogs.elapsed)],
      [0, 1].map((replication) => predict(twoHogs, eevdf, 10, replication)),
    );
    expect(rows.map(({ figure }) => figure)).toEqual(['share', 'wait', 'wait per turn']);
    for (const { measured, predicted } of rows) expect(Math.abs(predicted / measured - 1)).toBeLessThan(0.05);
  });

  it('is what it predicts of a sleeper beside a hog, tail included', () => {
    const rows = compareExperiment(
      'sleeper',
      [observe(sleeperAndHog, sleeper.threads, sleeper.elapsed)],
      [0, 1].map((replication) => predict(sleeperAndHog, eevdf, 20, replication)),
    );
    const of = (group: string, figure: string) =>
      rows.find((row) => row.group === group && row.figure === figure)!;
    expect(of('sleeper', 'share').measured).toBeCloseTo(of('sleeper', 'share').predicted, -0.3);
    expect(
      Math.abs(of('sleeper', 'response p95').predicted / of('sleeper', 'response p95').measured - 1),
    ).toBeLessThan(0.2);
    const { shares, waits, responses } = errorsOf(rows);
    expect(shares?.count).toBe(2);
    expect(waits?.median).toBeLessThan(0.15);
    expect(responses?.count).toBe(3);
  });
});

describe('a disturbed block', () => {
  const block = (after: string) => ({
    ...hogs,
    elapsed: 2e9,
    before: ['cpu0 1000 0 0 0 0 0 0 0 0 0'],
    after: [after],
    threads: [{ run: 1.5e9, wait: 0, turns: 1, responses: [] }],
  });

  it('is one in which other processes had the CPU', () => {
    // 200 ticks of 10 ms busy, 150 of them ours.
    const interference = interferenceOf(block('cpu0 1190 5 5 0 0 0 0 0 0 0'));
    expect(interference.others).toBeCloseTo(0.25, 9);
    expect(disturbance(interference)).toMatch(/other processes 25\.0 %/);
  });

  it('is one in which the level below took it', () => {
    const interference = interferenceOf(block('cpu0 1150 0 0 40 0 0 0 10 0 0'));
    expect(interference).toEqual({ steal: 0.05, others: 0 });
    expect(disturbance(interference)).toMatch(/steal 5\.0 %/);
  });

  it('is none while the CPU was idle, or ours', () => {
    expect(disturbance(interferenceOf(block('cpu0 1151 0 0 49 0 0 0 0 0 0')))).toBeNull();
  });
});
