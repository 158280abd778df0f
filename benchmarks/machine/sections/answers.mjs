import { assessPrecision } from '../../../dist/model/experiment/precision.js';
import { summarise } from '../../../dist/model/experiment/summarise.js';
import { compile } from '../../../dist/model/scenario/compile.js';
import { probeRoles } from '../../../dist/model/scenario/probe-roles.js';
import { ReplicationPool } from '../../../dist/workers/replication-pool.js';
import { heading, table } from '../../kernel/print.mjs';
import { LABS, scenarioOf } from './engines.mjs';

const GOAL = { relative: 0.05, minimum: 6, maximum: 200 };
/** Short replications, many of them: that is what a wide interval needs, and what two workers can share. */
const WARM_UP = 0.5e9;
const DURATION = 2e9;
const WANTED = 2;

/**
 * Until the figures that decide are known to 5 % with 95 % confidence, on two workers: the first question of a process,
 * whose code has yet to be compiled, and a second one with another seed. CPU time, of all threads, is what a shared
 * machine cannot falsify as much; half of it is the wall time that two cores of their own would need at least.
 */
export async function answers() {
  heading('An answer of ±5 % at 95 %, on 2 workers: first question of a process / second');
  const rows = [];
  for (const [name, url] of LABS) {
    for (const engine of ['exact', 'fluid']) {
      const pool = new ReplicationPool({ workers: 2, signal: new AbortController().signal });
      try {
        const first = await answer(pool, scenarioOf(url), engine, 1);
        const second = await answer(pool, scenarioOf(url), engine, 2);
        const both = (of) => `${of(first)} / ${of(second)}`;
        rows.push([
          name,
          engine,
          both(({ wall }) => wall.toFixed(2)),
          both(({ cpu }) => cpu.toFixed(2)),
          both(({ replications }) => replications),
          both(({ met }) => (met ? 'yes' : 'no')),
        ]);
      } finally {
        await pool.close();
      }
    }
  }
  table(['lab', 'engine', 'wall s', 'CPU s', 'replications', 'met'], rows);
  console.log(`wanted: under ${WANTED} s of wall time, three levels, exact`);
}

async function answer(pool, scenario, engine, seed) {
  const plan = { specification: compile(scenario), seed, warmUp: WARM_UP, duration: DURATION, engine };
  const probes = probeRoles(scenario.template.vms);
  const circumstances = {
    exercise: { warmUp: WARM_UP, duration: DURATION },
    targets: scenario.targets,
    probes,
  };
  const start = performance.now();
  const before = process.cpuUsage();
  const outcomes = [];
  for (let wanted = GOAL.minimum; ; ) {
    const first = outcomes.length;
    const tasks = Array.from({ length: wanted - first }, (_, i) => ({ plan, replication: first + i }));
    await pool.run(tasks, (outcome, place) => {
      outcomes[first + place] = outcome;
    });
    const { decision, nextLook, precision } = assessPrecision(summarise(outcomes, circumstances), probes, GOAL);
    if (decision !== 'continue') {
      const { user, system } = process.cpuUsage(before);
      return {
        wall: (performance.now() - start) / 1000,
        cpu: (user + system) / 1e6,
        replications: outcomes.length,
        met: precision.met,
      };
    }
    wanted = nextLook;
  }
}
