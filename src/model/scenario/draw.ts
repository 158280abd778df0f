import type { Figure } from './figure.ts';

/**
 * Picks the number a figure stands for in one run. `parameter` names it for good, e.g.
 * `platform.exits.classes.pio.handle` or `workload.web-server.per-job.mmio`, so that a draw can be reproduced and
 * told apart. Called once for each figure. The result must lie in [low, high].
 */
export type Draw = (figure: Figure, parameter: string) => number;
