import { expect, test } from 'vitest';
import { Expectations } from '../../../src/bench/lab/expectations.ts';

const turn = { level: 2, block: 1, workload: 'cpuid' };

test('a guest is expected to boot, to boot what is above it, and to take its turn; else it may sleep', () => {
  const guest = new Expectations(1);
  guest.heard(0);
  expect(guest.any()).toBe(true);
  guest.take({ type: 'level', level: 1, bootSeconds: 1, environment: {}, evidence: [] }, 1000);
  expect(guest.any()).toBe(false);
  guest.take({ type: 'boot', level: 2, attempt: 1 }, 2000);
  expect([guest.any(), guest.booting(), guest.step()]).toEqual([true, true, 'boot (level 2)']);
  guest.take({ type: 'level', level: 2, bootSeconds: 1, environment: {}, evidence: [] }, 9000);
  expect([guest.any(), guest.booting(), guest.step()]).toEqual([false, false, '']);
  guest.turn(turn, 50_000);
  expect([guest.any(), guest.silentSeconds(53_000), guest.step()]).toEqual([true, 3, 'cpuid (level 2)']);
  guest.take({ type: 'turn-done', ...turn, watched: {} }, 54_000);
  expect(guest.any()).toBe(false);
});

test('a level that is lost, or given up, has no turn, and nobody waits for it', () => {
  const guest = new Expectations(1);
  guest.take({ type: 'level', level: 1, bootSeconds: 1, environment: {}, evidence: [] }, 0);
  guest.turn(turn, 0);
  guest.take({ type: 'lost', level: 2, reason: '', console: [] }, 1);
  expect(guest.any()).toBe(false);
  guest.take({ type: 'boot', level: 2, attempt: 2 }, 2);
  guest.take({ type: 'gave-up', level: 2, reason: '', console: [] }, 3);
  expect(guest.any()).toBe(false);
});
