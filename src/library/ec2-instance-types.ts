import type { ProviderType } from './provider-difference.ts';

export type InstanceTypesAnswer =
  | { readonly ok: true; readonly types: readonly ProviderType[] }
  | { readonly ok: false; readonly lacks: boolean; readonly reason: string };

/** What is used of @aws-sdk/client-ec2: an optional peer, loaded when it is asked for and never before. */
interface Ec2Module {
  readonly EC2Client: new (options: {
    readonly region: string;
  }) => {
    send(command: unknown): Promise<DescribedPage>;
  };
  readonly DescribeInstanceTypesCommand: new (input: object) => unknown;
}

interface DescribedPage {
  readonly NextToken?: string;
  readonly InstanceTypes?: readonly {
    readonly InstanceType?: string;
    readonly BareMetal?: boolean;
    readonly ProcessorInfo?: {
      readonly SupportedFeatures?: readonly string[];
      readonly SupportedArchitectures?: readonly string[];
    };
    readonly VCpuInfo?: { readonly DefaultVCpus?: number };
    readonly MemoryInfo?: { readonly SizeInMiB?: number };
  }[];
}

const MODULE = '@aws-sdk/client-ec2';

/** Every x86 type of a region, as DescribeInstanceTypes has it. Never throws for what a user can mend. */
export async function describeInstanceTypes(
  region: string,
  load: () => Promise<unknown> = () => import(MODULE),
): Promise<InstanceTypesAnswer> {
  let sdk: Ec2Module;
  try {
    sdk = (await load()) as Ec2Module;
  } catch {
    return {
      ok: false,
      lacks: true,
      reason: `${MODULE} is not installed: npm install --no-save ${MODULE}, and have AWS credentials where its other tools find them`,
    };
  }
  try {
    const client = new sdk.EC2Client({ region });
    const types: ProviderType[] = [];
    for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
      const page = await client.send(
        new sdk.DescribeInstanceTypesCommand(token === undefined ? {} : { NextToken: token }),
      );
      types.push(...(page.InstanceTypes ?? []).flatMap(toType));
      token = page.NextToken;
    }
    return { ok: true, types };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, lacks: false, reason: `EC2 in ${region} did not answer: ${name}: ${message}` };
  }
}

function toType(row: NonNullable<DescribedPage['InstanceTypes']>[number]): ProviderType[] {
  const { InstanceType: name, BareMetal, ProcessorInfo, VCpuInfo, MemoryInfo } = row;
  const x86 = ProcessorInfo?.SupportedArchitectures?.includes('x86_64') ?? false;
  const vcpus = VCpuInfo?.DefaultVCpus;
  const memoryMib = MemoryInfo?.SizeInMiB;
  if (name === undefined || !x86 || vcpus === undefined || memoryMib === undefined) return [];
  const nests = ProcessorInfo?.SupportedFeatures?.includes('nested-virtualization') ?? false;
  return [{ name, metal: BareMetal === true, nests, vcpus, memoryMib }];
}
