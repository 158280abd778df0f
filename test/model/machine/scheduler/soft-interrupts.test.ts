import { describe, expect, it } from 'vitest';
import { type Nanoseconds, ns } from '../../../../src/model/kernel/units.ts';
import { ENQUEUE_WAKE, type SchedulingPolicy } from '../../../../src/model/machine/scheduler/policy.ts';
import { NONE, SchedulerState } from '../../../../src/model/machine/scheduler/scheduler-state.ts';
import { SoftInterrupts } from '../../../../src/model/machine/scheduler/soft-interrupts.ts';
import { compileTopology } from '../../../../src/model/machine/topology.ts';
import {
  constant,
  delivered,
  freeNetwork,
  hog,
  machine,
  nested,
  promiscuous,
  SECOND,
  shares,
  simulate,
  vm,
  workload,
} from '../machine-builder.ts';

const FRAMES = 200;

/** A talker's 200 frames every 10 ms are copied to a neighbour whose one vCPU runs an inner hog all the time. */
const flooded = (drop: Nanoseconds) => {
  const talker = vm(
    'noisy/talker',
    workload({ kind: 'closed', users: 1, think: constant(10) }, constant(0.001), {
      network: { send: FRAMES, receive: 0, peer: 'uplink' },
    }),
  );
  return machine(
    [nested('noisy', [talker], { vcpus: 2 }), nested('quiet', [hog('quiet/hog')])],
    { physicalCpus: 5, network: { ...freeNetwork, drop } },
    { switch: promiscuous },
  );
};

describe('work in interrupt context', () => {
  it('is done at once, whatever else runs there, and costs the others no more than its time', () => {
    const measured = simulate(flooded(ns(1_000)), 10);
    const [host, , quiet] = measured.network!.switches;
    expect(host!.copied).toBeGreaterThan(150_000);
    expect(host!.copiesLost).toBe(0);
    expect(quiet!.discarded).toBe(host!.copied);
    const lost = 1 - delivered(measured, 'quiet/hog');
    expect(lost).toBeCloseTo((quiet!.discarded * 1_000) / (10 * SECOND), 4);
    // What is left of a batch at the ends of the window.
    expect(shares(measured, 'quiet/hog').ready).toBeCloseTo(lost, 4);
  });

  it('does not take more than a fair share for long when it never ends', () => {
    const measured = simulate(flooded(ns(500_000)), 20);
    expect(measured.network!.switches[0]!.copiesLost).toBeGreaterThan(0);
    expect(delivered(measured, 'quiet/hog')).toBeGreaterThan(0.4);
    expect(delivered(measured, 'quiet/hog')).toBeLessThan(0.6);
  });

  // A vCPU whose turn is interrupted can be stopped by its guest's limit. It was taken out of a queue that it was not
  // in, and a walk along the queue did not end.
  it('puts back who was interrupted before it is withdrawn or moved', () => {
    const { root, ...rest } = flooded(ns(1_000));
    const topology = compileTopology({ ...rest, root });
    const scheduling = new SchedulerState(topology);
    const calls: string[] = [];
    const inner = new Proxy({} as SchedulingPolicy, {
      get: (_, method) => () => {
        calls.push(String(method));
        return method === 'wakesAtHome' ? false : NONE;
      },
    });
    const receiver = topology.tasks.find(
      ({ kind }) => kind === 'uplink-worker' || kind === 'receiver',
    )!.first;
    const [cpu, vcpu] = [0, 0];
    for (const stop of ['withdraw', 'remove'] as const) {
      const policy = new SoftInterrupts(scheduling, inner);
      policy.enqueue(receiver, cpu, ENQUEUE_WAKE);
      policy.putBack(vcpu, cpu);
      calls.length = 0;
      policy[stop](vcpu, cpu);
      expect(calls).toEqual(['resume', 'putBack', stop]);
      calls.length = 0;
      policy[stop](vcpu, cpu);
      expect(calls).toEqual([stop]);
    }
  });
});
