import type { TopLevelSpec } from 'vega-lite';

/** One chart of a report: the same for the page, the SVG and the PNG, with the numbers it draws. */
export interface Chart {
  /** File name part, e.g. `overhead`. */
  readonly name: string;
  /** Says what the chart shows. */
  readonly title: string;
  /** How to read it: axis, units, what the intervals are. One or two sentences. */
  readonly reading: string;
  /** What a reader who cannot see it must know. */
  readonly description: string;
  /** Vega-Lite; colours are the CSS variables of theme.ts. */
  readonly spec: (layout: Layout) => TopLevelSpec;
  readonly table: ChartTable;
}

/** One layer of a layered specification. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Whole width in px, axes and labels included; `narrow` for a phone: fewer ticks, shorter labels. */
export interface Layout {
  readonly width: number;
  readonly narrow: boolean;
}

export const WIDE: Layout = { width: 840, narrow: false };
export const NARROW: Layout = { width: 340, narrow: true };

/** The numbers behind a chart, as text that is ready to show. */
export interface ChartTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

interface Column {
  readonly title: string;
  readonly kind: 'text' | 'number' | 'sentence';
}

export const text = (title: string): Column => ({ title, kind: 'text' });
export const number = (title: string): Column => ({ title, kind: 'number' });
/** A text that may be long: it is given room and wraps. */
export const sentence = (title: string): Column => ({ title, kind: 'sentence' });
