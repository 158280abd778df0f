import { heading, table } from '../../kernel/print.mjs';
import { crowd } from '../machines.mjs';
import { timed } from './measure.mjs';

/** Hypervisors of 4 vCPUs with 8 vCPUs of guests each: 12 to 9,996 vCPUs. */
const HYPERVISORS = [1, 4, 16, 83, 290, 833];
/** CPUs for each hypervisor: as many as it has vCPUs, or one for eight of them. */
const SERIES = [
  ['a CPU a vCPU', (n) => Math.max(2, 4 * n)],
  ['8 vCPUs of hypervisors a CPU', (n) => Math.max(1, Math.round(n / 2))],
];
const EVENTS = 1_000_000;
/** How much longer the other run is: the larger, the less a disturbed building of the machine tells. */
const LONGER = 4;
/** Seconds long enough to find out how many events a second a machine has. */
const PILOT = 0.5;

/**
 * CPU time of a scheduling event by the number of vCPUs, with the exponent of a power law fitted to it; log n from 10
 * to 10,000 would be 0.2. Of two runs, one four times as long, the difference: what building a machine costs is left out. Each is
 * the least of the rounds, for what disturbs a run only ever makes it longer; where even then the longer one is not
 * longer, the machine is told as disturbed, and left out of the exponent.
 */
export function growth(rounds) {
  heading('Exact engine: nanoseconds a scheduling event as the machine grows, least of the rounds');
  const machines = SERIES.flatMap(([series, cpus]) =>
    HYPERVISORS.map((n) => ({ series, vcpus: 12 * n, cpus: cpus(n), specification: crowd(n, cpus(n)) })),
  );
  for (const machine of machines) {
    const { measured } = timed('exact', machine.specification, PILOT, 0);
    machine.seconds = (EVENTS * (PILOT + 1)) / measured.schedulingEvents;
    machine.short = Number.POSITIVE_INFINITY;
    machine.long = Number.POSITIVE_INFINITY;
  }
  for (let round = 0; round < rounds; round++) {
    for (const machine of machines) {
      const short = timed('exact', machine.specification, machine.seconds, 0);
      const long = timed('exact', machine.specification, LONGER * machine.seconds, 0);
      machine.events = long.measured.schedulingEvents - short.measured.schedulingEvents;
      machine.short = Math.min(machine.short, short.took);
      machine.long = Math.min(machine.long, long.took);
    }
  }
  for (const machine of machines) machine.ns = (1e9 * (machine.long - machine.short)) / machine.events;
  table(
    ['machine', 'vCPUs', 'CPUs', 'ns a scheduling event'],
    machines.map(({ series, vcpus, cpus, ns }) => [series, vcpus, cpus, ns > 0 ? ns.toFixed(0) : 'disturbed']),
  );
  for (const [series] of SERIES) {
    const own = machines.filter((machine) => machine.series === series && machine.ns > 0);
    if (own.length < 3) {
      console.log(`${series}: disturbed, no exponent: let nothing else run, or take more rounds`);
      continue;
    }
    const exponent = slope(own.map(({ vcpus }) => Math.log(vcpus)), own.map(({ ns }) => Math.log(ns)));
    const of = own.length === HYPERVISORS.length ? '' : `, of ${own.length} of ${HYPERVISORS.length} machines`;
    console.log(`${series}: exponent ${exponent.toFixed(3)}${of} (0: no growth)`);
  }
}

function slope(x, y) {
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const top = x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0);
  return top / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
