import { describe, expect, it } from 'vitest';
import type { Nanoseconds } from '../../src/model/kernel/units.ts';
import { type KnownBefore, trialBinding } from '../../src/plan/search/binding.ts';
import { judge } from '../../src/plan/target/judgement.ts';
import { TARGET_PRESETS } from '../../src/plan/target/plan-targets.ts';
import type { TrialOutcome } from '../../src/plan/trial/trial.ts';

const QUIET: TrialOutcome = {
  slowdownP95: 1.1,
  worstSeatSlowdownP95: 1.2,
  probeP95Ms: 30,
  ready: { share: 0.001, role: 'esxi', level: 1 },
  framesArrived: 1,
  keptUp: { share: 1, role: 'web' },
  cpu: { guest: 0.4, hypervisor: [0.05], switch: 0, idle: 0.55, flooding: 0 },
  roles: [
    { role: 'esxi', level: 1, vcpus: 2, busy: 1, ready: 0, hiddenSteal: 0, limited: 0 },
    { role: 'esxi/web', level: 2, vcpus: 1, busy: 0.5, ready: 0, hiddenSteal: 0, limited: 0 },
  ],
  events: 1,
};

const SLOW_BY_EXITS = { threadsPerCore: 2, probeStretch: 2.5 };

const causeOf = (change: Partial<TrialOutcome>, before: KnownBefore = SLOW_BY_EXITS): string => {
  const outcomes = [
    { ...QUIET, ...change },
    { ...QUIET, ...change },
    { ...QUIET, ...change },
  ];
  const phase = { kind: 'exercise', name: 'work', duration: 1 as Nanoseconds, workloads: new Map() } as const;
  return trialBinding(
    { phase, judgement: judge(outcomes, TARGET_PRESETS.workable, 0.95), outcomes },
    9,
    before,
  ).cause;
};

describe('what keeps one more seat off a host', () => {
  it.each<[string, Partial<TrialOutcome>]>([
    ['network', { framesArrived: 0.5 }],
    [
      'switch-flooding',
      { slowdownP95: 4, cpu: { guest: 0.4, hypervisor: [0.5], switch: 0, idle: 0.1, flooding: 0.4 } },
    ],
    ['template', { ready: { share: 0.2, role: 'esxi/web', level: 2 } }],
    [
      'template',
      {
        slowdownP95: 9,
        roles: [{ role: 'web', level: 1, vcpus: 1, busy: 0.01, ready: 0, hiddenSteal: 0, limited: 0.5 }],
      },
    ],
    ['hypervisor-time', { slowdownP95: 3 }],
    [
      'hypervisor-time',
      { slowdownP95: 3, cpu: { guest: 0.5, hypervisor: [0.3, 0.2], switch: 0, idle: 0, flooding: 0 } },
    ],
    [
      'cpu-ready',
      {
        slowdownP95: 3,
        ready: { share: 0.3, role: 'esxi', level: 1 },
        cpu: { guest: 0.9, hypervisor: [0.1], switch: 0, idle: 0, flooding: 0 },
      },
    ],
  ])('%s', (cause, change) => {
    expect(causeOf(change)).toBe(cause);
  });

  it('does not blame exits for what a busy sibling thread does', () => {
    const slow = { slowdownP95: 3 };
    expect(causeOf(slow, { threadsPerCore: 2, probeStretch: 1.02 })).toBe('sibling-threads');
    expect(causeOf(slow, { threadsPerCore: 1, probeStretch: 1.02 })).toBe('template');
    expect(causeOf(slow, { threadsPerCore: 2, probeStretch: 1.8 })).toBe('hypervisor-time');
  });

  it('does not blame the VM around one whose vCPUs hardly wait', () => {
    const slow = { slowdownP95: 3, ready: { share: 0.001, role: 'esxi/web', level: 2 } };
    expect(causeOf(slow, { threadsPerCore: 2, probeStretch: 1.02 })).toBe('sibling-threads');
  });
});
