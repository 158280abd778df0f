import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/model/experiment/result.ts';

const root = new URL('../../', import.meta.url);

const SCENARIO = `
schema: nestmark/scenario@1
name: One seat
host: { cores: 2, smt: 1, clock: 3 GHz, memory: 16 GiB }
platform: kvm-intel-shadowing
seats: 1
switch: { promiscuous: true, forged-transmits: true, mac-changes: true }
template:
  vms:
    - name: hypervisor
      vcpus: 2
      memory: 8 GiB
      hypervisor: { switch: { forged-transmits: true, mac-changes: true, mac-learning: true } }
      vms:
        - { name: web, vcpus: 1, memory: 2 GiB, workload: web-server }
        - { name: desktop, vcpus: 1, memory: 2 GiB, workload: desktop }
phases:
  - exercise: { for: 5 s, warm-up: 1 s }
`;

describe('the model', () => {
  it('runs from YAML to rows without Node, a clock or Math.random', async () => {
    const text = (path: string) => readFile(new URL(path, root), 'utf8');
    const files = {
      'platform/kvm-intel-shadowing': await text('platforms/kvm-intel-shadowing.yaml'),
      'workload/web-server': await text('scenarios/workloads/web-server.yaml'),
      'workload/desktop': await text('scenarios/workloads/desktop.yaml'),
    };
    const run = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const workerData = { dist: new URL('dist/', root).href, scenario: SCENARIO, files };
        const worker = new Worker(new URL('./plain-worker.mjs', import.meta.url), { workerData });
        worker.on('message', resolve);
        worker.on('error', reject);
      });
    const [first, second] = await Promise.all([run(), run()]);
    const rows = JSON.parse(first) as Row[];
    expect(
      rows.find(({ entity, metric }) => entity === 'hypervisor/web' && metric === 'slowdown')?.mean,
    ).toBeGreaterThan(1);
    expect(second).toBe(first);
  });
});
