/**
 * How a lab feels, from 0 to 100: 100 divided by how much longer the slowest of twenty actions takes than on the bare
 * machine (the 95th percentile of the probe's response over the same alone on the metal). 100 feels like the machine
 * itself, 50 takes twice as long, 25 four times. Of the tail on purpose: what people remember is the click that hung.
 */
export const feelScore = (slowdownP95: number): number => Math.round(100 / Math.max(1, slowdownP95));

/** What the score means in a word; the borders are the presets' slowdowns. */
export function feelWord(score: number): string {
  if (score >= 67) return 'comfortable';
  if (score >= 50) return 'workable';
  return score >= 25 ? 'slow, good for a demonstration' : 'painful';
}
