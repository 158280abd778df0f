import {
  type AwsAnswer,
  type AwsOptions,
  askAws,
  awsOptions,
  type LoadPeer,
  loadPeer,
  pagesOf,
} from './aws-sdk.ts';
import type { ProviderType } from './provider-difference.ts';

export const EC2_MODULE = '@aws-sdk/client-ec2';

/** What is used of @aws-sdk/client-ec2. */
interface Ec2Module {
  readonly EC2Client: new (
    options: AwsOptions,
  ) => {
    send(command: unknown): Promise<DescribedPage & SpotPage>;
  };
  readonly DescribeInstanceTypesCommand: new (input: object) => unknown;
  readonly DescribeSpotPriceHistoryCommand: new (input: object) => unknown;
}

interface DescribedPage {
  readonly NextToken?: string;
  readonly InstanceTypes?: readonly {
    readonly InstanceType?: string;
    readonly BareMetal?: boolean;
    readonly ProcessorInfo?: {
      readonly SupportedFeatures?: readonly string[];
      readonly SupportedArchitectures?: readonly string[];
      readonly SustainedClockSpeedInGhz?: number;
    };
    readonly VCpuInfo?: {
      readonly DefaultVCpus?: number;
      readonly DefaultThreadsPerCore?: number;
    };
    readonly MemoryInfo?: { readonly SizeInMiB?: number };
    readonly NetworkInfo?: {
      readonly NetworkCards?: readonly { readonly BaselineBandwidthInGbps?: number }[];
    };
    readonly EbsInfo?: {
      readonly EbsOptimizedInfo?: {
        readonly BaselineIops?: number;
        readonly BaselineThroughputInMBps?: number;
      };
    };
  }[];
}

interface SpotPage {
  readonly NextToken?: string;
  readonly SpotPriceHistory?: readonly { readonly InstanceType?: string; readonly SpotPrice?: string }[];
}

/** Every x86 type of a region, as DescribeInstanceTypes has it. */
export function describeInstanceTypes(
  region: string,
  load: LoadPeer = loadPeer,
): Promise<AwsAnswer<readonly ProviderType[]>> {
  return askAws(EC2_MODULE, region, load, async (sdk: Ec2Module) => {
    const client = new sdk.EC2Client(awsOptions(region));
    const types: ProviderType[] = [];
    for await (const page of pagesOf((next) => client.send(new sdk.DescribeInstanceTypesCommand(next))))
      types.push(...(page.InstanceTypes ?? []).flatMap(toType));
    return types;
  });
}

/** Spot prices of Linux now, USD an hour by type: of the cheapest zone of a region. */
export function spotPrices(
  region: string,
  now: Date,
  load: LoadPeer = loadPeer,
): Promise<AwsAnswer<ReadonlyMap<string, number>>> {
  return askAws(EC2_MODULE, region, load, async (sdk: Ec2Module) => {
    const client = new sdk.EC2Client(awsOptions(region));
    const cheapest = new Map<string, number>();
    const asked = { StartTime: now, EndTime: now, ProductDescriptions: ['Linux/UNIX'] };
    const pages = pagesOf((next) =>
      client.send(new sdk.DescribeSpotPriceHistoryCommand({ ...asked, ...next })),
    );
    for await (const page of pages) {
      for (const { InstanceType: name, SpotPrice } of page.SpotPriceHistory ?? []) {
        const price = Number(SpotPrice);
        if (name === undefined || !(price > 0)) continue;
        cheapest.set(name, Math.min(price, cheapest.get(name) ?? price));
      }
    }
    return cheapest;
  });
}

function toType(row: NonNullable<DescribedPage['InstanceTypes']>[number]): ProviderType[] {
  const { InstanceType: name, BareMetal, ProcessorInfo, VCpuInfo, MemoryInfo, NetworkInfo, EbsInfo } = row;
  const x86 = ProcessorInfo?.SupportedArchitectures?.includes('x86_64') ?? false;
  const vcpus = VCpuInfo?.DefaultVCpus;
  const memoryMib = MemoryInfo?.SizeInMiB;
  if (name === undefined || !x86 || vcpus === undefined || memoryMib === undefined) return [];
  const nests = ProcessorInfo?.SupportedFeatures?.includes('nested-virtualization') ?? false;
  const cards = NetworkInfo?.NetworkCards?.map(({ BaselineBandwidthInGbps }) => BaselineBandwidthInGbps ?? 0);
  const { BaselineIops: iops, BaselineThroughputInMBps: mbps } = EbsInfo?.EbsOptimizedInfo ?? {};
  return [
    {
      name,
      metal: BareMetal === true,
      nests,
      vcpus,
      memoryMib,
      threadsPerCore: VCpuInfo?.DefaultThreadsPerCore ?? null,
      clockGhz: ProcessorInfo?.SustainedClockSpeedInGhz ?? null,
      nicGbps: cards?.reduce((sum, gbps) => sum + gbps, 0) || null,
      disk: iops === undefined || mbps === undefined ? null : { iops, mbps },
    },
  ];
}
