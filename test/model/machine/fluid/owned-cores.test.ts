import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import { OwnedCores } from '../../../../src/model/machine/fluid/owned-cores.ts';
import { simulateFluid } from '../../../../src/model/machine/fluid/simulate-fluid.ts';
import type { MachineSpecification } from '../../../../src/model/machine/specification.ts';
import { constant, delivered, hyperv, machine, SECOND, shares, vm, workload } from '../machine-builder.ts';
import { comingsAndGoings, takeStep } from './comings-and-goings.ts';

const [A, B, C, D] = [0, 1, 2, 3];
/** A and B are one VM's, C another's, D a third's. */
const VM_OF = Int32Array.of(0, 0, 2, 3);

describe('cores that one VM has at a time', () => {
  const shared = (cores: OwnedCores) => [A, B, C, D].map((occupant) => cores.sharedBy(occupant));

  it('are shared by threads of one VM, and not by those of two', () => {
    const cores = new OwnedCores(1, VM_OF);
    cores.enter(A);
    cores.enter(C);
    expect(shared(cores)).toEqual([0, 0, 0, 0]);
    cores.enter(B);
    expect(shared(cores)).toEqual([1, 1, 0, 0]);
    cores.leave(A);
    expect(shared(cores)).toEqual([0, 0, 0, 0]);
  });

  it('come to who waits, with both threads of it', () => {
    const cores = new OwnedCores(1, VM_OF);
    cores.enter(C);
    cores.enter(A);
    cores.enter(B);
    // They will run side by side.
    expect(shared(cores)).toEqual([1, 1, 0, 0]);
    cores.leave(C);
    expect(shared(cores)).toEqual([1, 1, 0, 0]);
    expect(cores.sharedPart).toBe(1);
  });

  it('are made free by a VM on two half-used ones', () => {
    const cores = new OwnedCores(2, VM_OF);
    cores.enter(A);
    cores.enter(B);
    expect(shared(cores)).toEqual([0, 0, 0, 0]);
    cores.enter(C);
    expect(shared(cores)).toEqual([1, 1, 0, 0]);
    expect(cores.sharedPart).toBeCloseTo(2 / 3, 12);
    cores.leave(C);
    expect(cores.isCrowded).toBe(true);
    cores.spread();
    expect(shared(cores)).toEqual([0, 0, 0, 0]);
  });

  it('never put a VM beside another, and leave none waiting beside an idle core', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), comingsAndGoings(6), (count, steps) => {
        const vmOf = [0, 0, 1, 1, 2, 3];
        const cores = new OwnedCores(count, Int32Array.from(vmOf));
        const here = [0, 0, 0, 0, 0, 0];
        for (const step of steps) {
          takeStep(cores, step, here);
          const ofVm = [0, 1, 2, 3].map((owner) =>
            here.reduce((sum, n, i) => sum + (vmOf[i] === owner ? n : 0), 0),
          );
          const sharedOf = ofVm.map((_, owner) =>
            here.reduce((sum, _n, i) => sum + (vmOf[i] === owner ? cores.sharedBy(i) : 0), 0),
          );
          for (const [owner, n] of ofVm.entries()) {
            expect(sharedOf[owner]!).toBeGreaterThanOrEqual(0);
            expect(sharedOf[owner]!).toBeLessThanOrEqual(n);
            // Alone in its VM nobody is beside it.
            if (n <= 1) expect(sharedOf[owner]).toBe(0);
          }
          const needed = ofVm.reduce((sum, n) => sum + Math.ceil(n / 2), 0);
          const present = ofVm.reduce((sum, n) => sum + n, 0);
          if (needed > count) continue;
          // All have a thread, in pairs no more than the cores force once they are spread.
          const least = 2 * Math.max(0, present - count);
          const all = sharedOf.reduce((sum, n) => sum + n, 0);
          if (present > 0) expect(cores.sharedPart).toBeCloseTo(all / present, 12);
          expect(all).toBeGreaterThanOrEqual(least);
          if (step.kind === 'spread') expect(all).toBe(least);
        }
      }),
    );
  });
});

describe("under Hyper-V's core scheduler", () => {
  const simulate = (specification: MachineSpecification) =>
    simulateFluid(specification, { seed: 1, replication: 0, warmUp: ns(SECOND), duration: ns(10 * SECOND) });
  const busy = (name: string, vcpus: number) =>
    vm(name, workload({ kind: 'saturated', tasks: vcpus }, constant(10)), { vcpus });
  const core = (...guests: ReturnType<typeof vm>[]) =>
    machine(
      guests,
      { physicalCpus: 2, threadsPerCore: 2, smtThroughput: 1.3 },
      { scheduler: hyperv('core') },
    );

  it('two VMs of one vCPU take turns on a core, each at full speed', () => {
    const measured = simulate(core(busy('a', 1), busy('b', 1)));
    expect(delivered(measured, 'a')).toBeCloseTo(0.5, 3);
    expect(delivered(measured, 'b')).toBeCloseTo(0.5, 3);
    expect(shares(measured, 'a').ready).toBeCloseTo(0.5, 3);
    const idle = measured.physicalCpus.reduce((sum, cpu) => sum + cpu.idle, 0);
    expect(idle / (2 * 10 * SECOND)).toBeCloseTo(0.5, 3);
  });

  it('a VM of two vCPUs has both threads in its turn', () => {
    const measured = simulate(core(busy('a', 1), busy('b', 2)));
    expect(delivered(measured, 'a')).toBeCloseTo(0.5, 3);
    expect(delivered(measured, 'b')).toBeCloseTo(0.5 * 1.3, 3);
  });
});
