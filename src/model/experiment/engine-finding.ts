import { EXACT_KNOWN_ERROR } from '../machine/exact-known-error.ts';
import type { RegimeError } from '../machine/fluid/disagreement.ts';
import { KNOWN_ERROR } from '../machine/fluid/known-error.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Finding } from './result.ts';

/** Who answered, and what such an answer is known to be off by. */
export function engineFinding(outcomes: readonly ReplicationOutcome[]): Finding[] {
  return [outcomes[0]?.engine === 'fluid' ? fluidFinding(outcomes) : EXACT];
}

/** Against a real kernel, one level deep: what was to be had. */
const EXACT: Finding = exactFinding();

function exactFinding(): Finding {
  const { date, system, source, figures } = EXACT_KNOWN_ERROR;
  const errors = figures.map(({ name, median, largest }) => `${name} ${median} % (${largest})`);
  return {
    severity: 'note',
    code: 'exact-engine',
    text:
      `answered by the exact engine. Its schedule against that of ${system}, one level deep (${date}): median error ` +
      `(largest) of ${errors.join(', of ')} (${source}; nestmark verify scheduler holds it against your machine). CFS and the policies of ESXi, Xen and Hyper-V ` +
      'follow what is published of them, and were not held against real ones',
  };
}

/** What an answer of the fluid engine is known to be off by, on hosts about as loaded; the exact engine is the measure. */
function fluidFinding(outcomes: readonly ReplicationOutcome[]): Finding {
  const load = mean(outcomes.map(loadOf));
  // Whether a nested layer is short of CPUs is not in the outcomes, so the less favourable of the two is told.
  const regime = regimeOf(load <= 0.7 ? 'nested' : load < 0.98 ? 'busy' : 'overloaded');
  const { date, seed, labs } = KNOWN_ERROR;
  const within = ({ median, p90 }: RegimeError['share'], unit: string): string =>
    `${median} ${unit} (${p90})`;
  return {
    severity: 'note',
    code: 'fluid-engine',
    text:
      `answered by the fluid engine. Against the exact one, on ${labs} random labs (seed ${seed}, ${date}), for ` +
      `${regime.title} its median error (90th percentile) was ${within(regime.response, '%')} of the mean response, ` +
      `${within(regime.tail, '%')} of its 95th percentile, ${within(regime.share, '%')} of the time on a CPU and ` +
      `${within(regime.ready, 'points')} of ready time`,
  };
}

function regimeOf(name: string): RegimeError {
  const found = KNOWN_ERROR.regimes.find((regime) => regime.name === name);
  if (found === undefined)
    throw new Error(`the known errors of the fluid engine say nothing of ${name} hosts`);
  return found;
}

function loadOf({ machine: { cpu } }: ReplicationOutcome): number {
  const busy = cpu.hypervisor.reduce((sum, time) => sum + time, cpu.guest + cpu.switch + cpu.spin);
  return busy / (busy + cpu.idle);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
