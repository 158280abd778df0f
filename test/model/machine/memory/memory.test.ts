import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, type BytesPerSecond, ns } from '../../../../src/model/kernel/units.ts';
import type { HypervisorMemory } from '../../../../src/model/machine/memory/memory-specification.ts';
import {
  lockHeld,
  othersAtLock,
  queueAtLock,
  speedAtLock,
} from '../../../../src/model/machine/memory/mmu-lock.ts';
import { memoryPressure } from '../../../../src/model/machine/memory/pressure.ts';
import type { ExitCostParameters } from '../../../../src/model/machine/specification.ts';
import { constant, MS, machine, nested, simulate, vm, workload } from '../machine-builder.ts';

const GIB = 2 ** 30;
const bytes = (gib: number): Bytes => (gib * GIB) as Bytes;

const hypervisor = (reclaim: Partial<HypervisorMemory['reclaim']>, capacity = 10): HypervisorMemory => ({
  capacity: bytes(capacity),
  own: bytes(1),
  overhead: { perVm: bytes(0.1), perGib: bytes(0.01), perVcpu: bytes(0.02) },
  reclaim: { sharing: 0, balloon: 0, swap: false, ...reclaim },
});
const claims = (count: number) => [{ count, vcpus: 2, memory: { configured: bytes(4), active: bytes(2) } }];
const inGib = (value: number): number => value / GIB;

describe('memory that is short', () => {
  it('counts the hypervisor, its guests and what it needs for each', () => {
    const { demand, missing } = memoryPressure(hypervisor({}), claims(2));
    expect(inGib(demand)).toBeCloseTo(1 + 2 * (4 + 0.1 + 0.04 + 0.04), 9);
    expect(missing).toBe(0);
  });

  it('is missing where nothing wins it back', () => {
    const { demand, missing, swappedShare } = memoryPressure(hypervisor({}), claims(3));
    expect(inGib(missing)).toBeCloseTo(inGib(demand) - 10, 9);
    expect(swappedShare).toBe(0);
  });

  it('is shared first, then taken by balloons from what is idle, then swapped', () => {
    const pressure = memoryPressure(hypervisor({ sharing: 0.05, balloon: 0.65, swap: true }), claims(5));
    const over = 1 + 5 * 4.18 - 10;
    expect(inGib(pressure.shared)).toBeCloseTo(1, 9);
    expect(inGib(pressure.ballooned)).toBeCloseTo(10, 9);
    expect(inGib(pressure.swapped)).toBeCloseTo(over - 11, 9);
    expect(pressure.missing).toBe(0);
  });

  it('is swapped from what guests work with only when nothing idle is left', () => {
    const cold = memoryPressure(hypervisor({ swap: true }), claims(3));
    expect(inGib(cold.swapped)).toBeCloseTo(1 + 3 * 4.18 - 10, 9);
    expect(cold.swappedShare).toBe(0);
    const hot = memoryPressure(hypervisor({ swap: true }), claims(6));
    expect(hot.swappedShare).toBeCloseTo((1 + 6 * 4.18 - 10 - 12) / 12, 9);
  });
});

describe('a swapped page', () => {
  // One job reads nothing of its own; a tenth of the 100 pages it comes back to is swapped out.
  const work = workload({ kind: 'saturated', tasks: 1 }, constant(100), {
    memory: { touchesPerCpuSecond: 1_000, tlbMissesPerCpuSecond: 0 },
  });
  const swapping = (share: number): HypervisorMemory => ({
    capacity: bytes(10),
    own: bytes(0),
    overhead: { perVm: bytes(0), perGib: bytes(0), perVcpu: bytes(0) },
    reclaim: { sharing: 0, balloon: 0, swap: share > 0 },
  });
  const memory = { configured: (bytes(10) / 0.9) as Bytes, active: (bytes(10) / 0.9) as Bytes };
  const storage = {
    device: {
      latency: constant(2),
      depth: 8,
      iops: { perSecond: 1e6 },
      bandwidth: { perSecond: 1e12 as BytesPerSecond },
    },
    thinWrites: 0,
  };

  it('is waited for on the disk of the host', () => {
    const measured = simulate(
      machine([vm('guest', work, { memory })], { storage }, { memory: swapping(0.1) }),
      20,
    );
    // 100 ms of work and 10 swap-ins of 2 ms.
    expect(measured.responses[0]!.mean / MS).toBeCloseTo(120, 1);
  });

  it('is read through the disk of the hypervisor that swapped it out', () => {
    const disk = {
      controller: {
        queueDepth: 8,
        kick: {},
        kickBatch: 1,
        coalescing: 1,
        submit: ns(100_000),
        complete: ns(0),
      },
      thin: false,
    };
    const outer = nested(
      'outer',
      [vm('inner', work, { memory })],
      { disk, vcpus: 1 },
      { memory: swapping(0.1) },
    );
    const measured = simulate(machine([outer], { storage, physicalCpus: 2 }), 20);
    // Besides, two I/Os of 0.1 ms each time, a page in and a page out.
    expect(measured.responses[0]!.mean / MS).toBeCloseTo(122, 0);
  });
});

