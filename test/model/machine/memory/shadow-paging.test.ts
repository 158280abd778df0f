import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import { exitCost } from '../../../../src/model/machine/exit-cost.ts';
import { MachineError } from '../../../../src/model/machine/machine-error.ts';
import type { ExitCostParameters, Paging } from '../../../../src/model/machine/specification.ts';
import { constant, MS, machine, nested, simulate, vm, workload } from '../machine-builder.ts';

const exits: ExitCostParameters = {
  switch: ns(100),
  classes: {
    exception: { handle: ns(1_000), reflect: ns(2_000), ops: { 'vm-entry': 1 } },
    'cr-access': { handle: ns(600), reflect: ns(2_000), ops: { 'vm-entry': 1 } },
    'page-fault': { handle: ns(4_000), reflect: ns(9_000), ops: { 'vm-entry': 1 } },
    'vm-entry': { handle: ns(3_000), reflect: ns(500), ops: {} },
  },
};
const EXITS_PER_FAULT = 10;
const shadow = { exitsPerFault: EXITS_PER_FAULT, held: ns(20_000) };
const FAULTS = 1_000;
const SPACES = 500;
const FRESH = 200;

/** A job of 10 ms in L2, by how L0 and L1 translate addresses. */
function job(outer: Paging, inner: Paging): number {
  const work = workload({ kind: 'saturated', tasks: 1 }, constant(10), {
    exitsPerCpuSecond: { 'page-fault': FRESH },
    memory: {
      touchesPerCpuSecond: 0,
      tlbMissesPerCpuSecond: 1e6,
      faultsPerCpuSecond: FAULTS,
      addressSpacesPerCpuSecond: SPACES,
    },
  });
  const host = machine(
    [nested('l1', [vm('l2', work)], {}, { paging: inner })],
    { exits, memory: { shadow, walk: { native: 4, nested: 24, reference: ns(5) } } },
    { paging: outer },
  );
  return simulate(host, 2).responses[0]!.mean / MS;
}

/** Of a job of 10 ms, by exits for each second of its work. */
const taking = (...costs: readonly number[]): number =>
  10 * (1 + costs.reduce((sum, cost) => sum + cost, 0) / 1e9);
const cost = (exitClass: 'exception' | 'cr-access' | 'page-fault', depth: number): number =>
  exitCost(exits, exitClass, depth).total;
const WALKS = 1e6 * 20 * 5;

describe('shadowed page tables', () => {
  it('cost nothing where paging is nested', () => {
    expect(job('nested', 'nested')).toBeCloseTo(taking(FRESH * cost('page-fault', 2), WALKS), 3);
  });

  it('of L1 make exits of what L2 does to its tables; fresh memory is a fault of L1', () => {
    expect(job('nested', 'shadow')).toBeCloseTo(
      taking(
        FAULTS * EXITS_PER_FAULT * cost('exception', 2),
        SPACES * cost('cr-access', 2),
        FRESH * cost('page-fault', 1),
        WALKS,
      ),
      3,
    );
  });

  it('of both make exits at both levels, and walks are as on the metal', () => {
    expect(job('shadow', 'shadow')).toBeCloseTo(
      taking(
        FAULTS * EXITS_PER_FAULT * (cost('exception', 2) + cost('exception', 1)),
        SPACES * cost('cr-access', 2),
      ),
      3,
    );
  });

  it('leave no nested paging for those inside', () => {
    expect(() => job('shadow', 'nested')).toThrow(MachineError);
    expect(() => job('shadow', 'nested')).toThrow(/l1: nested paging inside host, which has none/);
  });

  it('need costs', () => {
    const guest = vm(
      'l1',
      workload({ kind: 'saturated', tasks: 1 }, constant(10), {
        memory: { touchesPerCpuSecond: 0, tlbMissesPerCpuSecond: 0, faultsPerCpuSecond: 1 },
      }),
    );
    expect(() => simulate(machine([guest], { exits }, { paging: 'shadow' }), 1)).toThrow(/memory\.shadow/);
  });

  it('hold parallel faults up about as published', () => {
    // PVM, SOSP 2023, figure 4: n processes touch and give back 4 GiB of 4 KiB pages each, in L2 shadowed by L1.
    const published = new Map([
      [1, 100],
      [4, 127],
      [16, 562],
    ]);
    const pages = 2 ** 20;
    const perSecond = 1e9 / 3_400;
    const time = (processes: number): number => {
      const work = workload({ kind: 'saturated', tasks: processes }, constant(1), {
        memory: { touchesPerCpuSecond: 0, tlbMissesPerCpuSecond: 0, faultsPerCpuSecond: perSecond },
      });
      const host = machine(
        [nested('l1', [vm('l2', work, { vcpus: processes })], { vcpus: processes }, { paging: 'shadow' })],
        {
          physicalCpus: processes,
          // An exception of 9.20 us in L2, whoever takes it.
          exits: {
            switch: ns(200),
            classes: { exception: { handle: ns(9_000), reflect: ns(0), ops: {} } },
          },
          memory: {
            shadow: { exitsPerFault: EXITS_PER_FAULT, held: ns(26_000) },
            lock: { handle: ns(670), reflect: ns(3_380), growth: 0.014, scope: 'vm' },
          },
        },
      );
      const { jobs } = simulate(host, 5).guests.find(({ entity }) => entity === 'l2')!;
      // 3.4 us of work a page.
      return pages / ((jobs!.delivered / processes / 5e9) * perSecond);
    };
    for (const [processes, seconds] of published) {
      expect(Math.abs(time(processes) / seconds - 1), `${processes}`).toBeLessThan(0.12);
    }
  });
});
