import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import { ExitCostError, exitCost } from '../../../src/model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../../src/model/machine/specification.ts';

const parameters: ExitCostParameters = {
  switch: ns(100),
  classes: {
    cpuid: { handle: ns(400), reflect: ns(1_000), ops: { 'vmcs-access': 3, 'vm-entry': 1 } },
    'vmcs-access': { handle: ns(200), reflect: ns(0), ops: {} },
    'vm-entry': { handle: ns(2_000), reflect: ns(500), ops: { 'vmcs-access': 2, 'vm-entry': 1 } },
  },
};

describe('exit recursion', () => {
  it('costs nothing on the metal', () => {
    expect(exitCost(parameters, 'cpuid', 0).total).toBe(0);
  });

  it('at depth 1 is one switch and the handler', () => {
    expect(exitCost(parameters, 'cpuid', 1)).toEqual({ switch: 100, byLevel: [400], total: 500 });
  });

  it('at depth 2 adds reflection and the ops of the handler, worked by hand', () => {
    // ops: 3 x (100 + 200) + 1 x (100 + 2000); level 0 also reflects for 1000; level 1 handles for 400.
    expect(exitCost(parameters, 'cpuid', 2)).toEqual({
      switch: 100 + 4 * 100,
      byLevel: [1_000 + 3 * 200 + 2_000, 400],
      total: 500 + 3_600 + 400,
    });
  });

  it('multiplies with depth when the way back in itself traps several times', () => {
    const unshadowed: ExitCostParameters = {
      switch: ns(100),
      classes: {
        cpuid: { handle: ns(400), reflect: ns(0), ops: { 'vm-entry': 1 } },
        'vmcs-access': { handle: ns(0), reflect: ns(0), ops: { 'vm-entry': 1 } },
        'vm-entry': { handle: ns(0), reflect: ns(0), ops: { 'vmcs-access': 9, 'vm-entry': 1 } },
      },
    };
    // depth 1: 500. depth 2: 500 + 100. depth 3: 500 + (100 + 9 x 100 + 100). depth 4: 500 + vm-entry at depth 3,
    // which is 100 + 9 x (100 + 100) + (100 + 9 x 100 + 100).
    const costs = [1, 2, 3, 4].map((depth) => exitCost(unshadowed, 'cpuid', depth).total);
    expect(costs).toEqual([500, 600, 1_600, 3_500]);
  });

  it('names the class that is missing and who needs it', () => {
    const broken: ExitCostParameters = {
      switch: ns(1),
      classes: { cpuid: { handle: ns(1), reflect: ns(0), ops: { mmio: 1 } } },
    };
    expect(() => exitCost(broken, 'cpuid', 2)).toThrow(ExitCostError);
    expect(() => exitCost(broken, 'cpuid', 2)).toThrow(/class mmio \(an op of cpuid\)/);
    expect(() => exitCost(broken, 'hypercall', 1)).toThrow(/class hypercall$/);
  });

  it('splits its total between switches and levels, whatever the parameters', () => {
    const time = fc.integer({ min: 0, max: 1_000_000 }).map(ns);
    const count = fc.integer({ min: 0, max: 5 });
    const arbitrary = fc.record({
      switch: time,
      handle: time,
      reflect: time,
      accesses: count,
      entries: count,
    });
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 4 }), (p, depth) => {
        const cost = exitCost(
          {
            switch: p.switch,
            classes: {
              cpuid: {
                handle: p.handle,
                reflect: p.reflect,
                ops: { 'vmcs-access': p.accesses, 'vm-entry': p.entries },
              },
              'vmcs-access': { handle: p.handle, reflect: ns(0), ops: {} },
              'vm-entry': { handle: p.handle, reflect: p.reflect, ops: { 'vm-entry': 1 } },
            },
          },
          'cpuid',
          depth,
        );
        expect(cost.byLevel).toHaveLength(depth);
        const parts = cost.switch + cost.byLevel.reduce((a, b) => a + b, 0);
        expect(Math.abs(parts - cost.total)).toBeLessThanOrEqual(1e-12 * cost.total);
      }),
    );
  });
});

describe('a hypervisor in between', () => {
  const nested: ExitCostParameters = { ...parameters, reflectOps: { 'vmcs-access': 5, 'vm-entry': 1 } };

  it('does not exist up to depth 2', () => {
    for (const depth of [1, 2]) {
      expect(exitCost(nested, 'cpuid', depth)).toEqual(exitCost(parameters, 'cpuid', depth));
    }
  });

  it('reflects at depth 3 as the outermost does, and traps for it, worked by hand', () => {
    // Level 1 reflects for 1000 and traps 5 x 300 (accesses) and 2100 (its entry of level 2), of which switches 6 x 100.
    const without = exitCost(parameters, 'cpuid', 3);
    const cost = exitCost(nested, 'cpuid', 3);
    // The owner's own VM entry and accesses come from depth 2, and level 1 owns those: nobody reflects them but level 0.
    expect(cost.total - without.total).toBe(5 * 300 + 2_100);
    expect(cost.switch - without.switch).toBe(6 * 100);
    expect(cost.byLevel[0]! - without.byLevel[0]!).toBe(5 * 200 + 2_000);
    expect(cost.byLevel[1]).toBe(without.byLevel[1]);
  });

  it('charges its own reflection to itself', () => {
    // Ops from depth 2 handle at level 1: 3 accesses of 200 and an entry of 2000. Reflection there: 1000.
    expect(exitCost(parameters, 'cpuid', 3).byLevel[1]).toBe(1_000 + 3 * 200 + 2_000);
  });
});

describe('an assist', () => {
  const shadowed = (beyond: 'owner' | 'outermost'): ExitCostParameters => ({
    ...parameters,
    assists: { 'vmcs-access': { depth: 1, beyond } },
  });

  it('takes exits away down to its depth', () => {
    expect(exitCost(shadowed('owner'), 'vmcs-access', 1)).toEqual({ switch: 0, byLevel: [0], total: 0 });
    expect(exitCost(shadowed('owner'), 'cpuid', 2).total).toBe(
      exitCost(parameters, 'cpuid', 2).total - 3 * 300,
    );
  });

  it('leaves deeper guests to their own hypervisor', () => {
    const access = exitCost(shadowed('owner'), 'vmcs-access', 2);
    expect(access.total).toBe(exitCost(parameters, 'vmcs-access', 2).total);
  });

  it('or to the outermost one, which does not reflect', () => {
    expect(exitCost(shadowed('outermost'), 'vmcs-access', 3)).toEqual({
      switch: 100,
      byLevel: [200, 0, 0],
      total: 300,
    });
  });
});
