import type { ProviderDifference } from '../../library/provider-difference.ts';
import type { Host } from '../../model/scenario/scenario.ts';
import { plainTable } from '../terminal/plain-table.ts';
import { printable } from '../terminal/printable.ts';
import { bytesText } from '../text/figure.ts';

/** Hosts as a table. */
export function renderHosts(hosts: readonly Host[]): string {
  const rows = hosts.map(
    ({ name, catalogue, level, cpus, threadsPerCore, memory, speed, price, purchase, retires }) => [
      printable(name),
      catalogue?.name ?? '',
      level === 0 ? 'metal' : 'virtual',
      String(cpus / threadsPerCore),
      String(cpus),
      bytesText(memory),
      speed === undefined ? '' : speed.value.toFixed(2),
      price === undefined ? (purchase === undefined ? '' : 'owned') : price.usdPerHour.toFixed(4),
      price?.spotUsdPerHour === undefined ? '' : price.spotUsdPerHour.toFixed(4),
      price?.asOf ?? '',
      retires === undefined ? '' : `ends ${retires}`,
    ],
  );
  const head = ['Host', 'Catalogue', 'Kind', 'Cores', 'CPUs', 'Memory', 'Speed', 'USD/h', 'Spot', 'Of', ''];
  return `${plainTable(head, rows, 3)}\n${hosts.length} hosts. Speed: one thread against the reference core (docs/planning.md).\n`;
}

export function renderRefresh({ missing, gone, changed, same }: ProviderDifference, region: string): string {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return [
    `EC2 in ${region}: ${same} types as in the catalogue.`,
    `Can nest there and are not in the catalogue: ${list(missing.map(({ name }) => name))}.`,
    `In the catalogue and cannot nest or are not sold there: ${list(gone)}.`,
    ...changed.map(({ name, what }) => `${name}: ${what}.`),
    'Prices are asked for with --out FILE, which writes all of it as a catalogue for plan --catalogue FILE.',
    '',
  ].join('\n');
}
