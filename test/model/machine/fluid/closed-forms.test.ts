import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import { simulateFluid } from '../../../../src/model/machine/fluid/simulate-fluid.ts';
import type { MachineMeasurement } from '../../../../src/model/machine/measurement.ts';
import type { MachineSpecification } from '../../../../src/model/machine/specification.ts';
import {
  constant,
  delivered,
  exponential,
  freeNetwork,
  hog,
  machine,
  nested,
  promiscuous,
  SECOND,
  shares,
  vm,
  workload,
} from '../machine-builder.ts';

const simulate = (specification: MachineSpecification, seconds = 20): MachineMeasurement =>
  simulateFluid(specification, {
    seed: 1,
    replication: 0,
    warmUp: ns(SECOND),
    duration: ns(seconds * SECOND),
  });

describe('ideal sharing', () => {
  it('gives k equal hogs on one CPU a k-th each', () => {
    const measured = simulate(machine([hog('a'), hog('b'), hog('c')]));
    for (const entity of ['a', 'b', 'c']) {
      expect(shares(measured, entity).running).toBeCloseTo(1 / 3, 9);
      expect(shares(measured, entity).ready).toBeCloseTo(2 / 3, 9);
      expect(delivered(measured, entity)).toBeCloseTo(1 / 3, 9);
    }
  });

  it('divides by weight, and nobody gets more than a CPU', () => {
    const heavy = hog('heavy', { weight: 8192 });
    const measured = simulate(machine([heavy, hog('a'), hog('b')], { physicalCpus: 2 }));
    expect(delivered(measured, 'heavy')).toBeCloseTo(1, 9);
    expect(delivered(measured, 'a')).toBeCloseTo(0.5, 9);
    expect(delivered(measured, 'b')).toBeCloseTo(0.5, 9);
  });

  it('multiplies the shares of nested layers, and hides from the inner what the outer takes', () => {
    const inner = nested('inner', [hog('inner/a', { weight: 2048 }), hog('inner/b')]);
    const measured = simulate(machine([inner, hog('other')]));
    expect(delivered(measured, 'inner/a')).toBeCloseTo(1 / 3, 9);
    expect(delivered(measured, 'inner/b')).toBeCloseTo(1 / 6, 9);
    const { running, hiddenSteal } = shares(measured, 'inner/a');
    expect(running).toBeCloseTo(2 / 3, 9);
    expect(hiddenSteal).toBeCloseTo(1 / 3, 9);
  });

  it('is M/M/1 processor sharing for one guest with one vCPU', () => {
    const open = workload({ kind: 'open', perSecond: 60, workers: 10_000 }, exponential(10));
    const { responses } = simulate(machine([vm('web', open)]), 4000);
    // D / (1 - rho)
    expect(responses[0]!.mean / 1e6).toBeCloseTo(25, -0.5);
    expect(Math.abs(responses[0]!.mean / 25e6 - 1)).toBeLessThan(0.05);
  });

  it('serves jobs of one guest at once on as many vCPUs as it has, and no more', () => {
    const four = workload({ kind: 'saturated', tasks: 4 }, constant(10));
    const measured = simulate(machine([vm('a', four, { vcpus: 2 })], { physicalCpus: 8 }));
    expect(delivered(measured, 'a')).toBeCloseTo(2, 9);
    expect(measured.responses[0]!.mean).toBeCloseTo(20e6, 0);
  });

  it('slows both threads of a core down', () => {
    const measured = simulate(
      machine([hog('a'), hog('b'), hog('c')], { physicalCpus: 4, threadsPerCore: 2, smtThroughput: 1.25 }),
    );
    // Three busy threads on two cores: one core shared, as in the exact engine, for as long as nobody stops.
    const each = ['a', 'b', 'c'].map((entity) => delivered(measured, entity)).sort();
    expect(each[0]).toBeCloseTo(0.625, 9);
    expect(each[1]).toBeCloseTo(0.625, 9);
    expect(each[2]).toBeCloseTo(1, 9);
  });
});

describe('frames', () => {
  it('that cost nothing take nothing, however many there are', () => {
    const network = { send: 12, receive: 9, peer: 'uplink' } as const;
    const web = workload({ kind: 'open', perSecond: 50 }, constant(1), { network });
    const { responses, network: counted } = simulate(machine([vm('web', web)], { network: freeNetwork }), 40);
    expect(responses[0]!.count).toBeGreaterThan(1800);
    expect(responses[0]!.mean).toBeCloseTo(1e6, -5);
    expect(counted!.switches.flatMap(({ dropped }) => Object.values(dropped)).every((n) => n === 0)).toBe(
      true,
    );
  });

  it('that flood a hypervisor are looked at with the CPU it gets, and lost beyond that', () => {
    const sender = vm(
      'sender',
      workload({ kind: 'open', perSecond: 2_000 }, constant(0.001), {
        network: { send: 12, receive: 0, peer: 'uplink' },
      }),
    );
    const flooded = nested('flooded', [hog('flooded/inner')]);
    const network = { ...freeNetwork, drop: ns(30_000) };
    const measured = simulate(
      machine([flooded, hog('beside'), sender], { network }, { switch: promiscuous }),
    );
    const [host, inner] = ['host', 'flooded'].map(
      (name) => measured.network!.switches.find((one) => one.entity === name)!,
    );
    expect(host!.copied / 20).toBeCloseTo(24_000, -3);
    // 24,000 copies a second would take 0.72 of a CPU.
    const looking = (inner!.discarded * 30_000) / (measured.end - measured.start);
    expect(looking).toBeLessThanOrEqual(shares(measured, 'flooded').running);
    expect(host!.copiesLost).toBeGreaterThan(0.3 * host!.copied);
  });
});
