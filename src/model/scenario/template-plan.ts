/** How good a lab has to be: named sets of targets (src/plan/target-presets.ts). */
export const PRESETS = ['comfortable', 'workable', 'demo'] as const;

export type Preset = (typeof PRESETS)[number];

/** Kinds of work phases; what each is called otherwise is up to the template. */
export const WORK_PHASES = ['install', 'exercise', 'idle'] as const;

export type WorkPhaseKind = (typeof WORK_PHASES)[number];
