import { describe, expect, it } from 'vitest';
import {
  hold,
  Interrupted,
  type Process,
  type ProcessBody,
} from '../../../../src/model/kernel/process/process.ts';
import { ProcessSimulation } from '../../../../src/model/kernel/process/process-simulation.ts';
import { Resource } from '../../../../src/model/kernel/process/resource.ts';
import { Store } from '../../../../src/model/kernel/process/store.ts';

/** A simulation and what was said in it, with the times. */
function stage() {
  const simulation = new ProcessSimulation();
  const log: string[] = [];
  const say = (what: string) => log.push(`${simulation.now} ${what}`);
  return { simulation, log, say };
}

describe('a process', () => {
  it('holds, and goes on where it was', () => {
    const { simulation, log, say } = stage();
    simulation.start(
      (function* () {
        say('drive');
        yield hold(5);
        say('park');
        yield hold(2);
        say('drive again');
      })(),
    );
    simulation.runUntil(6);
    expect(log).toEqual(['0 drive', '5 park']);
    simulation.runUntil(7);
    expect(log).toEqual(['0 drive', '5 park', '7 drive again']);
    expect(simulation.now).toBe(7);
  });

  it('runs in the order in which it became due, among processes due at once', () => {
    const { simulation, log, say } = stage();
    function* body(name: string): ProcessBody {
      yield hold(1);
      say(name);
    }
    for (const name of ['a', 'b', 'c']) simulation.start(body(name));
    simulation.runToEnd();
    expect(log).toEqual(['1 a', '1 b', '1 c']);
  });

  it('gives what it returns to who waits for its end, before or after', () => {
    const { simulation, log, say } = stage();
    const worker = simulation.start(
      (function* () {
        yield hold(3);
        return 'done';
      })(),
    );
    function* waiter(): ProcessBody {
      say(yield* worker.end);
    }
    simulation.start(waiter());
    simulation.start(waiter(), 10);
    simulation.runToEnd();
    expect(log).toEqual(['3 done', '10 done']);
    expect(worker.state).toBe('ended');
  });

  it('whose error nobody catches ends the run with it', () => {
    const { simulation } = stage();
    const process = simulation.start(
      (function* () {
        yield hold(1);
        throw new TypeError('bad model');
      })(),
    );
    expect(() => simulation.runToEnd()).toThrow('bad model');
    expect(process.state).toBe('ended');
  });

  it('that ends with an error gives back what it holds, and the others can go on', () => {
    const { simulation, log, say } = stage();
    const counter = new Resource(simulation);
    function* user(name: string, fails: boolean): ProcessBody {
      yield counter.acquire();
      try {
        yield hold(5);
        if (fails) throw new Error(`${name} broke`);
        say(`${name} served`);
      } finally {
        counter.release();
      }
    }
    simulation.start(user('first', true));
    simulation.start(user('second', false));
    expect(() => simulation.runToEnd()).toThrow('first broke');
    expect(simulation.now).toBe(5);
    simulation.runToEnd();
    expect(log).toEqual(['10 second served']);
    expect(counter.free).toBe(1);
  });

  it.each([
    ['a time that has no end', Number.POSITIVE_INFINITY, 'cannot hold for Infinity'],
    ['a negative time', -1, 'cannot hold for -1'],
    ['nothing', undefined, 'not undefined'],
    ['what is not to be waited for', {}, 'not [object Object]'],
  ])('that yields %s is told where it does, and can clean up', (_, command, message) => {
    const { simulation, log, say } = stage();
    const counter = new Resource(simulation);
    simulation.start(
      (function* (): ProcessBody {
        yield counter.acquire();
        try {
          yield command as never;
        } catch (error) {
          say((error as Error).message);
          yield hold(1);
        } finally {
          counter.release();
        }
      })(),
    );
    simulation.runToEnd();
    expect(log).toEqual([expect.stringContaining(message)]);
    expect([counter.free, simulation.now]).toEqual([1, 1]);
  });

  it('cannot hold for a negative time', () => {
    expect(() => hold(-1)).toThrow('cannot hold for -1');
    expect(() => hold(Number.NaN)).toThrow(RangeError);
  });
});

