import { describe, expect, it } from 'vitest';
import { engineFinding } from '../../../src/model/experiment/engine-finding.ts';
import { runReplication } from '../../../src/model/experiment/replication.ts';
import { ns } from '../../../src/model/kernel/units.ts';
import type { Engine } from '../../../src/model/machine/engine.ts';
import { EXACT_KNOWN_ERROR } from '../../../src/model/machine/exact-known-error.ts';
import { constant, hog, machine, vm, workload } from '../machine/machine-builder.ts';

const answered = (engine: Engine, hogs: number) => {
  const web = vm('web', workload({ kind: 'open', perSecond: 10 }, constant(5)));
  const specification = machine([web, ...Array.from({ length: hogs }, (_, i) => hog(`hog-${i}`))], {
    physicalCpus: 2,
  });
  const plan = { specification, seed: 1, warmUp: ns(1e8), duration: ns(1e9), engine };
  return engineFinding([runReplication(plan, 0)]);
};

describe('who answered', () => {
  it('is told with what the exact engine was off by beside a real kernel', () => {
    const [finding] = answered('exact', 0);
    expect(finding?.code).toBe('exact-engine');
    expect(finding?.text).toContain(EXACT_KNOWN_ERROR.system);
    expect(finding?.text).toContain('ESXi, Xen and Hyper-V follow what is published');
    expect(EXACT_KNOWN_ERROR.figures.map(({ name }) => name)).toContain('waits');
    for (const { name, median, largest } of EXACT_KNOWN_ERROR.figures) {
      expect(finding?.text).toContain(`of ${name} ${median} % (${largest})`);
    }
  });

  it('is told with what the fluid engine was off by beside the exact one, on hosts as loaded', () => {
    expect(answered('fluid', 0)[0]?.text).toContain('up to 70 % loaded');
    expect(answered('fluid', 3)[0]?.text).toContain('asked for more than they have');
  });
});
