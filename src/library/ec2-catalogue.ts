import type { Figure } from '../model/scenario/figure.ts';
import { CATALOGUE_SCHEMA, type Host } from '../model/scenario/scenario.ts';
import type { ProviderType } from './provider-difference.ts';

/** What EC2's own APIs said. */
export interface Ec2Said {
  readonly region: string;
  /** ISO date of the day it was asked. */
  readonly day: string;
  readonly types: readonly ProviderType[];
  readonly onDemand: ReadonlyMap<string, number>;
  readonly spot: ReadonlyMap<string, number>;
}

export interface Ec2Catalogue {
  readonly text: string;
  readonly hosts: number;
  readonly unpriced: readonly string[];
  /** Types that nobody says enough of: how many threads a core has. */
  readonly leftOut: readonly string[];
}

/**
 * A catalogue file of what EC2 sells today that can run VMs. Sizes and prices are the API's; it does not name processors,
 * so that those, and how fast they are, stay those of the catalogue there is, by the type's name.
 */
export function ec2Catalogue(
  { region, day, types, onDemand, spot }: Ec2Said,
  known: readonly Host[],
): Ec2Catalogue {
  const before = new Map(known.map((host) => [host.name, host]));
  const able = types.filter(({ metal, nests }) => metal || nests);
  const rows = able.flatMap((type) => rowOf(type, before.get(type.name), onDemand, spot));
  const written = new Set(rows.map(([name]) => name));
  const processors = new Map(
    known.flatMap(({ name, processor, speed }) =>
      processor === undefined || speed === undefined || !written.has(name)
        ? []
        : [[processor, { speed: figure(speed) }]],
    ),
  );
  const terms = known[0]?.catalogue;
  const head = {
    schema: CATALOGUE_SCHEMA,
    name: 'ec2',
    title: `Amazon EC2, types that can nest, ${region}`,
    source: `EC2 DescribeInstanceTypes in ${region}; processors and their speeds: the catalogue that nestmark ships`,
    'as-of': day,
    prices: {
      region,
      'as-of': day,
      source: `AWS price list (GetProducts), Linux on demand; spot: DescribeSpotPriceHistory, the cheapest zone of ${region}`,
    },
    ...(terms?.platforms ? { platforms: terms.platforms } : {}),
    ...(terms?.storage ? { storage: figure(terms.storage, ' USD/GB-month') } : {}),
    ...(terms?.windowsLicence ? { 'windows-licence': figure(terms.windowsLicence, ' USD/h') } : {}),
  };
  const lines = [
    `# Written by nestmark catalogue --refresh ${region} on ${day}.`,
    ...Object.entries(head).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    'processors:',
    ...Array.from(processors, ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`),
    'hosts:',
    ...rows.map(([name, row]) => `  ${name}: ${JSON.stringify(row)}`),
  ].filter((line) => line !== 'processors:' || processors.size > 0);
  return {
    text: `${lines.join('\n')}\n`,
    hosts: rows.length,
    unpriced: rows.map(([name]) => name).filter((name) => !onDemand.has(name)),
    leftOut: able.map(({ name }) => name).filter((name) => !written.has(name)),
  };
}

function rowOf(
  type: ProviderType,
  known: Host | undefined,
  onDemand: ReadonlyMap<string, number>,
  spot: ReadonlyMap<string, number>,
): (readonly [string, object])[] {
  const { name, metal, vcpus, memoryMib, clockGhz, nicGbps, disk } = type;
  const smt = type.threadsPerCore ?? known?.threadsPerCore;
  if ((smt !== 1 && smt !== 2) || vcpus % smt !== 0) return [];
  const price = onDemand.get(name);
  const bid = spot.get(name);
  const row = {
    level: metal ? 0 : 1,
    cores: vcpus / smt,
    smt,
    ...(clockGhz === null ? {} : { clock: `${clockGhz} GHz` }),
    memory: `${memoryMib} MiB`,
    ...(nicGbps === null ? {} : { nic: `${nicGbps} Gbps` }),
    ...(disk === null ? {} : { disk: { iops: disk.iops, bandwidth: `${disk.mbps} MB/s` } }),
    ...(price === undefined ? {} : { price: `${price} USD/h` }),
    ...(price === undefined || bid === undefined ? {} : { spot: `${bid} USD/h` }),
    ...(known?.processor === undefined ? {} : { processor: known.processor }),
    ...(/-flex\./.test(name) ? { flex: true } : {}),
    ...(known?.retires === undefined ? {} : { retires: known.retires }),
    ...(known?.note === undefined ? {} : { note: known.note }),
  };
  return [[name, row]];
}

function figure({ value, low, high, basis, source }: Figure, unit = ''): object {
  const written = (number: number): number | string => (unit === '' ? number : `${number}${unit}`);
  return {
    value: written(value),
    ...(low === value && high === value ? {} : { low: written(low), high: written(high) }),
    basis,
    source,
  };
}
