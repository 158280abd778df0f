import { basename, dirname } from 'node:path';
import type { AwsAnswer } from '../library/aws-sdk.ts';
import { ec2Catalogue } from '../library/ec2-catalogue.ts';
import { describeInstanceTypes, spotPrices } from '../library/ec2-instance-types.ts';
import { onDemandPrices } from '../library/ec2-prices.ts';
import { openLibrary } from '../library/library.ts';
import { compareWithProvider, type ProviderType } from '../library/provider-difference.ts';
import { readCatalogue } from '../model/scenario/read-catalogue.ts';
import type { Host } from '../model/scenario/scenario.ts';
import { hourlyPrice } from '../plan/cost/host-price.ts';
import { oldPriceDates } from '../plan/result/findings.ts';
import { writeReport } from '../report/file/write-report.ts';
import { renderHosts, renderRefresh } from '../report/plan/hosts.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { besideShipped, matching, readDate } from './host-options.ts';
import { valueOrRefuse } from './refuse.ts';
import { tellWritten } from './tell-written.ts';
import type { Terminal } from './terminal.ts';

export interface CatalogueOptions {
  readonly filter: string;
  readonly catalogue?: string;
  readonly priceDate?: string;
  readonly refresh?: string;
  readonly out?: string;
  readonly json?: true;
}

/** `nestmark catalogue`: the hosts there are. */
export async function catalogue(options: CatalogueOptions, terminal: Terminal): Promise<ExitCode> {
  const today = readDate(options.priceDate);
  const library = openLibrary();
  const own = options.catalogue === undefined ? [] : valueOrRefuse(library.loadCatalogue(options.catalogue));
  const all = besideShipped(own, valueOrRefuse(library.loadHosts()));
  if (options.refresh !== undefined) return refresh(all, options.refresh, today, options, terminal);
  if (options.out !== undefined)
    throw new UserError('--out: goes with --refresh REGION, which says what to write');
  const hosts = matching(all, options.filter);
  if (hosts.length === 0) throw new UserError(`${options.filter}: none of ${all.length} hosts`);
  for (const { catalogue: name, asOf, days } of oldPriceDates(hosts, today)) {
    terminal.err.write(`Warning: prices of ${name} are of ${asOf}, ${days} days before ${today}.\n`);
  }
  if (options.json === true) {
    const rows = hosts.map((host) => ({
      ...host,
      catalogue: host.catalogue?.name ?? null,
      usdPerHour: hourlyPrice(host, { windows: false, spot: false })?.usdPerHour ?? null,
    }));
    terminal.out.write(`${JSON.stringify({ schema: 'nestmark/hosts@1', hosts: rows }, null, 2)}\n`);
  } else {
    terminal.out.write(renderHosts(hosts));
  }
  return EXIT_CODE.fine;
}

/** What the provider says now, beside what is shipped. */
async function refresh(
  hosts: readonly Host[],
  region: string,
  today: string,
  { json, out }: CatalogueOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const known = hosts.filter(({ catalogue: terms }) => terms?.name === 'ec2');
  const types = answered(await describeInstanceTypes(region));
  const difference = compareWithProvider(known, types);
  // Asked for before anything is said: a document is whole, or it is not printed.
  const written = out === undefined ? null : await writeCatalogue(out, region, today, types, known);
  terminal.out.write(
    json === true ? `${JSON.stringify(difference, null, 2)}\n` : renderRefresh(difference, region),
  );
  if (written !== null) {
    for (const warning of written.warnings) terminal.err.write(`Warning: ${warning}.\n`);
    tellWritten(written.paths, terminal, json);
  }
  return EXIT_CODE.fine;
}

interface Written {
  readonly paths: readonly string[];
  readonly warnings: readonly string[];
}

async function writeCatalogue(
  out: string,
  region: string,
  today: string,
  types: readonly ProviderType[],
  known: readonly Host[],
): Promise<Written> {
  if (!out.endsWith('.yaml'))
    throw new UserError(`--out: found ${out}, expected a file that ends with .yaml`);
  const [onDemand, spot] = await Promise.all([onDemandPrices(region), spotPrices(region, new Date())]);
  const said = { region, day: today, types, onDemand: answered(onDemand), spot: answered(spot) };
  const { text, unpriced, leftOut } = ec2Catalogue(said, known);
  const read = valueOrRefuse(readCatalogue(out, text));
  if (read.size === 0) throw new UserError(`${region}: no type there can nest; nothing was written`);
  const list = (names: readonly string[]): string => names.join(', ');
  return {
    paths: await writeReport(dirname(out), basename(out, '.yaml'), [{ extension: 'yaml', content: text }]),
    warnings: [
      ...(unpriced.length === 0 ? [] : [`no price on demand in ${region} of ${list(unpriced)}`]),
      ...(leftOut.length === 0
        ? []
        : [`left out, because nobody says how many threads their cores have: ${list(leftOut)}`]),
    ],
  };
}

function answered<T>(said: AwsAnswer<T>): T {
  if (said.ok) return said.value;
  throw new UserError(said.reason, said.lacks ? EXIT_CODE.machineLacks : EXIT_CODE.badInput);
}
