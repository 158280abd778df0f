import type { Layer } from './chart.ts';
import { colour } from './theme.ts';

/** A text written twice: first as a halo of paper, so that grid and limit lines do not run through its letters. */
export function haloed(label: Layer & { readonly mark: { readonly type: 'text' } }): Layer[] {
  const halo = { stroke: colour('paper'), strokeWidth: 5, strokeJoin: 'round' } as const;
  return [{ ...label, mark: { ...(label.mark as object), ...halo } } as Layer, label];
}
