import { describe, expect, it } from 'vitest';
import { changePoints } from '../../../src/gate/history/change-points.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

/** Heights with a noise of 2 %, a value in twenty up to half as high again. */
function noisy(heights: readonly number[], replication: number): readonly number[] {
  const stream = RandomStream.named(7, replication, 'noise');
  return heights.map((height) => {
    const spike = stream.uniform() < 0.05 ? 1 + stream.uniform() / 2 : 1;
    return height * spike * Math.exp(0.02 * stream.normal());
  });
}

const level = (height: number, length: number): number[] => new Array<number>(length).fill(height);

describe('change points', () => {
  it('finds a step and its size where it is', () => {
    const [change, ...others] = changePoints(noisy([...level(4, 20), ...level(4.4, 20)], 1));
    expect(others).toEqual([]);
    expect(Math.abs(change!.index - 20)).toBeLessThanOrEqual(1);
    expect(change!.effect).toBeGreaterThan(1.07);
    expect(change!.effect).toBeLessThan(1.13);
    expect(change!.chance).toBe(1 / 500);
  });

  it('finds a step up and the way back', () => {
    const found = changePoints(noisy([...level(4, 15), ...level(4.6, 15), ...level(4, 15)], 2));
    expect(found.map(({ effect }) => effect > 1)).toEqual([true, false]);
  });

  it('finds slow creep that no two neighbours show', () => {
    const creeping = Array.from({ length: 60 }, (_, night) => 4 * 1.002 ** night);
    const found = changePoints(noisy(creeping, 3));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ effect }) => effect > 1)).toBe(true);
  });

  it('finds something in at most 3 % of histories in which nothing changed', () => {
    const histories = 200;
    let alarms = 0;
    for (let i = 0; i < histories; i++) if (changePoints(noisy(level(4, 24), 100 + i)).length > 0) alarms++;
    expect(alarms / histories).toBeLessThanOrEqual(0.03);
  });

  it('is quiet about a change smaller than anybody would act on', () => {
    const exact = [...level(3009, 20), ...level(3010, 20)];
    expect(changePoints(exact)).toEqual([]);
    expect(changePoints(exact, { significance: 0.01, shortest: 4, leastEffect: 0 })).toHaveLength(1);
  });

  it('says the same of the same history every time', () => {
    const history = noisy([...level(4, 12), ...level(4.2, 12)], 5);
    expect(changePoints(history)).toEqual(changePoints(history));
  });

  it.each([[[]], [[1]], [level(2, 7)], [level(2, 40)]])('takes %j, which has no change', (values) => {
    expect(changePoints(values)).toEqual([]);
  });
});
