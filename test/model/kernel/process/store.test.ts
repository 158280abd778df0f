import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hold, type ProcessBody } from '../../../../src/model/kernel/process/process.ts';
import { ProcessSimulation } from '../../../../src/model/kernel/process/process-simulation.ts';
import { Store } from '../../../../src/model/kernel/process/store.ts';

/** A producer and a consumer with given gaps; what came out, and when. */
function exchange(capacity: number, producing: readonly number[], consuming: readonly number[]) {
  const simulation = new ProcessSimulation();
  const store = new Store<number>(capacity);
  const received: number[] = [];
  let fullest = 0;
  function* producer(): ProcessBody {
    for (const [item, gap] of producing.entries()) {
      yield hold(gap);
      yield store.put(item);
      fullest = Math.max(fullest, store.size);
    }
  }
  function* consumer(): ProcessBody {
    for (const gap of consuming) {
      received.push(yield* store.get());
      yield hold(gap);
    }
  }
  simulation.start(producer());
  simulation.start(consumer());
  simulation.runToEnd();
  return { received, fullest, left: store.size };
}

describe('Store', () => {
  it('hands items over in order, none lost, never above its capacity', () => {
    const gaps = fc.array(fc.nat({ max: 5 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), gaps, gaps, (capacity, producing, consuming) => {
        const { received, fullest, left } = exchange(capacity, producing, consuming);
        const handed = Math.min(producing.length, consuming.length);
        expect(received).toEqual(Array.from({ length: handed }, (_, i) => i));
        expect(fullest).toBeLessThanOrEqual(capacity);
        expect(left).toBe(Math.min(producing.length - handed, capacity));
      }),
    );
  });

  it('takes an offer only when there is room', () => {
    const store = new Store<string>(2);
    expect([store.offer('a'), store.offer('b'), store.offer('c')]).toEqual([true, true, false]);
    expect(store.size).toBe(2);
  });

  it('serves those who wait for an item in the order they came', () => {
    const simulation = new ProcessSimulation();
    const store = new Store<string>();
    const got: string[] = [];
    function* getter(name: string): ProcessBody {
      got.push(`${name}: ${yield* store.get()}`);
    }
    simulation.start(getter('first'));
    simulation.start(getter('second'));
    simulation.runToEnd();
    store.offer('x');
    store.offer('y');
    simulation.runToEnd();
    expect(got).toEqual(['first: x', 'second: y']);
  });

  it('needs room for something', () => {
    expect(() => new Store(0)).toThrow(RangeError);
  });
});
