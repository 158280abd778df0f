import type { BitsPerSecond, Bytes, BytesPerSecond, Hertz, Nanoseconds } from '../kernel/units.ts';
import { checkShape } from './check-shape.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import type { Result } from './problem.ts';
import type { CatalogueTerms, Host, HostPrice, Purchase } from './scenario.ts';
import { toFigure } from './schema/figure.ts';
import { catalogueSchema, type HostDocument, hostSchema } from './schema/host.ts';

/** Reads `catalogue/NAME.yaml`: its hosts by name, in the file's order. */
export function readCatalogue(file: string, text: string): Result<ReadonlyMap<string, Host>> {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const shape = checkShape(catalogueSchema, document.value);
  if (!shape.ok) return shape;
  const { hosts, source, prices, processors, storage, platforms } = shape.value;
  const asOf = shape.value['as-of'];
  const licence = shape.value['windows-licence'];
  const catalogue: CatalogueTerms = {
    name: shape.value.name,
    title: shape.value.title,
    platforms: platforms ?? null,
    storage: storage === undefined ? null : toFigure(storage),
    windowsLicence: licence === undefined ? null : toFigure(licence),
  };
  const price = {
    asOf: prices?.['as-of'] ?? null,
    region: prices?.region ?? null,
    ...(prices === undefined ? {} : { source: prices.source }),
  };
  return {
    ok: true,
    value: new Map(
      Object.entries(hosts).map(([name, row]): [string, Host] => {
        const speed = row.processor === undefined ? undefined : processors?.[row.processor]?.speed;
        return [
          name,
          {
            ...toHost(row, name, `${row.source ?? source} (as of ${asOf})`, price),
            ...(speed === undefined ? {} : { speed: toFigure(speed) }),
            catalogue,
          },
        ];
      }),
    ),
  };
}

/** The host written at `at` of a document. */
export function hostIn(document: SourceDocument, at: Path): Result<Host> {
  const shape = checkShape(hostSchema, document, at);
  if (!shape.ok) return shape;
  const { name, source } = shape.value;
  const own = source ?? `written out in ${document.file}`;
  return { ok: true, value: toHost(shape.value, name ?? 'custom', own, { asOf: null, region: null }) };
}

function toHost(
  read: HostDocument,
  name: string,
  source: string,
  price: Pick<HostPrice, 'asOf' | 'region' | 'source'>,
): Host {
  return {
    name,
    level: read.level ?? 0,
    cpus: read.cores * read.smt,
    threadsPerCore: read.smt,
    clock: (read.clock ?? null) as Hertz | null,
    memory: read.memory as Bytes,
    nic: (read.nic ?? null) as BitsPerSecond | null,
    disk:
      read.disk === undefined
        ? null
        : {
            iops: read.disk.iops,
            bandwidth: read.disk.bandwidth as BytesPerSecond,
            latency: (read.disk.latency ?? null) as Nanoseconds | null,
            latencyCv: read.disk['latency-cv'] ?? null,
            depth: read.disk.depth ?? null,
            burst: toBurst(read.disk.burst),
          },
    source,
    ...(read.processor === undefined ? {} : { processor: read.processor }),
    ...(read.price === undefined ? {} : { price: toPrice(read.price, read.spot, price) }),
    ...(read.flex === true ? { flex: true } : {}),
    ...(read.retires === undefined ? {} : { retires: read.retires }),
    ...(read.purchase === undefined ? {} : { purchase: toPurchase(read.purchase) }),
    ...(read.note === undefined ? {} : { note: read.note }),
  };
}

const toPrice = (
  usdPerHour: number,
  spot: number | undefined,
  dated: Pick<HostPrice, 'asOf' | 'region' | 'source'>,
): HostPrice => ({ usdPerHour, ...(spot === undefined ? {} : { spotUsdPerHour: spot }), ...dated });

const toPurchase = (read: NonNullable<HostDocument['purchase']>): Purchase => ({
  usd: read.price,
  years: read.years,
  hoursAYear: read['hours-a-year'],
  watts: read.power,
  usdPerKilowattHour: read.energy,
});
type DiskDocument = NonNullable<HostDocument['disk']>;

function toBurst(read: DiskDocument['burst']): NonNullable<Host['disk']>['burst'] {
  if (read === undefined) return null;
  return {
    iops: read.iops ?? null,
    bandwidth: (read.bandwidth ?? null) as BytesPerSecond | null,
    lasts: read.for as Nanoseconds,
  };
}
