import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import { aloneOnMetal } from '../../../src/model/machine/alone-on-metal.ts';
import { MachineError } from '../../../src/model/machine/machine-error.ts';
import type { MachineMeasurement } from '../../../src/model/machine/measurement.ts';
import { simulateMachine } from '../../../src/model/machine/simulate-machine.ts';
import type { HypervisorSpecification } from '../../../src/model/machine/specification.ts';
import {
  constant,
  exponential,
  hog,
  MS,
  machine,
  nested,
  simulate,
  vm,
  workload,
} from './machine-builder.ts';
import { randomMachine } from './random-machine.ts';

const web = (entity: string, role: string) =>
  vm(entity, workload({ kind: 'open', perSecond: 30 }, exponential(10)), { role, vcpus: 2 });
const desktop = (entity: string, role: string) =>
  vm(entity, workload({ kind: 'closed', users: 3, think: exponential(50) }, exponential(5)), { role });

const jobsOf = (measured: MachineMeasurement, role: string) =>
  measured.guests.filter((guest) => guest.role === role).map(({ entity, jobs }) => ({ entity, jobs }));

describe('alone on the metal', () => {
  it('is what a nested guest does when nothing costs and nobody contends: the same jobs, the same responses', () => {
    const roomy = machine(
      [nested('l1', [web('l1/web', 'web'), desktop('l1/desktop', 'desktop')], { vcpus: 3 })],
      { physicalCpus: 3 },
    );
    const deep = simulate(roomy, 30);
    const alone = simulate(aloneOnMetal(roomy), 30);
    for (const role of ['web', 'desktop']) expect(jobsOf(alone, role)).toEqual(jobsOf(deep, role));
    expect(alone.responses).toEqual(deep.responses);
  });

  it('keeps guests of one role from each other, and can leave the other roles out', () => {
    const crowded = machine([web('a', 'web'), web('b', 'web'), desktop('c', 'desktop'), hog('hog')]);
    const both = simulate(aloneOnMetal(crowded), 10);
    const webs = simulate(aloneOnMetal(crowded, 'web'), 10);
    expect(webs.guests.map(({ entity }) => entity)).toEqual(['a', 'b']);
    expect(jobsOf(webs, 'web')).toEqual(jobsOf(both, 'web'));
    for (const { vcpus } of both.guests) for (const { ready } of vcpus) expect(ready).toBe(0);
  });

  it('keeps the jobs: as many arrive with the same demand as in the contended machine', () => {
    const crowded = machine([nested('l1', [web('l1/a', 'web'), web('l1/b', 'web'), hog('l1/hog')])]);
    const nestedJobs = jobsOf(simulate(crowded, 10), 'web');
    const aloneJobs = jobsOf(simulate(aloneOnMetal(crowded, 'web'), 10), 'web');
    for (const [index, { jobs }] of nestedJobs.entries()) {
      expect(aloneJobs[index]!.jobs!.arrived).toBe(jobs!.arrived);
      expect(aloneJobs[index]!.jobs!.demanded).toBe(jobs!.demanded);
    }
  });

  it('has no exits, no siblings, no hypervisor time and nobody waiting, whatever the machine', () => {
    fc.assert(
      fc.property(randomMachine, (specification) => {
        fc.pre(works(specification.root));
        const alone = simulateMachine(aloneOnMetal(specification), {
          seed: 1,
          replication: 0,
          warmUp: ns(0),
          duration: ns(30 * MS),
        });
        expect(alone.cpu.switch).toBe(0);
        expect(alone.cpu.hypervisor).toEqual([0]);
        for (const { vcpus } of alone.guests) for (const { ready } of vcpus) expect(ready).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('needs somebody with work', () => {
    expect(() => aloneOnMetal(machine([hog('a', { role: 'a' })]), 'b')).toThrow(MachineError);
    expect(() => aloneOnMetal(machine([nested('l1', [])]))).toThrow(MachineError);
  });

  it('takes as long as the demand', () => {
    const guest = vm('guest', workload({ kind: 'closed', users: 1, think: constant(10) }, constant(2)));
    expect(simulate(aloneOnMetal(machine([guest])), 1).responses[0]!.mean).toBe(2 * MS);
  });
});

function works(hypervisor: HypervisorSpecification): boolean {
  return hypervisor.guests.some((guest) => guest.workload || (guest.hypervisor && works(guest.hypervisor)));
}
