import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../../src/model/kernel/simulation.ts';
import { ns } from '../../../../src/model/kernel/units.ts';
import { HaltPolling } from '../../../../src/model/machine/scheduler/halt-polling.ts';
import type { HaltPollingSpecification } from '../../../../src/model/machine/scheduler-specification.ts';
import type { ExitCostParameters } from '../../../../src/model/machine/specification.ts';
import { compileTopology } from '../../../../src/model/machine/topology.ts';
import { hog, machine, simulate, vm, workload } from '../machine-builder.ts';

const US = 1_000;
const kvm: HaltPollingSpecification = { most: ns(200 * US) };

/** Whether a vCPU is polled, after it halted for each of these microseconds in turn. */
function windowsAfter(halts: readonly number[], specification = kvm): number[] {
  const simulation = new Simulation();
  const topology = compileTopology(machine([hog('a')], {}, { haltPolling: specification }));
  const polling = new HaltPolling(simulation, topology);
  const nothing = { handle: () => undefined };
  return halts.map((halt) => {
    polling.halted(0);
    const from = simulation.now;
    simulation.runUntil(from + halt * US, nothing);
    polling.woken(0);
    polling.begin(0);
    const next = simulation.pending;
    polling.end(0);
    expect(next).toBe(1);
    return polling.windowOf(0) / US;
  });
}

describe("a vCPU's window", () => {
  it('grows from 10 us by doubling, up to the longest', () => {
    expect(windowsAfter([150, 150, 150, 150, 199, 199, 199])).toEqual([10, 20, 40, 80, 160, 200, 200]);
  });

  it('stays while what it sleeps fits into it', () => {
    expect(windowsAfter([50, 50, 50, 50, 50])).toEqual([10, 20, 40, 80, 80]);
  });

  it('is halved by a long sleep, and dropped below 10 us', () => {
    expect(windowsAfter([150, 150, 5_000, 5_000, 5_000])).toEqual([10, 20, 10, 0, 0]);
  });

  it('is dropped at once by a kernel before 6.12', () => {
    expect(windowsAfter([150, 150, 150, 5_000], { ...kvm, shrink: 0 })).toEqual([10, 20, 40, 0]);
  });
});

describe('halt polling', () => {
  const exits: ExitCostParameters = {
    switch: ns(100),
    classes: {
      hypercall: { handle: ns(400), reflect: ns(0), ops: {} },
      'halt-wake': { handle: ns(4_900), reflect: ns(0), ops: {} },
    },
  };
  /** 100 us of work, then nothing for so many microseconds. */
  const duty = (pause: number, polling?: HaltPollingSpecification, others = 0) => {
    const think = { kind: 'constant' as const, mean: ns(pause * US) };
    const work = workload({ kind: 'closed', users: 1, think }, { kind: 'constant', mean: ns(100 * US) });
    const hogs = Array.from({ length: others }, (_, i) => hog(`hog-${i}`));
    return simulate(
      machine([vm('a', work), ...hogs], { exits }, polling === undefined ? {} : { haltPolling: polling }),
      2,
    );
  };
  const whole = 2e9;

  it('takes the CPU of an idle host while a vCPU pauses for less than its window', () => {
    const { cpu, guests } = duty(50, kvm);
    // Each cycle: 100 us of work, 0.5 us for the exit, 50 us of polling.
    expect(cpu.polling / whole).toBeCloseTo(50 / 150.5, 3);
    expect(cpu.idle / whole).toBeLessThan(0.001);
    expect(guests[0]!.vcpus[0]!.polling).toBeCloseTo(cpu.polling, 0);
  });

  it('saves what sleeping and waking costs', () => {
    const response = (measured: ReturnType<typeof duty>) => measured.responses[0]!.mean / US;
    expect(response(duty(50))).toBeCloseTo(105, 1);
    expect(response(duty(50, kvm))).toBeCloseTo(100.5, 1);
  });

  it('does nothing for pauses longer than the longest window', () => {
    const { cpu } = duty(1_000, kvm);
    expect(cpu.polling).toBe(0);
    expect(cpu.idle / whole).toBeCloseTo(1_000 / 1_105, 3);
  });

  it('takes nothing from others who want the CPU', () => {
    const { cpu } = duty(50, kvm, 1);
    expect(cpu.polling).toBe(0);
    expect(cpu.idle).toBe(0);
  });
});
