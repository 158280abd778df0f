import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RealSwitch } from '../../../src/verify/switch/real-switch.ts';
import { projectRoot, runNestmark } from '../../cli/run-nestmark.ts';

const namespaces = async (): Promise<string[]> =>
  (await readdir('/run/netns').catch((): string[] => [])).filter((name) => name.startsWith('nestmark-'));

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('nestmark verify switch', () => {
  it('measures, predicts and cleans up', async () => {
    const { code, stdout, stderr } = await runNestmark(['verify', 'switch', '--repetitions', '2', '--json']);
    // On a busy machine any verdict may come out; what may not is a failure.
    expect([0, 1, 4], stderr).toContain(code);
    const answer = JSON.parse(stdout);
    expect(answer.schema).toBe('nestmark/verify-switch@1');
    expect(answer.points).toHaveLength(30);
    // Two repetitions on a busy machine may find that a copy costs nothing, not that it costs less.
    expect(answer.costs.hub.copy).toBeGreaterThanOrEqual(0);
    expect(answer.costs.hub.frame).toBeGreaterThan(0);
    for (const { bridge, measured, predicted, samples } of answer.points) {
      expect(samples).toHaveLength(2);
      // A hub's copies are counted, not timed: what the kernel makes is what the model says it makes.
      const copies = bridge.mode === 'hub' ? bridge.targets - 1 : 0;
      expect(predicted.copiesPerFrame).toBe(copies);
      expect(measured.copiesPerFrame).toBeGreaterThan(copies - 0.02);
      expect(measured.copiesPerFrame).toBeLessThan(copies + 0.02);
    }
    expect(await namespaces()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind when ended by %s', async (signal) => {
    const child = spawn(process.execPath, [`${projectRoot}/bin/nestmark.js`, 'verify', 'switch'], {
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while ((await namespaces()).length < 2 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(await namespaces()).toEqual([]);
  });

  it('removes what one that was killed outright has left', async () => {
    const child = spawn(process.execPath, [`${projectRoot}/bin/nestmark.js`, 'verify', 'switch'], {
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    while ((await namespaces()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await ended;
    expect(await namespaces()).toHaveLength(2);
    const next = await RealSwitch.open([{ mode: 'hub', ports: 2, targets: 1 }], new AbortController().signal);
    try {
      expect(await namespaces()).toHaveLength(2);
    } finally {
      await next.close();
    }
    expect(await namespaces()).toEqual([]);
  });
});
