import type { Config } from 'vega-lite';
import type { Layout } from './chart.ts';

/**
 * Colours by what they mean. On the page each is a CSS variable, so that one chart serves light, dark and print;
 * in a file the light value stands in its place. Data colours are Okabe and Ito's, which people with any colour
 * vision can tell apart, shifted in lightness to keep 3:1 against the paper; texts keep 4.5:1.
 */
export const PALETTE = {
  paper: { light: '#ffffff', dark: '#14181d' },
  ink: { light: '#1b2229', dark: '#e6eaee' },
  muted: { light: '#56616c', dark: '#a3aeb9' },
  rule: { light: '#dfe3e7', dark: '#2d353e' },
  'level-0': { light: '#6b7681', dark: '#8f9ba7' },
  'level-1': { light: '#0072b2', dark: '#56b4e9' },
  'level-2': { light: '#d05a00', dark: '#f0883e' },
  'level-3': { light: '#9b4f86', dark: '#d68fbe' },
  work: { light: '#0072b2', dark: '#4ba3dc' },
  'work-light': { light: '#5ba9d6', dark: '#2b78ab' },
  overhead: { light: '#c25400', dark: '#f0883e' },
  'overhead-light': { light: '#e08a4b', dark: '#b8682f' },
  idle: { light: '#a9b1b9', dark: '#59636e' },
  limit: { light: '#b3261e', dark: '#ff8a80' },
} as const satisfies Readonly<Record<string, { readonly light: string; readonly dark: string }>>;

export type ColourName = keyof typeof PALETTE;

/** The colour as a chart names it. */
export const colour = (name: ColourName): string => `var(--${name})`;

/** Replaces every colour variable in `text` (a specification as JSON, or an SVG) by its value on light paper. */
export function withLightColours(text: string): string {
  return text.replaceAll(/var\(--([a-z0-9-]+)\)/g, (whole, name: string) =>
    Object.hasOwn(PALETTE, name) ? PALETTE[name as ColourName].light : whole,
  );
}

const LEVEL_COLOURS = [colour('level-0'), colour('level-1'), colour('level-2'), colour('level-3')] as const;
const LEVEL_SHAPES = ['diamond', 'circle', 'square', 'triangle-up'] as const;

/** Colour and shape say the same, so that neither is needed alone; levels beyond the third repeat the last. */
export const levelColour = (level: number): string =>
  LEVEL_COLOURS[Math.min(level, LEVEL_COLOURS.length - 1)]!;
export const levelShape = (level: number): string => LEVEL_SHAPES[Math.min(level, LEVEL_SHAPES.length - 1)]!;

/** Height of one line of a chart by name. */
export const LINE_HEIGHT = 26;

export const TITLE_SIZE = 16;
export const SUBTITLE_SIZE = 12.5;

export function chartConfig({ narrow }: Layout, font: string): Config {
  const size = narrow ? 11.5 : 12.5;
  return {
    aria: false,
    font,
    background: 'transparent',
    padding: { left: 2, top: 4, right: 6, bottom: 4 },
    view: { stroke: null },
    axis: {
      domain: false,
      ticks: false,
      labelFontSize: size,
      labelColor: colour('muted'),
      labelPadding: 8,
      titleFontSize: size,
      titleFontWeight: 'normal',
      titleColor: colour('muted'),
      titlePadding: 8,
      gridColor: colour('rule'),
      gridWidth: 1,
    },
    axisX: {
      labelFlush: true,
      labelOverlap: 'parity',
      labelSeparation: 8,
      titleAnchor: 'end',
      tickCount: narrow ? 4 : 8,
    },
    axisY: {
      grid: false,
      labelColor: colour('ink'),
      labelLimit: narrow ? 104 : 220,
      title: null,
    },
    legend: {
      orient: 'top',
      direction: 'horizontal',
      title: null,
      labelFontSize: size,
      labelColor: colour('ink'),
      labelLimit: 400,
      symbolSize: 80,
      symbolStrokeWidth: 2,
      columnPadding: 18,
      columns: narrow ? 2 : 6,
      offset: 8,
      padding: 0,
    },
    title: {
      anchor: 'start',
      frame: 'bounds',
      fontSize: TITLE_SIZE,
      color: colour('ink'),
      subtitleColor: colour('muted'),
      subtitleFontSize: SUBTITLE_SIZE,
      subtitleLineHeight: 17,
      subtitlePadding: 6,
      offset: 14,
    },
    text: { fontSize: size, color: colour('ink') },
    rule: { color: colour('muted') },
  };
}
