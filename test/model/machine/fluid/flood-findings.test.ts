import { describe, expect, it } from 'vitest';
import { ns } from '../../../../src/model/kernel/units.ts';
import { simulateFluid } from '../../../../src/model/machine/fluid/simulate-fluid.ts';
import type { GuestSpecification } from '../../../../src/model/machine/specification.ts';
import {
  constant,
  freeNetwork,
  hog,
  learning,
  machine,
  nested,
  promiscuous,
  SECOND,
  vm,
  workload,
} from '../machine-builder.ts';

const sender = vm(
  'sender',
  workload({ kind: 'open', perSecond: 4_000 }, constant(0.001), {
    network: { send: 12, receive: 0, peer: 'uplink' },
  }),
);

function findingsOf(others: readonly GuestSpecification[], policy = promiscuous): readonly string[] {
  const flooded = nested('flooded', [hog('flooded/inner')]);
  const { findings } = simulateFluid(
    machine([flooded, sender, ...others], { network: freeNetwork }, { switch: policy }),
    { seed: 1, replication: 0, warmUp: ns(SECOND), duration: ns(2 * SECOND) },
  );
  return findings.filter(({ code }) => code === 'fluid-floods').map(({ text }) => text);
}

describe('a flooded hypervisor', () => {
  it('that waits for its CPU longer than its ring lasts is told of', () => {
    // A third of a CPU: 4 ms of running, 8 of waiting, in which 384 copies come.
    const texts = findingsOf([hog('a'), hog('b')]);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('come to flooded while it waits for a CPU, more than a ring of 256 holds');
  });

  it('is not where it has a CPU to itself, or nothing is copied to it', () => {
    expect(findingsOf([])).toEqual([]);
    expect(findingsOf([hog('a'), hog('b')], learning)).toEqual([]);
  });
});
