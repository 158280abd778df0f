import { Bench } from 'tinybench';

/** Processor time of this process in milliseconds: other programs on the machine do not count. */
const processorTime = () => process.cpuUsage().user / 1_000;

/**
 * Runs contenders side by side: in every round each runs once, starting with another one each time, so that whatever
 * the machine does meanwhile hits all alike. The first rounds, in which the engine compiles, do not count.
 *
 * A contender is `{ name, units, run }`: `run()` does `units` of work, and may return `{ overriddenDuration }` in
 * milliseconds when it measures itself.
 *
 * @returns for each, by name, units per second in each round.
 */
export async function race(contenders, { rounds, warmUp = 2 }) {
  const rates = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % contenders.length;
    const order = [...contenders.slice(first), ...contenders.slice(0, first)];
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true, now: processorTime });
    for (const { name, run } of order) bench.add(name, run);
    await bench.run();
    if (round < 0) continue;
    for (const { name, units } of contenders) {
      rates.get(name).push((1_000 * units) / bench.getTask(name).result.latency.mean);
    }
  }
  return rates;
}

export function median(values) {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median of the ratios round by round, with the least and the greatest. */
export function ratio(rates, of, to) {
  const ratios = rates.get(of).map((rate, round) => rate / rates.get(to)[round]);
  return { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) };
}
