import { describe, expect, it } from 'vitest';
import { Condition } from '../../../../src/model/kernel/process/condition.ts';
import { hold, type ProcessBody } from '../../../../src/model/kernel/process/process.ts';
import { ProcessSimulation } from '../../../../src/model/kernel/process/process-simulation.ts';
import { Resource } from '../../../../src/model/kernel/process/resource.ts';
import { Signal } from '../../../../src/model/kernel/process/signal.ts';
import { Store } from '../../../../src/model/kernel/process/store.ts';

describe('anyOf', () => {
  it('lets a customer give up after a time, and nothing is left behind in the line', () => {
    const simulation = new ProcessSimulation();
    const counter = new Resource(simulation);
    const log: string[] = [];
    function* customer(name: string, patience: number): ProcessBody {
      const { index } = yield* simulation.anyOf(counter.acquire(), simulation.timeout(patience));
      if (index === 1) {
        log.push(`${simulation.now} ${name} gives up`);
        return;
      }
      log.push(`${simulation.now} ${name} served`);
      yield hold(10);
      counter.release();
    }
    simulation.start(customer('first', 3));
    simulation.start(customer('second', 4));
    simulation.start(customer('third', 20));
    simulation.runToEnd();
    expect(log).toEqual(['0 first served', '4 second gives up', '10 third served']);
    expect(counter.free).toBe(1);
    // The third's timeout was cancelled with the wait: nothing is due after its service.
    expect(simulation.now).toBe(20);
  });

  it('takes from one store only', () => {
    const simulation = new ProcessSimulation();
    const [left, right] = [new Store<string>(), new Store<string>()];
    const got: unknown[] = [];
    simulation.start(
      (function* () {
        got.push(yield* simulation.anyOf(left.get(), right.get()));
      })(),
    );
    simulation.runToEnd();
    right.offer('r');
    left.offer('l');
    simulation.runToEnd();
    expect(got).toEqual([{ index: 1, value: 'r' }]);
    expect([left.size, right.size]).toEqual([1, 0]);
  });

  it('interrupted while it waits leaves every line', () => {
    const simulation = new ProcessSimulation();
    const counter = new Resource(simulation);
    const store = new Store<string>();
    const log: string[] = [];
    const owner = function* (): ProcessBody {
      yield counter.acquire();
      yield hold(10);
      counter.release();
    };
    simulation.start(owner());
    const waiting = simulation.start(
      (function* (): ProcessBody {
        try {
          yield simulation.anyOf(counter.acquire(), store.get(), simulation.timeout(7));
        } catch {
          log.push(`${simulation.now} interrupted`);
        }
      })(),
    );
    simulation.runUntil(2);
    waiting.interrupt();
    simulation.runUntil(3);
    store.offer('item');
    simulation.runToEnd();
    expect(log).toEqual(['2 interrupted']);
    // Neither the item nor the counter went to who had left, and its timeout is not due any more.
    expect([store.size, counter.free, simulation.now]).toEqual([1, 1, 10]);
  });

  it('can be one of the things another combination waits for', () => {
    const simulation = new ProcessSimulation();
    const [left, right] = [new Signal<string>(), new Signal<string>()];
    const got: unknown[] = [];
    simulation.start(
      (function* (): ProcessBody {
        const either = simulation.anyOf(left, simulation.timeout(100));
        got.push(yield* simulation.allOf(either, right), simulation.now);
      })(),
    );
    simulation.start(
      (function* (): ProcessBody {
        yield hold(1);
        left.fire('l');
        yield hold(1);
        right.fire('r');
      })(),
    );
    simulation.runToEnd();
    expect(got).toEqual([[{ index: 0, value: 'l' }, 'r'], 2]);
    expect(simulation.now).toBe(2);
  });

  it('of which one part cannot be waited for waits for none of them', () => {
    const simulation = new ProcessSimulation();
    const counter = new Resource(simulation);
    const shared = simulation.timeout(50);
    const log: string[] = [];
    simulation.start(
      (function* (): ProcessBody {
        yield shared;
      })(),
    );
    simulation.start(
      (function* (): ProcessBody {
        try {
          yield simulation.allOf(counter.acquire(), shared);
        } catch (error) {
          log.push((error as Error).message);
        }
      })(),
    );
    simulation.runToEnd();
    expect(log).toEqual([expect.stringContaining('one process at a time')]);
    expect(counter.free).toBe(1);
  });

  it('gives back what it was granted when it is interrupted before taking it', () => {
    const simulation = new ProcessSimulation();
    const counter = new Resource(simulation);
    const never = new Signal();
    const process = simulation.start(
      (function* () {
        try {
          yield simulation.anyOf(counter.acquire(), never);
        } catch {
          // Gone.
        }
      })(),
      1,
    );
    simulation.start(
      (function* () {
        yield counter.acquire();
        yield hold(2);
        counter.release();
        process.interrupt();
      })(),
    );
    simulation.runToEnd();
    expect(counter.free).toBe(1);
  });
});

describe('allOf', () => {
  it('waits for the last, with the results in the order asked', () => {
    const simulation = new ProcessSimulation();
    const [early, late] = [new Signal<string>(), new Signal<string>()];
    const got: unknown[] = [];
    simulation.start(
      (function* () {
        got.push(simulation.now, yield* simulation.allOf(late, early, simulation.timeout(1)), simulation.now);
      })(),
    );
    simulation.start(
      (function* () {
        yield hold(2);
        early.fire('e');
        yield hold(3);
        late.fire('l');
      })(),
    );
    simulation.runToEnd();
    expect(got).toEqual([0, ['l', 'e', undefined], 5]);
  });

  it('interrupted half way gives back what it already held', () => {
    const simulation = new ProcessSimulation();
    const [free, taken] = [new Resource(simulation), new Resource(simulation)];
    simulation.start(
      (function* () {
        yield taken.acquire();
        yield hold(100);
      })(),
    );
    const greedy = simulation.start(
      (function* () {
        try {
          yield simulation.allOf(free.acquire(), taken.acquire());
        } catch {
          // Gone.
        }
      })(),
    );
    simulation.runUntil(1);
    expect(free.free).toBe(0);
    greedy.interrupt();
    simulation.runUntil(2);
    expect(free.free).toBe(1);
  });
});

describe('Signal and Condition', () => {
  it('a signal wakes all who wait, and is there at once for who comes later', () => {
    const simulation = new ProcessSimulation();
    const opening = new Signal<number>();
    const times: number[] = [];
    function* visitor(): ProcessBody {
      const fee = yield* opening;
      times.push(simulation.now + fee);
    }
    simulation.start(visitor());
    simulation.start(visitor(), 9);
    simulation.runUntil(5);
    opening.fire(100);
    simulation.runToEnd();
    expect(times).toEqual([105, 109]);
    expect(() => opening.fire(1)).toThrow('only once');
  });

  it('a condition wakes who waits at the time, one or all', () => {
    const simulation = new ProcessSimulation();
    const changed = new Condition();
    let woken = 0;
    function* watcher(): ProcessBody {
      for (;;) {
        yield changed;
        woken++;
      }
    }
    for (let i = 0; i < 3; i++) simulation.start(watcher());
    simulation.runToEnd();
    changed.notify();
    simulation.runToEnd();
    expect(woken).toBe(1);
    changed.notifyAll();
    simulation.runToEnd();
    expect(woken).toBe(4);
    expect(changed.waiting).toBe(3);
  });
});
