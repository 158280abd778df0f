import type { BitsPerSecond, Bytes, BytesPerSecond, Hertz, Nanoseconds } from '../kernel/units.ts';
import { checkShape } from './check-shape.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import type { Result } from './problem.ts';
import type { Host } from './scenario.ts';
import { catalogueSchema, type HostDocument, hostSchema } from './schema/host.ts';

/** Reads `catalogue/NAME.yaml`: its hosts by name, in the file's order. */
export function readCatalogue(file: string, text: string): Result<ReadonlyMap<string, Host>> {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const shape = checkShape(catalogueSchema, document.value);
  if (!shape.ok) return shape;
  const { hosts, source, prices } = shape.value;
  const asOf = shape.value['as-of'];
  return {
    ok: true,
    value: new Map(
      Object.entries(hosts).map(([name, row]) => [
        name,
        toHost(row, name, `${row.source ?? source} (as of ${asOf})`, {
          asOf: prices?.['as-of'] ?? null,
          region: prices?.region ?? null,
        }),
      ]),
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
  price: { readonly asOf: string | null; readonly region: string | null },
): Host {
  return {
    name,
    level: read.level ?? 0,
    cpus: read.cores * read.smt,
    threadsPerCore: read.smt,
    clock: read.clock as Hertz,
    memory: read.memory as Bytes,
    nic: (read.nic ?? null) as BitsPerSecond | null,
    disk:
      read.disk === undefined
        ? null
        : {
            iops: read.disk.iops,
            bandwidth: read.disk.bandwidth as BytesPerSecond,
            latency: (read.disk.latency ?? null) as Nanoseconds | null,
          },
    source,
    ...(read.processor === undefined ? {} : { processor: read.processor }),
    ...(read.price === undefined ? {} : { price: { usdPerHour: read.price, ...price } }),
  };
}
