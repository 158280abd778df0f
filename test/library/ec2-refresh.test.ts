import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ec2Catalogue } from '../../src/library/ec2-catalogue.ts';
import { describeInstanceTypes, spotPrices } from '../../src/library/ec2-instance-types.ts';
import { onDemandPrices } from '../../src/library/ec2-prices.ts';
import { compareWithProvider } from '../../src/library/provider-difference.ts';
import { readCatalogue } from '../../src/model/scenario/read-catalogue.ts';

const row = (name: string, nests: boolean, vcpus: number, gib: number, extra: object = {}) => ({
  InstanceType: name,
  BareMetal: false,
  ProcessorInfo: {
    SupportedArchitectures: ['x86_64'],
    SupportedFeatures: nests ? ['nested-virtualization'] : [],
  },
  VCpuInfo: { DefaultVCpus: vcpus },
  MemoryInfo: { SizeInMiB: gib * 1024 },
  ...extra,
});

/** The SDK's edge: two pages, then whatever `fail` says. */
const sdk = (pages: readonly object[][], fail?: Error) => () => {
  class Command {
    readonly input: object;
    constructor(input: object) {
      this.input = input;
    }
  }
  class Client {
    send(command: { readonly input: { readonly NextToken?: string } }): Promise<object> {
      if (fail !== undefined) return Promise.reject(fail);
      const page = Number(command.input.NextToken ?? 0);
      const next = page + 1 < pages.length ? { NextToken: String(page + 1) } : { NextToken: '' };
      return Promise.resolve({
        InstanceTypes: pages[page],
        SpotPriceHistory: pages[page],
        PriceList: pages[page]?.map((product) => JSON.stringify(product)),
        ...next,
      });
    }
  }
  return Promise.resolve({
    EC2Client: Client,
    PricingClient: Client,
    DescribeInstanceTypesCommand: Command,
    DescribeSpotPriceHistoryCommand: Command,
    GetProductsCommand: Command,
  });
};

/** What a type says besides when it says no more. */
const UNSAID = { threadsPerCore: null, clockGhz: null, nicGbps: null, disk: null };

describe('asking EC2 which types can nest', () => {
  it('reads every page, and x86 types only', async () => {
    const arm = row('m8g.large', false, 2, 8, { ProcessorInfo: { SupportedArchitectures: ['arm64'] } });
    const answer = await describeInstanceTypes(
      'us-east-1',
      sdk([[row('m8i.large', true, 2, 8), arm], [row('m5.large', false, 2, 8)]]),
    );
    expect(answer).toEqual({
      ok: true,
      value: [
        { name: 'm8i.large', metal: false, nests: true, vcpus: 2, memoryMib: 8192, ...UNSAID },
        { name: 'm5.large', metal: false, nests: false, vcpus: 2, memoryMib: 8192, ...UNSAID },
      ],
    });
  });

  it('says how to get the SDK when it is not there', async () => {
    const answer = await describeInstanceTypes('us-east-1', () => Promise.reject(new Error('not found')));
    expect(answer).toMatchObject({ ok: false, lacks: true, reason: expect.stringContaining('npm install') });
  });

  it('says what EC2 said when it refuses, and what is missing where nobody said who asks', async () => {
    const denied = Object.assign(new Error('not yours'), { name: 'UnauthorizedOperation' });
    expect(await describeInstanceTypes('mars-1', sdk([], denied))).toEqual({
      ok: false,
      lacks: false,
      reason: '@aws-sdk/client-ec2 for mars-1 got no answer: UnauthorizedOperation: not yours',
    });
    const nobody = Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' });
    expect(await describeInstanceTypes('mars-1', sdk([], nobody))).toMatchObject({
      ok: false,
      lacks: true,
      reason: expect.stringContaining('AWS_PROFILE'),
    });
  });
});

