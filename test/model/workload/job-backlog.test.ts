import fc from 'fast-check';
import { expect, it } from 'vitest';
import { JobBacklog } from '../../../src/model/workload/job-backlog.ts';

it('waiting jobs come out in the order they came in, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(1_000_000), { freq: 3 }), { maxLength: 300 }), (steps) => {
      const backlog = new JobBacklog();
      const expected: number[] = [];
      for (const arrival of steps) {
        if (arrival === null) {
          const first = expected.shift();
          if (first === undefined) continue;
          expect([backlog.firstArrival, backlog.firstDemand]).toEqual([first, 2 * first]);
          backlog.shift();
        } else {
          backlog.push(arrival, 2 * arrival);
          expected.push(arrival);
        }
      }
      const left: number[] = [];
      backlog.forEach((arrival) => {
        left.push(arrival);
      });
      expect(left).toEqual(expected);
      expect(backlog.length).toBe(expected.length);
    }),
  );
});
