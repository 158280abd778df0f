import type { ChartTable } from '../chart/chart.ts';

/** HTML that is safe to put into a page: written by us, or escaped. */
export interface Markup {
  readonly markup: string;
  /** Every table in it, in order: what a page shows can be had as data too. */
  readonly tables?: readonly ShownTable[];
}

/** A table of a page, with what it shows in words. */
export interface ShownTable {
  readonly caption: string;
  readonly table: ChartTable;
  /** Of the chart whose numbers these are; null for a table of its own. */
  readonly chart: string | null;
}

type Value = string | number | Markup | readonly Markup[] | null;

/**
 * Makes markup of a template literal. Every value that is not markup itself is escaped, so whatever a scenario, a
 * record or a profile says stands on the page as text; null is nothing.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  const tables = values.flatMap(tablesOf);
  const markup = String.raw({ raw: parts }, ...values.map(textOf));
  return tables.length === 0 ? { markup } : { markup, tables };
}

/** The tables that went into a value, in order. */
export function tablesOf(value: Value): readonly ShownTable[] {
  if (value === null || typeof value !== 'object') return [];
  return isMarkup(value) ? (value.tables ?? []) : value.flatMap(tablesOf);
}

/** Text that is known to be markup: a drawn SVG, an inline script. */
export const raw = (markup: string): Markup => ({ markup });

export const join = (parts: readonly (Markup | null)[]): readonly Markup[] =>
  parts.filter((part) => part !== null);

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character]!);

function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeHtml(unbroken(value));
  if (typeof value === 'number') return String(value);
  if (isMarkup(value)) return value.markup;
  return value.map(({ markup }) => markup).join('');
}

/** A number and its unit stay on one line. */
const unbroken = (text: string): string =>
  text.replaceAll(/(\d) (?=%|[mµn]?s\b|[KMGT]iB\b|CPUs\b)/g, '$1\u00a0');

const isMarkup = (value: Markup | readonly Markup[]): value is Markup => !Array.isArray(value);
