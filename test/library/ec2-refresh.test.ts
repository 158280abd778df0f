import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeInstanceTypes } from '../../src/library/ec2-instance-types.ts';
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
const sdk = (pages: readonly object[][], fail?: Error) => () =>
  Promise.resolve({
    EC2Client: class {
      send(command: { readonly input: { readonly NextToken?: string } }): Promise<object> {
        if (fail !== undefined) return Promise.reject(fail);
        const page = Number(command.input.NextToken ?? 0);
        const next = page + 1 < pages.length ? { NextToken: String(page + 1) } : {};
        return Promise.resolve({ InstanceTypes: pages[page], ...next });
      }
    },
    DescribeInstanceTypesCommand: class {
      readonly input: object;
      constructor(input: object) {
        this.input = input;
      }
    },
  });

describe('asking EC2 which types can nest', () => {
  it('reads every page, and x86 types only', async () => {
    const arm = row('m8g.large', false, 2, 8, { ProcessorInfo: { SupportedArchitectures: ['arm64'] } });
    const answer = await describeInstanceTypes(
      'us-east-1',
      sdk([[row('m8i.large', true, 2, 8), arm], [row('m5.large', false, 2, 8)]]),
    );
    expect(answer).toEqual({
      ok: true,
      types: [
        { name: 'm8i.large', metal: false, nests: true, vcpus: 2, memoryMib: 8192 },
        { name: 'm5.large', metal: false, nests: false, vcpus: 2, memoryMib: 8192 },
      ],
    });
  });

  it('says how to get the SDK when it is not there', async () => {
    const answer = await describeInstanceTypes('us-east-1', () => Promise.reject(new Error('not found')));
    expect(answer).toMatchObject({ ok: false, lacks: true, reason: expect.stringContaining('npm install') });
  });

  it('says what EC2 said when it refuses', async () => {
    const denied = Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' });
    const answer = await describeInstanceTypes('mars-1', sdk([], denied));
    expect(answer).toMatchObject({
      ok: false,
      lacks: false,
      reason: 'EC2 in mars-1 did not answer: CredentialsProviderError: no credentials',
    });
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
});
