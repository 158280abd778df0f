import { describe, expect, it } from 'vitest';
import { identifiability } from '../../src/calibrate/statistics/identifiability.ts';
import { ns } from '../../src/model/kernel/units.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../src/model/machine/specification.ts';
import { TRUTH } from './synthetic-record.ts';

const both = [1, 2];

describe('what observations can tell', () => {
  it('is, from depth 1 of one class, one sum of two parameters', () => {
    const told = identifiability(TRUTH.exits, [{ exitClass: 'cpuid', depths: [1] }]);
    expect(told.parameters).toEqual(['switch', 'reflect', 'handle(cpuid)']);
    expect(told.rank).toBe(1);
    expect(told.free).toEqual([{ reflect: 1 }, { switch: 1, 'handle(cpuid)': -1 }]);
  });

  it('is all but the splits of switch and of reflection when accesses differ between classes', () => {
    const told = identifiability(TRUTH.exits, [
      { exitClass: 'cpuid', depths: both },
      { exitClass: 'msr-write', depths: both },
    ]);
    expect(told.rank).toBe(4);
    expect(told.free).toHaveLength(2);
    expect(told.free).toContainEqual({ reflect: 1, 'handle(vm-entry)': -1 });
  });

  it('is less when every class traps equally often', () => {
    const told = identifiability(TRUTH.exits, [
      { exitClass: 'cpuid', depths: both },
      { exitClass: 'hypercall', depths: both },
    ]);
    expect(told.rank).toBe(3);
    expect(told.free).toContainEqual({ 'handle(vmcs-access)': 1, 'handle(vm-entry)': expect.closeTo(-3, 9) });
  });

  it('lets nothing that was observed change along a free direction', () => {
    const observed = [
      { exitClass: 'cpuid' as const, depths: both },
      { exitClass: 'pio' as const, depths: both },
      { exitClass: 'msr-write' as const, depths: [1] },
    ];
    for (const direction of identifiability(TRUTH.exits, observed).free) {
      const moved = along(TRUTH.exits, direction, 100);
      for (const { exitClass, depths } of observed) {
        for (const depth of depths) {
          const before = exitCost(TRUTH.exits, exitClass, depth).total;
          expect(exitCost(moved, exitClass, depth).total).toBeCloseTo(before, 4);
        }
      }
    }
  });

  it('says that the split of the switch changes no cost at any depth', () => {
    const every = Object.keys(TRUTH.exits.classes) as (keyof typeof TRUTH.exits.classes)[];
    const told = identifiability(
      TRUTH.exits,
      every.map((exitClass) => ({ exitClass, depths: [1, 2, 3] })),
    );
    expect(told.rank).toBe(told.parameters.length - 1);
    expect(told.free[0]).toMatchObject({ switch: 1, 'handle(vm-entry)': expect.closeTo(-1, 6) });
  });
});

function along(
  exits: ExitCostParameters,
  direction: Readonly<Record<string, number>>,
  by: number,
): ExitCostParameters {
  const moved = (name: string): number => by * (direction[name] ?? 0);
  return {
    switch: ns(exits.switch + moved('switch')),
    classes: Object.fromEntries(
      Object.entries(exits.classes).map(([name, { handle, reflect, ops }]) => [
        name,
        { handle: ns(handle + moved(`handle(${name})`)), reflect: ns(reflect + moved('reflect')), ops },
      ]),
    ),
  };
}
