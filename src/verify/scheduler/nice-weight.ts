/** Weights of nice -20 to 19, about 1.25 apart (Linux, kernel/sched/core.c, sched_prio_to_weight). */
const WEIGHTS = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121,
  2501, 1991, 1586, 1277, 1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23,
  18, 15,
];

/** @throws RangeError for what is no nice value. */
export function weightOfNice(nice: number): number {
  const weight = WEIGHTS[nice + 20];
  if (weight === undefined) throw new RangeError(`nice is -20 to 19, found ${nice}`);
  return weight;
}