describe('interrupting', () => {
  it('throws at the yield, at the time of the interrupt, and the old time does not come back', () => {
    const { simulation, log, say } = stage();
    const sleeper = simulation.start(
      (function* () {
        try {
          yield hold(100);
          say('overslept');
        } catch (error) {
          if (!(error instanceof Interrupted)) throw error;
          say(`woken by ${error.reason}`);
          yield hold(500);
          say('up');
        }
      })(),
    );
    simulation.start(
      (function* () {
        yield hold(30);
        sleeper.interrupt('alarm');
      })(),
    );
    simulation.runToEnd();
    expect(log).toEqual(['30 woken by alarm', '530 up']);
  });

  it('makes a waiting process leave its place in line', () => {
    const { simulation, log, say } = stage();
    const counter = new Resource(simulation);
    function* customer(name: string): ProcessBody {
      try {
        yield counter.acquire();
      } catch {
        say(`${name} leaves`);
        return;
      }
      say(`${name} served`);
      yield hold(10);
      counter.release();
    }
    simulation.start(customer('first'));
    const second = simulation.start(customer('second'));
    simulation.start(customer('third'));
    simulation.runUntil(5);
    second.interrupt();
    simulation.runToEnd();
    expect(log).toEqual(['0 first served', '5 second leaves', '10 third served']);
    expect(counter.free).toBe(1);
  });

  it('in the middle of a service gives back the units it holds, at once, to the next in line', () => {
    const { simulation, log, say } = stage();
    const counter = new Resource(simulation);
    function* customer(name: string): ProcessBody {
      yield counter.acquire();
      say(`${name} served`);
      try {
        yield hold(10);
      } finally {
        counter.release();
      }
    }
    const first = simulation.start(customer('first'));
    simulation.start(customer('second'));
    simulation.runUntil(3);
    first.interrupt('closing');
    expect(() => simulation.runToEnd()).toThrow(Interrupted);
    simulation.runToEnd();
    expect(log).toEqual(['0 first served', '3 second served']);
    expect([counter.free, simulation.now]).toEqual([1, 13]);
    expect(counter.busy.integral(13)).toBe(13);
  });

  it('of one that waits for room in a store takes its item along', () => {
    const { simulation } = stage();
    const store = new Store<string>(1);
    const putter = simulation.start(
      (function* (): ProcessBody {
        yield store.put('in');
        try {
          yield store.put('waits');
        } catch {
          // Gone, with its item.
        }
      })(),
    );
    simulation.runUntil(1);
    putter.interrupt();
    const got: string[] = [];
    simulation.start(
      (function* (): ProcessBody {
        for (;;) got.push(yield* store.get());
      })(),
    );
    simulation.runToEnd();
    expect(got).toEqual(['in']);
  });

  it('gives back what was granted and not yet taken', () => {
    const { simulation, log, say } = stage();
    const counter = new Resource(simulation);
    const waiting = simulation.start(
      (function* () {
        yield counter.acquire();
        say('never');
      })(),
      1,
    );
    simulation.start(
      (function* () {
        yield counter.acquire();
        yield hold(5);
        counter.release();
        // Granted to the waiting process, which has not run yet.
        waiting.interrupt();
      })(),
    );
    expect(() => simulation.runToEnd()).toThrow(Interrupted);
    expect(log).toEqual([]);
    expect(counter.free).toBe(1);
  });

  it('does the same for an item of a store, which goes back to the front', () => {
    const { simulation } = stage();
    const store = new Store<string>();
    const getter = simulation.start(
      (function* () {
        try {
          yield store.get();
        } catch {
          // Left without.
        }
      })(),
    );
    simulation.start(
      (function* () {
        yield hold(1);
        store.offer('first');
        store.offer('second');
        getter.interrupt();
        yield hold(1);
        return yield* store.get();
      })(),
    );
    simulation.runToEnd();
    expect(store.size).toBe(1);
  });

  it('several times at once throws one after another', () => {
    const { simulation, log, say } = stage();
    const stubborn = simulation.start(
      (function* () {
        for (;;) {
          try {
            yield hold(100);
            return;
          } catch (error) {
            say(`${(error as Interrupted).reason}`);
          }
        }
      })(),
    );
    simulation.runUntil(1);
    stubborn.interrupt('one');
    stubborn.interrupt('two');
    simulation.runToEnd();
    expect(log).toEqual(['1 one', '1 two']);
    expect(simulation.now).toBe(101);
  });

  it('reaches a process that has not begun at its first yield', () => {
    const { simulation, log, say } = stage();
    const process = simulation.start(
      (function* () {
        say('begun');
        try {
          yield hold(1);
        } catch {
          say('interrupted');
        }
      })(),
    );
    process.interrupt();
    simulation.runToEnd();
    expect(log).toEqual(['0 begun', '0 interrupted']);
  });

  it('is refused for one that has ended, and for oneself', () => {
    const { simulation } = stage();
    const ended = simulation.start(
      (function* (): ProcessBody {
        yield hold(0);
      })(),
    );
    simulation.runToEnd();
    expect(() => ended.interrupt()).toThrow('has ended');
    const self: { process: Process | null } = { process: null };
    self.process = simulation.start(
      (function* (): ProcessBody<unknown> {
        yield hold(1);
        return self.process?.interrupt();
      })(),
    );
    expect(() => simulation.runToEnd()).toThrow('running process');
  });
});
