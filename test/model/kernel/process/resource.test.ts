import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hold, type ProcessBody } from '../../../../src/model/kernel/process/process.ts';
import { ProcessSimulation } from '../../../../src/model/kernel/process/process-simulation.ts';
import { Resource } from '../../../../src/model/kernel/process/resource.ts';

interface Request {
  readonly at: number;
  readonly units: number;
  readonly priority: number;
  readonly hold: number;
}

/** Runs the requests and says when each was served. */
function served(capacity: number, requests: readonly Request[]) {
  const simulation = new ProcessSimulation();
  const resource = new Resource(simulation, capacity);
  const times: number[] = [];
  let inUse = 0;
  let most = 0;
  function* user(index: number, { units, priority, hold: duration }: Request): ProcessBody {
    yield resource.acquire(units, priority);
    times[index] = simulation.now;
    inUse += units;
    most = Math.max(most, inUse);
    yield hold(duration);
    inUse -= units;
    resource.release(units);
  }
  for (const [index, request] of requests.entries()) simulation.start(user(index, request), request.at);
  simulation.runToEnd();
  return { times, most, resource, end: simulation.now };
}

describe('Resource', () => {
  it('serves first come first served, as many at once as it has units', () => {
    const request = { units: 1, priority: 0, hold: 10 };
    const { times } = served(
      2,
      [0, 1, 2, 3].map((at) => ({ at, ...request })),
    );
    expect(times).toEqual([0, 1, 10, 11]);
  });

  it('serves lower priority numbers first, and does not take from who has it', () => {
    const { times } = served(1, [
      { at: 0, units: 1, priority: 5, hold: 10 },
      { at: 1, units: 1, priority: 2, hold: 10 },
      { at: 2, units: 1, priority: 1, hold: 10 },
      { at: 3, units: 1, priority: 2, hold: 10 },
    ]);
    expect(times).toEqual([0, 20, 10, 30]);
  });

  it('lets a large request hold up small ones behind it, but not more urgent ones', () => {
    const { times } = served(3, [
      { at: 0, units: 2, priority: 0, hold: 10 },
      { at: 1, units: 3, priority: 0, hold: 10 },
      { at: 2, units: 1, priority: 0, hold: 1 },
      { at: 3, units: 1, priority: -1, hold: 1 },
    ]);
    expect(times).toEqual([0, 10, 20, 3]);
  });

  it('never gives more than it has, loses nothing and serves everyone, whatever is asked', () => {
    const request = fc.record({
      at: fc.nat({ max: 30 }),
      units: fc.integer({ min: 1, max: 4 }),
      priority: fc.integer({ min: -1, max: 1 }),
      hold: fc.nat({ max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 40 }), (requests) => {
        const { times, most, resource, end } = served(4, requests);
        expect(times.filter((time) => time !== undefined)).toHaveLength(requests.length);
        expect(most).toBeLessThanOrEqual(4);
        expect(resource.free).toBe(4);
        // Little's law on the sample path, in whole numbers: unit-time in use is what was asked for.
        const asked = requests.reduce((sum, { units, hold: duration }) => sum + units * duration, 0);
        expect(resource.busy.integral(end)).toBe(asked);
        const waited = requests.reduce((sum, { at }, i) => sum + times[i]! - at, 0);
        expect(resource.queued.integral(end)).toBe(waited);
      }),
    );
  });

  it('refuses what it can never give', () => {
    const resource = new Resource({ now: 0 }, 2);
    expect(() => resource.acquire(3)).toThrow('can never be acquired');
    expect(() => resource.acquire(0.5)).toThrow(RangeError);
    expect(() => resource.release()).toThrow('released');
    expect(() => new Resource({ now: 0 }, 0)).toThrow(RangeError);
  });
});
