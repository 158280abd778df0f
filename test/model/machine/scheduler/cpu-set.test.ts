import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CpuSets } from '../../../../src/model/machine/scheduler/cpu-set.ts';
import { NONE } from '../../../../src/model/machine/scheduler/scheduler-state.ts';
import { compileTopology } from '../../../../src/model/machine/topology.ts';
import { hog, machine } from '../machine-builder.ts';

/** A layer of `physicalCpus` and one of `vcpus`. */
function setsOf(physicalCpus: number, vcpus: number): { sets: CpuSets; cpus: number } {
  const { layers, layerOfCpu, cpus } = compileTopology(machine([hog('vm', { vcpus })], { physicalCpus }));
  return { sets: new CpuSets(layers, layerOfCpu), cpus };
}

const changes = fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 200 });

describe('sets of CPUs', () => {
  it('behave as a set of each layer does, and find the next member around it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 70 }),
        changes,
        (physical, vcpus, steps) => {
          const { sets, cpus } = setsOf(physical, vcpus);
          const members = new Set<number>();
          for (const [number, adds] of steps) {
            const cpu = number % cpus;
            if (adds) {
              sets.add(cpu);
              members.add(cpu);
            } else {
              sets.delete(cpu);
              members.delete(cpu);
            }
          }
          for (const [first, count] of [
            [0, physical],
            [physical, vcpus],
          ] as const) {
            const layer = Array.from({ length: count }, (_, i) => first + i);
            expect(sets.isEmpty(first === 0 ? 0 : 1)).toBe(!layer.some((cpu) => members.has(cpu)));
            for (const from of layer) {
              expect(sets.has(from)).toBe(members.has(from));
              const around = [...layer.slice(from - first), ...layer.slice(0, from - first)];
              expect(sets.nextFrom(from)).toBe(around.find((cpu) => members.has(cpu)) ?? NONE);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('find whole cores', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), changes, (cores, steps) => {
        const { sets } = setsOf(2 * cores, 1);
        const members = new Set<number>();
        for (const [number] of steps) {
          sets.add(number % (2 * cores));
          members.add(number % (2 * cores));
        }
        const whole = Array.from({ length: cores }, (_, i) => 2 * i).filter(
          (cpu) => members.has(cpu) && members.has(cpu + 1),
        );
        for (let from = 0; from < 2 * cores; from++) {
          const after = whole.find((cpu) => cpu >= (from & ~1)) ?? whole[0];
          expect(sets.nextCoreFrom(from)).toBe(after ?? NONE);
        }
      }),
      { numRuns: 100 },
    );
  });
});
