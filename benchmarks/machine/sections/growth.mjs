import { heading, table } from '../../kernel/print.mjs';
import { crowd } from '../machines.mjs';
import { timed } from './measure.mjs';

/** Hypervisors of 4 vCPUs with 8 vCPUs of guests each: 12 to 9,996 vCPUs, on as many CPUs as keep the load the same. */
const HYPERVISORS = [1, 8, 83, 833];
const DECISIONS = 400_000;

/** Cost of a decision by the number of vCPUs, with the exponent of a power law fitted to it: log n would be near 0.1. */
export function growth(rounds) {
  heading('Exact engine: nanoseconds a decision as the machine grows, least of the rounds');
  const machines = HYPERVISORS.map((n) => ({ vcpus: 12 * n, specification: crowd(n, Math.max(2, 4 * n)) }));
  const least = machines.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++) {
    machines.forEach(({ vcpus, specification }, index) => {
      const { measured, took } = timed('exact', specification, Math.max(0.5, DECISIONS / (vcpus * 130)), round);
      least[index] = Math.min(least[index], (1e9 * took) / measured.decisions);
    });
  }
  const rows = machines.map(({ vcpus }, index) => [vcpus, least[index].toFixed(0)]);
  table(['vCPUs', 'ns a decision'], rows);
  console.log(`exponent ${slope(machines.map(({ vcpus }) => Math.log(vcpus)), least.map(Math.log)).toFixed(3)} (0: no growth)`);
}

function slope(x, y) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const top = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return top / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
