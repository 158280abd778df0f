import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { readCatalogue } from '../../../src/model/scenario/read-catalogue.ts';

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const catalogue = (name: string) =>
  take(readCatalogue(`${name}.yaml`, readFileSync(`catalogue/${name}.yaml`, 'utf8')));

describe('shipped catalogues', () => {
  const rented = ['ec2', 'azure', 'gcp'].map((name) => [name, catalogue(name)] as const);

  it.each(rented)('%s: every host has a dated price, a source and a profile to plan with', (_, hosts) => {
    for (const host of hosts.values()) {
      expect(host.price?.usdPerHour).toBeGreaterThan(0);
      expect(host.price?.asOf).toMatch(/^2026-\d\d-\d\d$/);
      expect(host.price?.source).toMatch(/./);
      expect(host.source).toMatch(/as of 2026/);
      expect(host.catalogue?.platforms).not.toBeNull();
    }
  });

  it('ec2: at least 60 virtual types that nest, and metal', () => {
    const hosts = [...catalogue('ec2').values()];
    expect(hosts.filter(({ level }) => level === 1).length).toBeGreaterThanOrEqual(60);
    expect(hosts.filter(({ level }) => level === 0).length).toBeGreaterThan(60);
  });

  it('ec2: every processor that is named has a speed, the reference core is 1', () => {
    const hosts = [...catalogue('ec2').values()];
    for (const host of hosts.filter(({ processor }) => processor !== undefined)) {
      if (host.name === 'i3.metal') continue;
      expect(host.speed, host.name).toBeDefined();
    }
    expect(catalogue('ec2').get('m7i.metal-24xl')?.speed?.value).toBe(1);
    // 27,483 CoreMark iterations a second and core against 43,538.
    expect(catalogue('ec2').get('m5.metal')?.speed?.value).toBeCloseTo(27_483 / 43_538, 2);
  });

  it('azure: the sizes of Lab Services are those of the service, and its end is said', () => {
    const hosts = new Map([...catalogue('azure'), ...catalogue('azure-lab-services')]);
    const medium = hosts.get('lab-medium-nested');
    expect(medium).toMatchObject({ cpus: 4, memory: 16 * 2 ** 30, retires: '2027-06-28' });
    expect(medium?.cpus).toBe(hosts.get('Standard_D4s_v4')?.cpus);
    expect(hosts.get('lab-large-nested')?.memory).toBe(hosts.get('Standard_D8s_v4')?.memory);
  });

  it('gcp: none of the types that the provider refuses', () => {
    const names = [...catalogue('gcp').keys()];
    expect(names.filter((name) => /^(e2|n2d|t2d|m\d|c3d|c4[ad]|n4d)-/.test(name))).toEqual([]);
    expect(catalogue('gcp').get('n2-standard-8')?.price).toMatchObject({ usdPerHour: 0.388472 });
  });

  it('own: an example says what it costs to own', () => {
    expect(catalogue('own').get('example-2u-server')?.purchase).toEqual({
      usd: 12_000,
      years: 4,
      hoursAYear: 600,
      watts: 600,
      usdPerKilowattHour: 0.2,
    });
  });
});
