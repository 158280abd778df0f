import type { TopLevelSpec } from 'vega-lite';
import type { Chart, Layout } from './chart.ts';
import { FONT_FAMILY, fontFiles, textMeasure } from './font.ts';
import { chartConfig, PALETTE, SUBTITLE_SIZE, TITLE_SIZE, withLightColours } from './theme.ts';

/** A Vega specification as the Vega-Lite compiler writes it: plain JSON. */
export type VegaSpec = Readonly<Record<string, unknown>>;

/** Compiles and draws charts. Loading Vega takes a fifth of a second, so it is loaded by the first who needs it. */
export interface Renderer {
  /** For the page: without title, colours as CSS variables. */
  readonly page: (chart: Chart, layout: Layout) => Promise<{ readonly vega: VegaSpec; readonly svg: string }>;
  /** For a file: with title, reading and light colours. */
  readonly file: (chart: Chart, layout: Layout) => Promise<string>;
}

const FILE_PADDING = 20;

/** Fonts of the page's charts; the picture on the page is laid out for the widest of them. */
const PAGE_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** What vega-scenegraph measures texts with; part of vega's exports but not of its types. */
interface TextMetrics {
  width: (item: { fontSize?: number; fontWeight?: string | number; limit?: number }, text: unknown) => number;
}

let loading: Promise<Renderer> | null = null;

export function chartRenderer(): Promise<Renderer> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Renderer> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const measure = { normal: textMeasure('normal'), bold: textMeasure('bold') };
  // Without a canvas Vega takes every character for 0.8 em wide.
  (vega as unknown as { textMetrics: TextMetrics }).textMetrics.width = (item, text) => {
    const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
    return (bold ? measure.bold : measure.normal)(String(text ?? '')) * (item.fontSize ?? 11);
  };
  const compile = (spec: TopLevelSpec, layout: Layout, font: string): VegaSpec => {
    const own = chartConfig(layout, font);
    return vegaLite.compile(spec, { config: own }).spec as unknown as VegaSpec;
  };
  const draw = async (spec: VegaSpec): Promise<string> => {
    const view = new vega.View(vega.parse(spec as unknown as Parameters<typeof vega.parse>[0]), {
      renderer: 'none',
    });
    try {
      return await view.toSVG();
    } finally {
      view.finalize();
    }
  };
  return {
    page: async (chart, layout) => {
      const spec = compile(chart.spec(layout), layout, PAGE_FONT);
      return { vega: spec, svg: await draw(spec) };
    },
    file: async (chart, layout) => {
      const own = chart.spec(layout);
      const width =
        ('width' in own && typeof own.width === 'number' ? own.width : layout.width) - 2 * FILE_PADDING;
      const titled: TopLevelSpec = {
        ...own,
        title: {
          text: wrapped(chart.title, width, measure.bold, TITLE_SIZE),
          subtitle: wrapped(chart.reading, width, measure.normal, SUBTITLE_SIZE),
        },
        padding: FILE_PADDING,
        background: PALETTE.paper.light,
      };
      const spec = JSON.parse(
        withLightColours(JSON.stringify(compile(titled, layout, FONT_FAMILY))),
      ) as VegaSpec;
      return draw(spec);
    },
  };
}

/** A picture of a chart at twice its size, on white paper, with the fonts of dejavu-fonts-ttf only. */
export async function svgToPng(svg: string): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: { loadSystemFonts: false, fontFiles: fontFiles(), defaultFontFamily: FONT_FAMILY },
  })
    .render()
    .asPng();
}

/** Lines of at most `width` px, broken at blanks. */
function wrapped(
  content: string,
  width: number,
  measure: (text: string) => number,
  fontSize: number,
): string[] {
  const lines: string[] = [];
  for (const word of content.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && measure(`${line} ${word}`) * fontSize <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
