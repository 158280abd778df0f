import { assessPrecision } from '../../../dist/model/experiment/precision.js';
import { summarise } from '../../../dist/model/experiment/summarise.js';
import { compile } from '../../../dist/model/scenario/compile.js';
import { probeRoles } from '../../../dist/model/scenario/probe-roles.js';
import { ReplicationPool } from '../../../dist/workers/replication-pool.js';
import { heading, table } from '../../kernel/print.mjs';
import { LABS, scenarioOf } from './engines.mjs';

const GOAL = { relative: 0.05, minimum: 4, maximum: 200 };
/** Short replications, many of them: that is what a wide interval needs, and what two workers can share. */
const WARM_UP = 0.5e9;
const DURATION = 2e9;

/** Wall time until the figures that decide are known to 5 % with 95 % confidence, on two workers that are warm. */
export async function answers() {
  heading('Wall seconds to an answer of ±5 % at 95 %, on 2 workers');
  const pool = new ReplicationPool({ workers: 2, signal: new AbortController().signal });
  const rows = [];
  try {
    for (const [name, url] of LABS) {
      for (const engine of ['exact', 'fluid']) rows.push([name, engine, ...(await answer(pool, scenarioOf(url), engine))]);
    }
  } finally {
    await pool.close();
  }
  table(['lab', 'engine', 'wall s', 'replications', 'met'], rows);
}

async function answer(pool, scenario, engine) {
  const plan = { specification: compile(scenario), seed: 1, warmUp: WARM_UP, duration: DURATION, engine };
  const probes = probeRoles(scenario.template.vms);
  const circumstances = {
    exercise: { warmUp: WARM_UP, duration: DURATION },
    targets: scenario.targets,
    probes,
  };
  // Code is compiled and hot, as in the second question of a session.
  await pool.run([0, 1].map((replication) => ({ plan, replication: 1000 + replication })), () => {});
  const start = performance.now();
  const outcomes = [];
  for (let wanted = GOAL.minimum; ; ) {
    const first = outcomes.length;
    const tasks = Array.from({ length: wanted - first }, (_, i) => ({ plan, replication: first + i }));
    await pool.run(tasks, (outcome, place) => {
      outcomes[first + place] = outcome;
    });
    const { decision, nextLook, precision } = assessPrecision(summarise(outcomes, circumstances), probes, GOAL);
    if (decision !== 'continue') {
      return [((performance.now() - start) / 1000).toFixed(2), outcomes.length, precision.met ? 'yes' : 'no'];
    }
    wanted = nextLook;
  }
}
