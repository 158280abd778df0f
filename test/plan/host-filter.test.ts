import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../src/model/scenario/read-catalogue.ts';
import type { Host } from '../../src/model/scenario/scenario.ts';
import { HostFilterError, parseHostFilter, wordInCatalogue } from '../../src/plan/host/host-filter.ts';

const CATALOGUES = ['ec2', 'azure', 'gcp', 'own'];

const hosts: readonly Host[] = ['ec2', 'own'].flatMap((name) => {
  const read = readCatalogue(name, readFileSync(`catalogue/${name}.yaml`, 'utf8'));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  return [...read.value.values()];
});

const names = (filter: string): string[] => {
  const { matches } = parseHostFilter(filter, CATALOGUES);
  return hosts.filter((host) => matches(host)).map(({ name }) => name);
};

describe('a host filter', () => {
  it('takes the name of a catalogue', () => {
    expect(names('own')).toContain('example-2u-server');
    expect(names('ec2')).toHaveLength(256);
    expect(names('azure')).toEqual([]);
  });

  it('takes names with * and ?, where a dot is a dot', () => {
    expect(names('m8i.?xlarge')).toEqual(['m8i.2xlarge', 'm8i.4xlarge', 'm8i.8xlarge']);
    expect(names('m8i*xlarge')).toContain('m8id.xlarge');
    expect(names('m8iXlarge')).toEqual([]);
  });

  it('compares attributes, in units', () => {
    expect(names('ec2 virtual memory>=1TiB price<8')).toEqual(['x8i.16xlarge']);
    expect(names('metal,cores=24,memory>200GiB')).toEqual(['x2iezn.metal', 'z1d.metal']);
  });

  it('joins with blanks, separates with |, and turns round with !', () => {
    expect(names('m8i.large|m8i.xlarge')).toEqual(['m8i.large', 'm8i.xlarge']);
    expect(names('m8i* !m8id* !flex !m8i-* virtual cpus<=4')).toEqual(['m8i.large', 'm8i.xlarge']);
  });

  it('leaves out hosts that do not say what is compared', () => {
    expect(names('own price<100')).toEqual([]);
    expect(names('own !price<100').length).toBeGreaterThan(3);
  });

  it.each([
    ['memorry>=64GiB', /did you mean memory/],
    ['memory>=64', /expected a size/],
    ['cpus>=many', /not a number/],
    [' , ', /empty/],
  ])('says what is wrong with %s', (filter, message) => {
    expect(() => parseHostFilter(filter, CATALOGUES)).toThrow(message);
    expect(() => parseHostFilter(filter, CATALOGUES)).toThrow(HostFilterError);
  });

  it('says which word the catalogue of what it means must have', () => {
    expect(wordInCatalogue(' r8i-flex.12xlarge ')).toBe('r8i-flex.12xlarge');
    expect(wordInCatalogue('ec2')).toBe('ec2');
    for (const filter of [
      'metal',
      'all',
      'm8i.*',
      'm8i.?xlarge',
      'ec2 virtual',
      'a|b',
      '!own',
      'cpus>4',
      '',
    ]) {
      expect(wordInCatalogue(filter)).toBeNull();
    }
  });
});
