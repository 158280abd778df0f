import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT_CLASSES, type ExitClass } from '../../../src/model/machine/exit-class.ts';
import { exitCost } from '../../../src/model/machine/exit-cost.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import type { Figure } from '../../../src/model/scenario/figure.ts';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { readCatalogue } from '../../../src/model/scenario/read-catalogue.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/model/scenario/scenario.ts';
import { jsonSchemas } from '../../../src/model/scenario/schema/json-schemas.ts';
import { inMemorySources, shippedTexts } from './in-memory-sources.ts';

const texts = shippedTexts();
const sources = inMemorySources(texts);

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const shipped = (name: string): Scenario =>
  take(readScenario(`scenarios/${name}`, readFileSync(`scenarios/${name}`, 'utf8'), sources));

/** Round trip of an exit in microseconds, from each depth. */
const roundTrip = (platform: string, exitClass: ExitClass, depth: number): number => {
  const { exits } = compile(onPlatform(platform));
  return exitCost(exits, exitClass, depth).total / 1000;
};

const onPlatform = (platform: string): Scenario =>
  take(
    readScenario(
      's.yaml',
      readFileSync('scenarios/course-lab.yaml', 'utf8').replace(/^platform: .*$/m, `platform: ${platform}`),
      sources,
    ),
  );

describe('figures of shipped platforms', () => {
  const names = Object.keys(texts).flatMap((key) => (key.startsWith('platform/') ? [key.slice(9)] : []));

  it.each(names)('%s: each has a source and its value within its bounds; the assumed are wide', (name) => {
    const told: string[] = [];
    const visit = (part: unknown, at: string): void => {
      if (typeof part !== 'object' || part === null) return;
      if (!('basis' in part)) {
        for (const [key, inner] of Object.entries(part)) visit(inner, `${at}.${key}`);
        return;
      }
      const { value, low, high, basis, source } = part as Figure;
      told.push(basis);
      expect(source.length, at).toBeGreaterThan(4);
      expect(low <= value && value <= high, `${at}: ${low} ${value} ${high}`).toBe(true);
      if (basis === 'assumed') expect(high, at).toBeGreaterThanOrEqual(1.5 * low);
    };
    visit(onPlatform(name).platform, name);
    expect(told.length).toBeGreaterThan(50);
  });
});

describe('shipped scenarios', () => {
  const names = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));

  it.each(names)('%s is sound', (name) => {
    expect(shipped(name).seats).toBeGreaterThan(0);
  });

  it('the sample and the template of its variants are the same seat', () => {
    expect(shipped('course-lab.yaml').template.vms).toEqual(
      shipped('course-lab-mac-learning.yaml').template.vms,
    );
  });

  it('the MAC learning variant differs from the sample in nothing but the switch and its texts', () => {
    const {
      name: _a,
      description: _b,
      switch: flooding,
      template: _c,
      ...sample
    } = shipped('course-lab.yaml');
    const learned = shipped('course-lab-mac-learning.yaml');
    const { name: _d, description: _e, switch: learning, template: _f, ...variant } = learned;
    expect(variant).toEqual(sample);
    expect(flooding).toMatchObject({ promiscuous: true, macLearning: false });
    expect(learning).toMatchObject({ promiscuous: false, macLearning: true });
  });

  it('the virtual variant is one level deeper', () => {
    expect(compile(shipped('course-lab.yaml')).baseLevel).toBe(0);
    expect(compile(shipped('course-lab-virtual.yaml')).baseLevel).toBe(1);
  });
});

