import { describe, expect, test } from 'vitest';
import { type EngineTask, nextTask } from '../../src/workers/next-task.ts';

const FLUID: EngineTask = { engine: 'fluid' };
const EXACT: EngineTask = { engine: 'exact' };

describe('what an idle thread takes', () => {
  test('is nothing when nothing waits', () => {
    expect(nextTask([], [EXACT], 2)).toBeNull();
  });

  test('is the first of one kind', () => {
    expect(nextTask([FLUID, FLUID], [], 2)).toBe(0);
    expect(nextTask([EXACT, EXACT], [EXACT], 2)).toBe(0);
  });

  test('is the long one first, on half of the threads', () => {
    expect(nextTask([FLUID, EXACT], [], 2)).toBe(1);
    expect(nextTask([EXACT, FLUID], [EXACT], 2)).toBe(1);
    expect(nextTask([EXACT, FLUID], [EXACT], 3)).toBe(0);
    expect(nextTask([FLUID, EXACT], [FLUID], 2)).toBe(1);
  });

  test('on one thread is the long one', () => {
    expect(nextTask([FLUID, EXACT], [], 1)).toBe(1);
  });
});
