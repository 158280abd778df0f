import type { Host } from '../model/scenario/scenario.ts';
import { HostFilterError, parseHostFilter } from '../plan/host/host-filter.ts';
import { UserError } from './exit-code.ts';

/**
 * The hosts a filter means.
 * @throws {UserError} for a filter that says nothing.
 */
export function matching(hosts: readonly Host[], filter: string): readonly Host[] {
  const catalogues = [
    ...new Set(hosts.flatMap(({ catalogue }) => (catalogue === undefined ? [] : [catalogue.name]))),
  ];
  try {
    const read = parseHostFilter(filter, catalogues);
    return hosts.filter((host) => read.matches(host));
  } catch (error) {
    throw error instanceof HostFilterError ? new UserError(`--hosts: ${error.message}`) : error;
  }
}

/**
 * Hosts of one's own before those shipped. A host stands in for the shipped one of its name, and a catalogue for the whole
 * shipped one of its name: what a provider no longer sells is not planned with.
 */
export function besideShipped(own: readonly Host[], shipped: readonly Host[]): readonly Host[] {
  const names = new Set(own.map(({ name }) => name));
  const catalogues = new Set(own.map(({ catalogue }) => catalogue?.name));
  return [
    ...own,
    ...shipped.filter(({ name, catalogue }) => !names.has(name) && !catalogues.has(catalogue?.name)),
  ];
}

/** The day prices are held against: the one given, or today. */
export function readDate(written: string | undefined): string {
  if (written === undefined) return new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(written) || Number.isNaN(Date.parse(written))) {
    throw new UserError(`--price-date: found ${written}, expected a date such as 2026-11-28`);
  }
  return written;
}
