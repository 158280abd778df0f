import { describeInstanceTypes } from '../library/ec2-instance-types.ts';
import { openLibrary } from '../library/library.ts';
import { compareWithProvider } from '../library/provider-difference.ts';
import type { Host } from '../model/scenario/scenario.ts';
import { hourlyPrice } from '../plan/cost/host-price.ts';
import { oldPriceDates } from '../plan/result/findings.ts';
import { renderHosts, renderRefresh } from '../report/plan/hosts.ts';
import { EXIT_CODE, type ExitCode, UserError } from './exit-code.ts';
import { matching, readDate } from './host-options.ts';
import { valueOrRefuse } from './refuse.ts';
import type { Terminal } from './terminal.ts';

export interface CatalogueOptions {
  readonly filter: string;
  readonly catalogue?: string;
  readonly priceDate?: string;
  readonly refresh?: string;
  readonly json?: true;
}

/** `nestmark catalogue`: the hosts there are. */
export async function catalogue(options: CatalogueOptions, terminal: Terminal): Promise<ExitCode> {
  const today = readDate(options.priceDate);
  const library = openLibrary();
  const own = options.catalogue === undefined ? [] : valueOrRefuse(library.loadCatalogue(options.catalogue));
  const names = new Set(own.map(({ name }) => name));
  const all = [...own, ...valueOrRefuse(library.loadHosts()).filter(({ name }) => !names.has(name))];
  if (options.refresh !== undefined) return refresh(all, options.refresh, options.json === true, terminal);
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
  json: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const said = await describeInstanceTypes(region);
  if (!said.ok) throw new UserError(said.reason, said.lacks ? EXIT_CODE.machineLacks : EXIT_CODE.badInput);
  const difference = compareWithProvider(
    hosts.filter(({ catalogue: terms }) => terms?.name === 'ec2'),
    said.types,
  );
  terminal.out.write(json ? `${JSON.stringify(difference, null, 2)}\n` : renderRefresh(difference, region));
  return EXIT_CODE.fine;
}