describe('page walks', () => {
  const walking = (level: 'metal' | 'guest') => {
    const work = workload({ kind: 'saturated', tasks: 1 }, constant(10), {
      memory: { touchesPerCpuSecond: 0, tlbMissesPerCpuSecond: 1e6 },
    });
    const memory = level === 'metal' ? {} : { memory: { walk: { native: 4, nested: 24, reference: ns(5) } } };
    return simulate(machine([vm('guest', work)], memory), 5).responses[0]!.mean / MS;
  };

  it('are longer in a guest by what the second table adds', () => {
    expect(walking('guest') / walking('metal')).toBeCloseTo(1 + (1e6 * 20 * 5) / 1e9, 4);
  });
});

/** PVM, SOSP 2023, figures 4 and 10: seconds in which n processes touch 4 GiB each, in L2, EPT on EPT. */
const PUBLISHED = new Map([
  [1, 9.2],
  [4, 19.0],
  [16, 74.5],
  [32, 194],
]);
const PAGES = 2 ** 20;
/** Fitted on 1, 4 and 32 (docs/memory.md): microseconds held by one fault, growth with each waiter. */
const HELD = 4.05;
const GROWTH = 0.014;

const seconds = (processes: number): number => {
  const single = (PUBLISHED.get(1)! / PAGES) * 1e6;
  const share = HELD / single;
  const others = othersAtLock(new Float64Array(processes).fill(share), processes, GROWTH);
  return (single * PAGES) / 1e6 / speedAtLock(share, others, GROWTH);
};

describe('the lock of the outermost page tables', () => {
  it('is held as long as its recursion says', () => {
    const fault = { handle: ns(5_000), reflect: ns(9_000), ops: { 'page-fault': 1, 'vm-entry': 1 } };
    const exits: ExitCostParameters = {
      switch: ns(100),
      classes: { 'page-fault': fault, 'vm-entry': { handle: ns(1), reflect: ns(1), ops: {} } },
    };
    const lock = { handle: ns(600), reflect: ns(3_000), growth: 0, scope: 'vm' as const };
    expect([0, 1, 2, 3].map((depth) => lockHeld(exits, lock, 'page-fault', depth))).toEqual([
      0, 600, 3_600, 6_600,
    ]);
    expect(lockHeld(exits, lock, 'vm-entry', 2)).toBe(0);
  });

  it('reproduces what it was fitted on, and predicts the point it was not', () => {
    const error = (processes: number): number => seconds(processes) / PUBLISHED.get(processes)! - 1;
    for (const fitted of [1, 4, 32]) expect(Math.abs(error(fitted)), `${fitted}`).toBeLessThan(0.02);
    expect(Math.abs(error(16))).toBeLessThan(0.15);
  });

  it('makes parallel faults degrade faster than linearly', () => {
    expect(seconds(32) / seconds(16)).toBeGreaterThan(2);
    expect(seconds(64) / seconds(32)).toBeGreaterThan(2);
  });

  // 10 us of own work and a fault of 4 us, all of it under the lock: shares of 0.2857 undisturbed.
  const storm = (vms: number, perVm: number, scope: 'vm' | 'host') => {
    const work = workload({ kind: 'saturated', tasks: perVm }, constant(1), {
      exitsPerCpuSecond: { 'page-fault': 100_000 },
    });
    const guests = Array.from({ length: vms }, (_, i) => vm(`guest-${i}`, work, { vcpus: perVm }));
    return simulate(
      machine(guests, {
        physicalCpus: vms * perVm,
        exits: {
          switch: ns(0),
          classes: { 'page-fault': { handle: ns(4_000), reflect: ns(0), ops: {} } },
        },
        memory: { lock: { handle: ns(4_000), reflect: ns(0), growth: 0, scope } },
      }),
      2,
    );
  };

  it('has as many others as halving finds, whoever contends', () => {
    const shares = fc.array(
      fc.oneof(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.constantFrom(1, 1e-5)),
      {
        minLength: 2,
        maxLength: 96,
      },
    );
    fc.assert(
      fc.property(shares, fc.constantFrom(0, 0.03, 0.5, 3), (list, growth) => {
        const each = Float64Array.from(list);
        const n = list.length;
        let [low, high] = [0, n - 1];
        for (let i = 0; i < 50; i++) {
          const middle = (low + high) / 2;
          if (queueAtLock(middle, each, n, growth, null) * (1 - 1 / n) > middle) low = middle;
          else high = middle;
        }
        expect(Math.abs(othersAtLock(each, n, growth) - low)).toBeLessThan(1e-8 * n);
      }),
      { numRuns: 2000 },
    );
  });

  it('stretches the work of a machine as the closed network says, and counts the wait as spinning', () => {
    const measured = storm(1, 8, 'vm');
    const share = 4 / 14;
    const speed = speedAtLock(share, othersAtLock(new Float64Array(8).fill(share), 8, 0), 0);
    const { spin, guest, hypervisor, idle } = measured.cpu;
    expect(spin / (spin + guest + hypervisor[0]!)).toBeCloseTo(1 - speed, 4);
    expect(idle).toBeLessThan(1e6);
    expect(measured.responses[0]!.mean / (1.4 * MS)).toBeCloseTo(1 / speed, 3);
  });

  it('is one for each VM, or one for all', () => {
    const apart = storm(8, 1, 'vm');
    const together = storm(8, 1, 'host');
    expect(apart.cpu.spin).toBe(0);
    expect(together.cpu.spin).toBeGreaterThan(0);
  });
});
