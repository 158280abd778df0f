/** Who answers: slice by slice, or by ideal sharing at every level (docs/fluid.md). */
export const ENGINES = ['exact', 'fluid'] as const;

export type Engine = (typeof ENGINES)[number];