describe('asking what EC2 costs', () => {
  // As the price list answers, seen by its SDK (GetProducts): one product, and one without an hourly price in USD.
  const product = (instanceType: string, pricePerUnit: object, unit = 'Hrs') => ({
    product: { productFamily: 'Compute Instance', attributes: { instanceType, operatingSystem: 'Linux' } },
    terms: {
      OnDemand: {
        'SKU.JRTCKXETXF': { priceDimensions: { 'SKU.JRTCKXETXF.6YS6EN2CT7': { unit, pricePerUnit } } },
      },
      Reserved: {},
    },
  });

  it('reads every page of the price list', async () => {
    const answer = await onDemandPrices(
      'us-east-1',
      sdk([
        [product('m8i.large', { USD: '0.1058400000' }), product('m8i.xlarge', { CNY: '2.0' })],
        [product('c5.metal', { USD: '4.08' }), product('m5.large', { USD: '0.1' }, 'Quantity')],
      ]),
    );
    const prices = new Map([
      ['m8i.large', 0.10584],
      ['c5.metal', 4.08],
    ]);
    expect(answer).toEqual({ ok: true, value: prices });
  });

  it('takes the cheapest zone for the spot price', async () => {
    const at = (InstanceType: string, SpotPrice: string) => ({ InstanceType, SpotPrice });
    const answer = await spotPrices(
      'us-east-1',
      new Date(0),
      sdk([[at('m8i.large', '0.050000'), at('m8i.large', '0.040000')], [at('c5.metal', '1.1')]]),
    );
    const prices = new Map([
      ['m8i.large', 0.04],
      ['c5.metal', 1.1],
    ]);
    expect(answer).toEqual({ ok: true, value: prices });
  });
});

describe('a catalogue beside its provider', () => {
  const read = readCatalogue('ec2.yaml', readFileSync('catalogue/ec2.yaml', 'utf8'));
  const hosts = read.ok ? ['m8i.large', 'm8i.xlarge', 'm7i.large'].map((name) => read.value.get(name)!) : [];

  it('tells what is new, gone and changed', () => {
    const type = (name: string, nests: boolean, vcpus: number, gib: number) => ({
      name,
      metal: false,
      nests,
      vcpus,
      memoryMib: gib * 1024,
      ...UNSAID,
    });
    expect(
      compareWithProvider(hosts, [
        type('m8i.large', true, 2, 8),
        type('m8i.xlarge', true, 4, 32),
        type('m7i.large', false, 2, 8),
        type('m9i.large', true, 2, 8),
        type('m5.large', false, 2, 8),
      ]),
    ).toEqual({
      missing: [type('m9i.large', true, 2, 8)],
      gone: ['m7i.large'],
      changed: [{ name: 'm8i.xlarge', what: '16 GiB here, 32 GiB there' }],
      same: 1,
    });
  });

  it('writes a catalogue that reads as what was said, with processors by name and prices of the day', () => {
    const said = (name: string, more: object = {}) => ({
      name,
      metal: false,
      nests: true,
      vcpus: 4,
      memoryMib: 16384,
      threadsPerCore: 2,
      clockGhz: 3.9,
      nicGbps: 1.876,
      disk: { iops: 6000, mbps: 156.25 },
      ...more,
    });
    const written = ec2Catalogue(
      {
        region: 'eu-west-1',
        day: '2026-11-29',
        types: [
          said('m8i.xlarge'),
          said('m9i.xlarge', UNSAID),
          said('m9i-flex.xlarge'),
          said('m9i.metal', { nests: false, metal: true, vcpus: 96, threadsPerCore: 1 }),
          said('m5.large', { nests: false }),
        ],
        onDemand: new Map([
          ['m8i.xlarge', 0.25],
          ['m9i.metal', 5],
        ]),
        spot: new Map([['m8i.xlarge', 0.1]]),
      },
      hosts,
    );
    expect(written).toMatchObject({ hosts: 3, unpriced: ['m9i-flex.xlarge'], leftOut: ['m9i.xlarge'] });
    const again = readCatalogue('mine.yaml', written.text);
    expect(again.ok && [...again.value.keys()]).toEqual(['m8i.xlarge', 'm9i-flex.xlarge', 'm9i.metal']);
    if (!again.ok) return;
    const shipped = hosts.find(({ name }) => name === 'm8i.xlarge')!;
    expect(again.value.get('m8i.xlarge')).toMatchObject({
      level: 1,
      cpus: 4,
      memory: shipped.memory,
      processor: shipped.processor,
      speed: shipped.speed,
      disk: { iops: 6000, bandwidth: 156.25e6 },
      price: { usdPerHour: 0.25, spotUsdPerHour: 0.1, asOf: '2026-11-29', region: 'eu-west-1' },
      catalogue: {
        name: 'ec2',
        platforms: shipped.catalogue!.platforms,
        storage: shipped.catalogue!.storage,
        windowsLicence: shipped.catalogue!.windowsLicence,
      },
    });
    expect(again.value.get('m9i-flex.xlarge')).toMatchObject({ flex: true });
    expect(again.value.get('m9i.metal')).toMatchObject({ level: 0, cpus: 96, threadsPerCore: 1 });
  });
});
