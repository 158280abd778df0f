import { describe, expect, it } from 'vitest';
import type { ReplicationPlan } from '../../src/model/experiment/replication.ts';
import { type ReplicationOutcome, runReplication } from '../../src/model/experiment/replication.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { ReplicationPool, type ReplicationTask } from '../../src/workers/replication-pool.ts';
import { exponential, MS, machine, vm, workload } from '../model/machine/machine-builder.ts';

const workerFile = new URL('../../dist/workers/replication-worker.bundle.js', import.meta.url);

const planOf = (perSecond: number): ReplicationPlan => ({
  specification: machine([vm('web', workload({ kind: 'open', perSecond }, exponential(2)))]),
  seed: 1,
  warmUp: ns(0),
  duration: ns(200 * MS),
});

async function runAll(
  pool: ReplicationPool,
  tasks: readonly ReplicationTask[],
): Promise<ReplicationOutcome[]> {
  const outcomes: ReplicationOutcome[] = [];
  await pool.run(tasks, (outcome, place) => {
    outcomes[place] = outcome;
  });
  return outcomes;
}

describe('a pool of workers', () => {
  it('gives what running here gives, for two plans in turn and batch after batch', async () => {
    const [slow, busy] = [planOf(50), planOf(300)];
    const tasks = [0, 1, 2].flatMap((replication) => [
      { plan: slow, replication },
      { plan: busy, replication },
    ]);
    const here = tasks.map(({ plan, replication }) => runReplication(plan, replication));
    const pool = new ReplicationPool({ workers: 2, signal: new AbortController().signal, workerFile });
    try {
      expect(await runAll(pool, tasks)).toEqual(here);
      expect(await runAll(pool, tasks.slice(2))).toEqual(here.slice(2));
      expect(await runAll(pool, [])).toEqual([]);
    } finally {
      await pool.close();
    }
  });

  it('ends a batch, and refuses the next one, with what a replication failed of', async () => {
    const broken = { ...planOf(50), duration: ns(-1) };
    const pool = new ReplicationPool({ workers: 2, signal: new AbortController().signal, workerFile });
    const failing = runAll(pool, [{ plan: broken, replication: 0 }]);
    await expect(failing).rejects.toThrow(/-1/);
    await expect(runAll(pool, [{ plan: planOf(50), replication: 0 }])).rejects.toThrow(/-1/);
    await pool.close();
  });

  it('ends a batch with the reason it was stopped for', async () => {
    const controller = new AbortController();
    const pool = new ReplicationPool({ workers: 1, signal: controller.signal, workerFile });
    const long = { ...planOf(300), duration: ns(1e15) };
    const running = runAll(pool, [{ plan: long, replication: 0 }]);
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await pool.close();
  });
});
