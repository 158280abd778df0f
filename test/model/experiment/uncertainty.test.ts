import { describe, expect, it } from 'vitest';
import type { ReplicationPlan } from '../../../src/model/experiment/replication.ts';
import { runReplication } from '../../../src/model/experiment/replication.ts';
import type { UncertainRow } from '../../../src/model/experiment/result.ts';
import { RUNS_OF_SET, uncertainRuns, uncertaintyOf } from '../../../src/model/experiment/uncertainty.ts';
import { ns } from '../../../src/model/kernel/units.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import { inMemorySources, SMALL } from '../scenario/in-memory-sources.ts';

const SETS = 12;

/** A VM whose every job traps 1,000 times, on a platform where one such exit costs 1 us, give or take. */
function scenarioWith(low: string, high: string) {
  const text = `
name: one VM
host: { cores: 2, smt: 1, clock: 3 GHz, memory: 16 GiB, nic: 10 Gbps }
platform:
  schema: nestmark/platform@1
  name: own
  title: of this test
  hypervisor: none
  cpu: none
  clock: time
  scheduler:
    policy: eevdf
    slice: { value: 3 ms, basis: published, source: test }
    tick: { value: 4 ms, basis: published, source: test }
  smt-throughput: { value: 1.25, basis: published, source: test }
  exits:
    switch: { value: 0 us, basis: published, source: test }
    classes:
      cpuid:
        handle: { value: 1 us, low: ${low}, high: ${high}, basis: assumed, source: test }
        reflect: { value: 0 us, basis: published, source: test }
        ops: {}
  network:
    forward: { value: 1 us, basis: published, source: test }
    copy: { value: 1 us, basis: published, source: test }
    drop: { value: 1 us, basis: published, source: test }
    receive: { value: 1 us, basis: published, source: test }
    ring: { value: 256, basis: published, source: test }
    batch: { value: 64, basis: published, source: test }
seats: 1
template:
  vms:
    - name: guest
      vcpus: 1
      memory: 1 GiB
      workload:
        name: traps
        title: traps
        source: test
        arrivals: { kind: saturated, tasks: 1 }
        demand: { kind: constant, mean: 10 ms }
        exits: { per-job: { cpuid: { value: 1000, basis: published, source: test } } }
phases: [{ exercise: { for: 1 s } }]
`;
  const read = readScenario('lab.yaml', text, inMemorySources(SMALL));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function slowdownOf(low: string, high: string): UncertainRow {
  const scenario = scenarioWith(low, high);
  const plan: ReplicationPlan = {
    specification: compile(scenario),
    seed: 3,
    warmUp: ns(0),
    duration: ns(1e9),
  };
  const best = Array.from({ length: RUNS_OF_SET * SETS }, (_, k) => runReplication(plan, k));
  const drawn = uncertainRuns(scenario, plan, SETS).map(({ subject, plans }) => ({
    subject,
    outcomes: plans.map((each, k) => runReplication(each, k)),
  }));
  return uncertaintyOf(best, drawn).rows.find(({ metric }) => metric === 'slowdown')!;
}

describe('what is not known of a platform', () => {
  it('spreads an answer as far as its figure reaches: 10 ms and 1,000 exits of 0.5 to 2 us', () => {
    const { mean, low, high, parts } = slowdownOf('0.5 us', '2 us');
    expect(mean).toBeCloseTo(1.1, 3);
    expect(low).toBeGreaterThanOrEqual(1.05 - 1e-6);
    expect(low).toBeLessThan(1.07);
    expect(high).toBeLessThanOrEqual(1.2 + 1e-6);
    expect(high).toBeGreaterThan(1.15);
    expect(parts[0]!.what).toBe('all figures');
    expect(parts[0]!.share).toBeGreaterThan(0.99);
  });

  it('is nothing where every figure is known', () => {
    const { mean, low, high, parts } = slowdownOf('1 us', '1 us');
    expect([low, high]).toEqual([mean, mean]);
    expect(parts).toEqual([]);
  });
});
