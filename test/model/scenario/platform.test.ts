import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformToYaml } from '../../../src/calibrate/profile/platform-yaml.ts';
import { EXIT_CLASSES } from '../../../src/model/machine/exit-class.ts';
import { BASES } from '../../../src/model/scenario/figure.ts';
import { PLATFORM_SCHEMA, type Platform } from '../../../src/model/scenario/platform.ts';
import { formatProblem } from '../../../src/model/scenario/problem.ts';
import { readPlatform } from '../../../src/model/scenario/read-platform.ts';
import { platformText } from './in-memory-sources.ts';

const PLAIN = platformText(['pio', 'vm-entry']);

const problems = (from: string, to: string): string[] => {
  if (!PLAIN.includes(from)) throw new Error(`${from} is not in the platform`);
  const read = readPlatform('p.yaml', PLAIN.replace(from, to));
  return read.ok ? [] : read.problems.map(formatProblem);
};

const figure = <T extends number>(value: fc.Arbitrary<number>) =>
  fc.record({
    value: value.map((n) => n as T),
    low: fc.constant(0 as T),
    high: fc.constant((2 ** 50) as T),
    basis: fc.constantFrom(...BASES),
    source: fc.constantFrom('a paper', "it's 5 %: see #3", '- odd: "text"', 'two\nlines'),
  });

const cost = figure<never>(fc.double({ min: 1e-6, max: 1e12, noNaN: true }));
const whole = figure<never>(fc.integer({ min: 1, max: 1e12 }));
const count = figure<never>(fc.double({ min: 0, max: 1000, noNaN: true }));
const bounded = (value: number) =>
  fc.constant({ value, low: value, high: value, basis: 'published' as const, source: 'x' });

const platforms: fc.Arbitrary<Platform> = fc.record({
  schema: fc.constant(PLATFORM_SCHEMA),
  name: fc.constantFrom('mine', 'kvm-amd-6-1'),
  title: fc.constantFrom('Mine: #1', '2.0', 'true'),
  hypervisor: fc.constant('KVM'),
  cpu: fc.constant('a CPU'),
  clock: fc.constantFrom('time', 'instructions'),
  scheduler: fc.record({ policy: fc.constant('eevdf'), slice: whole, tick: whole }),
  smtThroughput: bounded(1.25),
  exits: fc.record({
    switch: cost,
    classes: fc
      .dictionary(
        fc.constantFrom(...EXIT_CLASSES),
        fc.record({ handle: cost, reflect: cost, ops: fc.record({ 'vm-entry': count }) }),
      )
      .chain((classes) =>
        fc.record({ handle: cost, reflect: cost, ops: fc.constant({}) }).map((entry) => ({
          ...classes,
          'vm-entry': entry,
        })),
      ),
  }),
  network: fc.record({
    forward: cost,
    copy: cost,
    drop: cost,
    receive: cost,
    ring: bounded(256),
    batch: bounded(64),
  }),
});

describe('a platform', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(platforms, (platform) => {
        const read = readPlatform('p.yaml', platformToYaml(platform));
        expect(read).toEqual({ ok: true, value: platform });
      }),
      { numRuns: 50 },
    );
  });

  it('keeps its calibration', () => {
    const read = readPlatform('p.yaml', PLAIN);
    if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
    const calibrated: Platform = {
      ...read.value,
      calibration: {
        record: { id: 'r-1', sha256: 'ab'.repeat(32), clock: 'instructions' },
        residuals: [
          {
            level: 2,
            workload: 'cpuid',
            unit: 'ns',
            measured: 29525,
            predicted: 29525.5,
            error: 0.00002,
            fitted: true,
          },
        ],
        notes: ['one: two'],
      },
    };
    expect(readPlatform('p.yaml', platformToYaml(calibrated))).toEqual({ ok: true, value: calibrated });
  });

  it('takes a bound that is left out for the value itself, when it was published', () => {
    const text = PLAIN.replace(/batch: \{.*?\}/s, 'batch: { value: 64, basis: published, source: vhost }');
    const read = readPlatform('p.yaml', text);
    expect(read.ok && read.value.network.batch).toEqual({
      value: 64,
      low: 64,
      high: 64,
      basis: 'published',
      source: 'vhost',
    });
  });

  it.each<[string, string, string, RegExp]>([
    [
      'an assumed figure without bounds',
      'ring: { value: 256, low: 256, high: 256, basis: measured',
      'ring: { value: 256, basis: assumed',
      /network\.ring\.basis: found a figure that is assumed and has no low, expected low and high; how far off could it be\?/,
    ],
    [
      'bounds the wrong way round',
      'low: 256',
      'low: 300',
      /network\.ring\.low: found a low bound above the value, expected low <= value <= high/,
    ],
    [
      'a number without its unit',
      'switch: { value: 0.5 us',
      'switch: { value: 0.5',
      /exits\.switch\.value: found 0\.5, expected a CPU time such as 0\.21 us or 345 ns; add a unit/,
    ],
    [
      'a number in place of a figure',
      'batch: { value: 64, low: 64, high: 64, basis: measured, source: made up }',
      'batch: 64',
      /network\.batch: found 64, expected a figure: \{ value, low, high, basis, source \}/,
    ],
    [
      'a class there is not',
      '    pio:',
      '    poi:',
      /exits\.classes\.poi: found the unknown key "poi"; did you mean pio\?/,
    ],
    [
      'an op without a cost',
      'ops: { vm-entry',
      'ops: { cpuid',
      /exits\.classes\.pio\.ops\.cpuid: found an op of class cpuid, expected one of the classes that exits\.classes gives a cost for/,
    ],
    [
      'a basis there is not',
      'basis: measured',
      'basis: guessed',
      /found "guessed", expected one of measured, published, derived, assumed/,
    ],
    [
      'SMT that slows down',
      'value: 1.25, low: 1.25',
      'value: 0.9, low: 0.9',
      /smt-throughput\.value: found 0\.9, expected at least 1/,
    ],
  ])('refuses %s', (_, from, to, expected) => {
    const found = problems(from, to);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatch(/^p\.yaml:\d+:\d+: /);
    expect(found[0]).toMatch(expected);
  });
});
