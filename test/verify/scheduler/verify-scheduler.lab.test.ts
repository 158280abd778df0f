import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findControlGroups } from '../../../src/verify/scheduler/control-groups.ts';
import { EXPERIMENTS } from '../../../src/verify/scheduler/experiment.ts';
import { readKernel } from '../../../src/verify/scheduler/read-kernel.ts';
import { verifyScheduler } from '../../../src/verify/scheduler/verify-scheduler.ts';
import { SchedulerWorker } from '../../../src/verify/scheduler/worker.ts';

const scratchFolders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('nestmark-scheduler-'));

const running = (program: string): number =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(program);
      } catch {
        return false;
      }
    }).length;

describe('threads under the real scheduler', () => {
  it('are counted by the kernel, and nothing is left behind', async () => {
    const before = scratchFolders();
    const { signal } = new AbortController();
    const worker = await SchedulerWorker.build(signal);
    try {
      const experiment = EXPERIMENTS.find(({ name }) => name === 'sleeper and 1 hog')!;
      const output = await worker.measure(experiment, [0], { warmUpMs: 50, measureMs: 400 }, 1);
      expect(output.threads).toHaveLength(2);
      const own = output.threads.reduce((sum, { run }) => sum + run, 0);
      // Counters are up to a tick or two late.
      expect(own).toBeLessThan(output.elapsed * 1.1);
      expect(own).toBeGreaterThan(0);
      expect(output.threads[0]!.responses.length).toBeGreaterThan(0);
      expect(output.threads[1]!.responses).toEqual([]);
      for (const { run, wait } of output.threads) expect(run + wait).toBeLessThan(output.elapsed * 1.1);
    } finally {
      await worker.remove();
    }
    expect(scratchFolders()).toEqual(before);
  });

  it('are weighed by control groups, which are gone afterwards; or it is told why not', async () => {
    const experiment = EXPERIMENTS.find(({ name }) => name === 'groups 1 : 1, one hog and three')!;
    const verification = await verifyScheduler({
      repetitions: 1,
      blockSeconds: 0.4,
      experiments: [EXPERIMENTS[1]!, experiment],
      signal: new AbortController().signal,
    });
    if (verification.controlGroups === null) {
      expect(verification.withoutAnswer.map(({ reason }) => reason).join()).toMatch(/control groups/);
      return;
    }
    expect(verification.blocks.some((block) => block.experiment === experiment.name)).toBe(true);
    const { folder } = await findControlGroups();
    expect(readdirSync(folder).filter((name) => name.startsWith('nestmark-scheduler-'))).toEqual([]);
  });

  it('verifies from end to end, whatever comes of it', async () => {
    const verification = await verifyScheduler({
      repetitions: 1,
      blockSeconds: 0.3,
      experiments: EXPERIMENTS.slice(0, 2),
      signal: new AbortController().signal,
    });
    // One of each, and up to two more of one that was disturbed.
    expect(verification.blocks.length).toBeGreaterThanOrEqual(2);
    expect(verification.blocks.length).toBeLessThanOrEqual(6);
    expect(['within', 'beyond', 'inconclusive']).toContain(verification.verdict);
    expect(verification.kernel).toEqual(await readKernel());
  });

  it('end with Ctrl-C', async () => {
    const abort = new AbortController();
    const reason = new Error('stopped');
    const before = scratchFolders();
    const verification = verifyScheduler({
      repetitions: 5,
      blockSeconds: 5,
      experiments: EXPERIMENTS.slice(1, 2),
      signal: abort.signal,
      onProgress: () => {
        setTimeout(() => abort.abort(reason), 200);
      },
    });
    await expect(verification).rejects.toBe(reason);
    expect(scratchFolders()).toEqual(before);
    expect(running('nestmark-scheduler-')).toBe(0);
  });
});