describe('shipped platforms reproduce what they were made from', () => {
  // PVM, SOSP 2023, table 1, in us; HyperTurtle, ATC 2025, table 2 (page-fault).
  it.each<[ExitClass, number, number]>([
    ['hypercall', 0.46, 7.43],
    ['exception', 1.66, 9.2],
    ['msr-write', 0.87, 8.18],
    ['cpuid', 0.54, 7.1],
    ['pio', 3.79, 29.34],
    ['page-fault', 5.58, 28.39],
  ])('kvm-intel-shadowing, %s: %f us in L1, %f us in L2', (exitClass, first, second) => {
    expect(roundTrip('kvm-intel-shadowing', exitClass, 1)).toBeCloseTo(first, 3);
    expect(Math.abs(roundTrip('kvm-intel-shadowing', exitClass, 2) / second - 1)).toBeLessThan(0.002);
  });

  // Turtles, OSDI 2010: cpuid as in section 4.3; others figure 6 scaled to it (0.924 in L1, 0.912 in L2), cycles at 2.9 GHz.
  it.each<[ExitClass, number, number]>([
    ['cpuid', 2600, 58_486],
    ['pio', 12_329 * 0.924, 183_382 * 0.912],
    ['msr-read', 4648 * 0.924, 128_359 * 0.912],
    ['cr-access', 6304 * 0.924, 90_953 * 0.912],
    ['mmio', 11_830 * 0.924, 88_140 * 0.912],
    ['exception', 4648 * 0.924, 41_596 * 0.912],
    ['page-fault', 24_239 * 0.924, 49_436 * 0.912],
    ['external-interrupt', 64_459 * 0.924, 192_160 * 0.912],
  ])('kvm-intel-no-shadowing, %s: %f cycles in L1, %f cycles in L2', (exitClass, first, second) => {
    expect(Math.abs((roundTrip('kvm-intel-no-shadowing', exitClass, 1) * 2900) / first - 1)).toBeLessThan(
      0.005,
    );
    expect(Math.abs((roundTrip('kvm-intel-no-shadowing', exitClass, 2) * 2900) / second - 1)).toBeLessThan(
      0.01,
    );
  });

  it.each(['kvm-intel-shadowing', 'kvm-intel-no-shadowing'])(
    '%s prices every class, at four levels',
    (name) => {
      // Accesses that shadowing serves are a class of their own only where there is shadowing.
      const priced = Object.keys(compile(onPlatform(name)).exits.classes) as ExitClass[];
      expect(EXIT_CLASSES.filter((each) => each !== 'vmcs-shadowable')).toEqual(
        priced.filter((each) => each !== 'vmcs-shadowable'),
      );
      for (const exitClass of priced) {
        const deeper = exitClass === 'vmcs-shadowable' ? 1 : 2;
        expect(roundTrip(name, exitClass, 4)).toBeGreaterThanOrEqual(roundTrip(name, exitClass, 3) * deeper);
      }
    },
  );

  it.each(['kvm-intel-shadowing', 'kvm-intel-no-shadowing'])(
    '%s calls nothing measured that we did not',
    (name) => {
      expect(texts[`platform/${name}`]).not.toContain('basis: measured');
    },
  );
});

describe('the EC2 catalogue', () => {
  const hosts = take(readCatalogue('catalogue/ec2.yaml', texts['catalogue/ec2']!));

  it('has every type that can nest, metal at level 0 and virtual at level 1', () => {
    expect(hosts.size).toBe(256);
    for (const [name, host] of hosts) expect(host.level).toBe(name.includes('metal') ? 0 : 1);
    expect(hosts.get('m7i.metal-24xl')).toMatchObject({
      cpus: 96,
      threadsPerCore: 2,
      clock: 3.2e9,
      memory: 384 * 2 ** 30,
      nic: 37.5e9,
      disk: { iops: 120_000, bandwidth: 3.75e9, latency: null },
      price: { usdPerHour: 5.32224, asOf: '2026-07-20', region: 'us-east-1' },
    });
    expect(hosts.get('m8i.24xlarge')).toMatchObject({ level: 1, cpus: 96, price: { usdPerHour: 5.08032 } });
  });

  it('says of each where it comes from and when', () => {
    for (const host of hosts.values()) expect(host.source).toMatch(/moto.*as of 2026-08-02/s);
  });
});

describe('JSON Schemas for editors', () => {
  it.each([...jsonSchemas()])(
    'docs/schemas/%s is current (npm run build && node scripts/write-schemas.mjs)',
    (name, schema) => {
      expect(JSON.parse(readFileSync(`docs/schemas/${name}`, 'utf8'))).toEqual(
        JSON.parse(JSON.stringify(schema)),
      );
    },
  );
});
