import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runReplication } from '../../src/model/experiment/replication.ts';
import { ns } from '../../src/model/kernel/units.ts';
import type { GuestSpecification } from '../../src/model/machine/specification.ts';
import { primerOf } from '../../src/workers/primer.ts';
import { hog, MS, machine } from '../model/machine/machine-builder.ts';
import { randomMachine } from '../model/machine/random-machine.ts';

const planOf = (specification: ReturnType<typeof machine>) => ({
  specification,
  seed: 1,
  warmUp: ns(0),
  duration: ns(MS),
});

describe('a primer', () => {
  it('is of the first seat, on few CPUs', () => {
    const inSeat = (seat: number): GuestSpecification => hog(`vm-${seat}`, { seat });
    const { specification } = primerOf(planOf(machine([inSeat(1), inSeat(2)], { physicalCpus: 64 })));
    expect(specification.root.guests.map(({ entity }) => entity)).toEqual(['vm-1']);
    expect(specification.physicalCpus).toBe(4);
  });

  it('keeps the CPUs that a guest is bound to', () => {
    const bound = hog('vm', { affinity: [7] });
    expect(primerOf(planOf(machine([bound], { physicalCpus: 8 }))).specification.physicalCpus).toBe(8);
  });

  it('can be simulated wherever its plan can', () => {
    fc.assert(
      fc.property(randomMachine, (specification) => {
        const primer = primerOf(planOf(specification));
        expect(() => runReplication({ ...primer, duration: ns(5 * MS) }, 0)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});
