// How far the two engines are apart on one machine: the same jobs in both, so little of it is chance.
import { LogHistogram } from '../../dist/model/kernel/statistics/log-histogram.js';
import { simulateWith } from '../../dist/model/machine/simulate-with.js';

/** A role with fewer answers in the window says nothing of a tail. */
const LEAST_ANSWERS = 200;

/** One entry a role: relative differences (fluid over exact, less one) and, of ready, the difference in points; and whether the fluid engine warns of floods. */
export function disagreementOf(specification, run) {
  const exact = byRole(simulateWith('exact', specification, run));
  const answer = simulateWith('fluid', specification, run);
  const fluid = byRole(answer);
  const warned = answer.findings.some(({ code }) => code === 'fluid-floods');
  return [...exact].map(([role, ours]) => {
    const theirs = fluid.get(role);
    const relative = (of) => of(theirs) / of(ours) - 1;
    const answers = Math.min(ours.count, theirs.count);
    return {
      role,
      warned,
      share: ours.running > 0 ? relative(({ running }) => running) : null,
      ready: 100 * (theirs.ready - ours.ready),
      exactReady: 100 * ours.ready,
      response: answers >= LEAST_ANSWERS ? relative(({ mean }) => mean) : null,
      tail: answers >= LEAST_ANSWERS ? relative(({ histogram }) => histogram.quantile(0.95)) : null,
    };
  });
}

function byRole(measured) {
  const roles = new Map();
  const length = measured.end - measured.start;
  for (const { role, vcpus } of measured.guests) {
    const entry = roles.get(role) ?? { vcpus: 0, running: 0, ready: 0, count: 0, sum: 0, histogram: new LogHistogram() };
    roles.set(role, entry);
    for (const { running, ready } of vcpus) {
      entry.vcpus++;
      entry.running += running / length;
      entry.ready += ready / length;
    }
  }
  for (const { role, count, mean, histogram } of measured.responses) {
    const entry = roles.get(role);
    if (count === 0) continue;
    entry.count += count;
    entry.sum += count * mean;
    entry.histogram.add(histogram);
  }
  for (const entry of roles.values()) {
    entry.running /= entry.vcpus;
    entry.ready /= entry.vcpus;
    entry.mean = entry.sum / entry.count;
  }
  return roles;
}
