import {
  type AwsAnswer,
  type AwsOptions,
  askAws,
  awsOptions,
  type LoadPeer,
  loadPeer,
  pagesOf,
} from './aws-sdk.ts';

export const PRICING_MODULE = '@aws-sdk/client-pricing';
/** Prices of all regions are asked for there: the service has few endpoints of its own. */
const ENDPOINT_REGION = 'us-east-1';

/** What is used of @aws-sdk/client-pricing. */
interface PricingModule {
  readonly PricingClient: new (
    options: AwsOptions,
  ) => {
    send(command: unknown): Promise<{ readonly NextToken?: string; readonly PriceList?: readonly unknown[] }>;
  };
  readonly GetProductsCommand: new (input: object) => unknown;
}

/** One product of the price list, as far as it is read. */
interface Product {
  readonly product?: { readonly attributes?: { readonly instanceType?: string } };
  readonly terms?: {
    readonly OnDemand?: Readonly<
      Record<
        string,
        {
          readonly priceDimensions?: Readonly<
            Record<string, { readonly unit?: string; readonly pricePerUnit?: { readonly USD?: string } }>
          >;
        }
      >
    >;
  };
}

/** Linux on shared or metal hosts with nothing installed, used and not reserved. */
const asOffered = (region: string) =>
  Object.entries({
    regionCode: region,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
    operation: 'RunInstances',
  }).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));

/** What every type of a region costs on demand with Linux, USD an hour by type. */
export function onDemandPrices(
  region: string,
  load: LoadPeer = loadPeer,
): Promise<AwsAnswer<ReadonlyMap<string, number>>> {
  return askAws(PRICING_MODULE, region, load, async (sdk: PricingModule) => {
    const client = new sdk.PricingClient(awsOptions(ENDPOINT_REGION));
    const prices = new Map<string, number>();
    const asked = { ServiceCode: 'AmazonEC2', Filters: asOffered(region) };
    for await (const page of pagesOf((next) =>
      client.send(new sdk.GetProductsCommand({ ...asked, ...next })),
    ))
      for (const text of page.PriceList ?? []) addPrice(JSON.parse(String(text)) as Product, prices);
    return prices;
  });
}

function addPrice({ product, terms }: Product, prices: Map<string, number>): void {
  const name = product?.attributes?.instanceType;
  if (name === undefined) return;
  for (const { priceDimensions } of Object.values(terms?.OnDemand ?? {})) {
    for (const { unit, pricePerUnit } of Object.values(priceDimensions ?? {})) {
      const price = Number(pricePerUnit?.USD);
      if (unit === 'Hrs' && price > 0) prices.set(name, price);
    }
  }
}
