import { describe, expect, it } from 'vitest';
import { Constant } from '../../../../src/model/kernel/distribution/constant.ts';
import type { Distribution } from '../../../../src/model/kernel/distribution/distribution.ts';
import { Exponential } from '../../../../src/model/kernel/distribution/exponential.ts';
import { Gamma } from '../../../../src/model/kernel/distribution/gamma.ts';
import { Hyperexponential } from '../../../../src/model/kernel/distribution/hyperexponential.ts';
import { Lognormal } from '../../../../src/model/kernel/distribution/lognormal.ts';
import { erlangC, lossMM1K, waitMG1, waitMMc } from './closed-forms.ts';
import { QueueModel } from './queue-model.ts';

const relative = (got: number, expected: number) => Math.abs(got / expected - 1);

/** Plays its values in order, then waits for ever longer. */
class Script implements Distribution {
  readonly mean = Number.NaN;
  readonly variance = Number.NaN;
  private readonly values: number[];
  constructor(values: readonly number[]) {
    this.values = [...values];
  }
  sample(): number {
    return this.values.shift() ?? 1e9;
  }
}

describe('deterministic queues', () => {
  it('D/D/1 below capacity: nobody waits, to the last bit', () => {
    const model = new QueueModel({ gap: new Constant(10), service: new Constant(7), seed: 1 });
    model.serve(10_000);
    expect(model.sojourns.min).toBe(7);
    expect(model.sojourns.max).toBe(7);
    expect(model.simulation.now).toBe(100_007);
    expect(model.busy.integral(100_007)).toBe(70_000);
  });

  it('D/D/1 above capacity: each waits longer than the one before, by the difference', () => {
    const model = new QueueModel({ gap: new Constant(10), service: new Constant(13), seed: 1 });
    model.serve(1_000);
    expect(model.sojourns.max).toBe(13 + 999 * 3);
    expect(model.sojourns.mean).toBe(13 + 999 * 1.5);
  });

  it('a trace by hand', () => {
    // Arrivals at 1, 2, 4, 11 with services 5, 1, 3, 1 leave at 6, 7, 10, 12.
    const gap = new Script([1, 1, 2, 7]);
    const model = new QueueModel({ gap, service: new Script([5, 1, 3, 1]), seed: 1 });
    model.serve(4);
    expect(model.simulation.now).toBe(12);
    expect(model.sojourns.mean).toBe((5 + 5 + 6 + 1) / 4);
    expect(model.waits.mean).toBe((0 + 4 + 3 + 0) / 4);
    expect(model.inSystem.integral(12)).toBe(17);
  });
});

describe("Little's law on the sample path", () => {
  it('holds to 1e-9, with what is still in the system counted', () => {
    const servers = 3;
    const model = new QueueModel({
      gap: new Exponential(0.4),
      service: new Exponential(1),
      servers,
      seed: 2,
    });
    model.serve(200_000);
    // Run on until the system is empty: then every stay is complete.
    while (model.inSystem.value > 0) model.serve(1);
    const { now } = model.simulation;
    const stays = model.sojourns.sum;
    expect(relative(model.inSystem.integral(now), stays)).toBeLessThan(1e-9);
  });
});

describe('M/M/1 at utilization 0.7', () => {
  const model = new QueueModel({ gap: new Exponential(1 / 0.7), service: new Exponential(1), seed: 3 });
  model.serve(1_000_000);

  it('mean time in system is 1 / (mu - lambda), to 1.5 %', () => {
    expect(relative(model.sojourns.mean, 1 / 0.3)).toBeLessThan(0.015);
  });

  it('time in system is exponential: quantiles to 2 %', () => {
    for (const p of [0.1, 0.5, 0.9, 0.95, 0.99]) {
      expect(relative(model.histogram.quantile(p), -Math.log(1 - p) / 0.3)).toBeLessThan(0.02);
    }
    expect(relative(model.sojourns.standardDeviation, 1 / 0.3)).toBeLessThan(0.02);
  });

  it('is busy as much as is asked of it, to 0.3 %', () => {
    expect(relative(model.busy.mean(model.simulation.now), 0.7)).toBeLessThan(0.003);
  });
});

describe('M/M/c', () => {
  it.each([
    [2, 1.6],
    [4, 3],
    [8, 5],
  ])('with %d servers and %d erlangs waits as Erlang C says, to 3 %', (servers, load) => {
    const model = new QueueModel({
      gap: new Exponential(1 / load),
      service: new Exponential(1),
      servers,
      seed: 4,
    });
    model.serve(600_000);
    expect(relative(model.waited / model.arrived, erlangC(servers, load))).toBeLessThan(0.03);
    expect(relative(model.waits.mean, waitMMc(servers, load))).toBeLessThan(0.03);
  });
});

describe('M/M/1/K', () => {
  it.each([
    [0.8, 5],
    [1, 3],
    [1.5, 4],
  ])('at utilization %d with room for %d loses as the closed form says, to 2 %', (utilization, capacity) => {
    const gap = new Exponential(1 / utilization);
    const model = new QueueModel({ gap, service: new Exponential(1), capacity, seed: 5 });
    model.serve(300_000);
    expect(relative(model.lost / model.arrived, lossMM1K(utilization, capacity))).toBeLessThan(0.02);
  });
});

describe('M/G/1', () => {
  const services: [string, Distribution][] = [
    ['constant', new Constant(1)],
    ['Erlang', new Gamma(4, 0.25)],
    ['exponential', new Exponential(1)],
    ['lognormal', new Lognormal(1, 1.5)],
    ['hyperexponential', new Hyperexponential(1, 2)],
  ];

  for (const [name, service] of services) {
    it(`with ${name} service waits as Pollaczek and Khinchine say, to 4 %`, () => {
      const rate = 0.6;
      const model = new QueueModel({ gap: new Exponential(1 / rate), service, seed: 6 });
      model.serve(500_000);
      expect(relative(model.waits.mean, waitMG1(rate, service.mean, service.variance))).toBeLessThan(0.04);
    });
  }
});
