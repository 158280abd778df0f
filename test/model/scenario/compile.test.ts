import { describe, expect, it } from 'vitest';
import { exitCost } from '../../../src/model/machine/exit-cost.ts';
import type { GuestSpecification } from '../../../src/model/machine/specification.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import { countBases, workloadsOf } from '../../../src/model/scenario/count-bases.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/model/scenario/scenario.ts';
import { inMemorySources, SMALL } from './in-memory-sources.ts';

const lab = (host = 'small', seats = 2): Scenario => {
  const text = `
name: A lab
host: ${host}
platform: plain
seats: ${seats}
switch: { promiscuous: true }
template:
  vms:
    - name: node
      count: 2
      vcpus: 2
      memory: 1 GiB
      hypervisor: { switch: { mac-learning: true } }
      vms:
        - { name: web, vcpus: 1, memory: 1 MiB, count: 2, workload: busy }
        - { name: desk, vcpus: 1, memory: 1 MiB, workload: prompt }
    - { name: desk, vcpus: 1, memory: 1 MiB, workload: prompt }
phases: [{ exercise: { for: 1 s } }]
`;
  const read = readScenario('lab.yaml', text, inMemorySources(SMALL));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
};

const flat = (guests: readonly GuestSpecification[]): GuestSpecification[] =>
  guests.flatMap((guest) => [guest, ...flat(guest.hypervisor?.guests ?? [])]);

describe('compile', () => {
  it('makes one guest for each VM of each seat, with a name of its own', () => {
    const machine = compile(lab());
    expect(machine).toMatchObject({ physicalCpus: 8, threadsPerCore: 2, smtThroughput: 1.25, baseLevel: 0 });
    const guests = flat(machine.root.guests);
    expect(guests).toHaveLength(2 * (2 * (1 + 3) + 1));
    expect(new Set(guests.map((guest) => guest.entity)).size).toBe(guests.length);
    expect(guests.slice(0, 6).map((guest) => [guest.entity, guest.role, guest.seat])).toEqual([
      ['seat-01/node-1', 'node', 1],
      ['seat-01/node-1/web-1', 'node/web', 1],
      ['seat-01/node-1/web-2', 'node/web', 1],
      ['seat-01/node-1/desk-1', 'node/desk', 1],
      ['seat-01/node-2', 'node', 1],
      ['seat-01/node-2/web-1', 'node/web', 1],
    ]);
    expect(guests.at(-1)).toMatchObject({ entity: 'seat-02/desk-1', role: 'desk', seat: 2, weight: 1024 });
  });

  it('keeps the switch of each level apart', () => {
    const { root } = compile(lab());
    expect(root.switch).toEqual({
      kind: 'standard',
      promiscuous: true,
      forgedTransmits: false,
      macChanges: false,
      macLearning: false,
    });
    expect(root.guests[0]?.hypervisor?.switch).toMatchObject({ promiscuous: false, macLearning: true });
  });

  it('carries a workload over with its figures reduced to their values', () => {
    const web = flat(compile(lab()).root.guests).find((guest) => guest.role === 'node/web');
    expect(web?.workload).toEqual({
      name: 'busy',
      arrivals: { kind: 'open', perSecond: 10 },
      demand: { kind: 'exponential', mean: 5e6 },
      exitsPerCpuSecond: { pio: 100 },
      exitsPerJob: {},
      exitsPerBusySecond: {},
      probe: false,
    });
    expect(web?.hypervisor).toBeUndefined();
  });

  it('starts one level deeper on a virtual instance', () => {
    expect(compile(lab('cloud')).baseLevel).toBe(1);
  });

  it('scales the slice with the CPUs as Linux does: 8 or more 2.8 ms, 2 half, 1 a quarter', () => {
    const { root } = compile(lab());
    expect(root.scheduler).toEqual({ policy: 'eevdf', slice: 2.8e6, tick: 4e6 });
    expect(root.guests[0]?.hypervisor?.scheduler).toMatchObject({ slice: 1.4e6 });
    expect(root.guests[0]?.hypervisor?.guests[0]?.scheduler).toMatchObject({ slice: 0.7e6 });
  });

  it('numbers 100 seats and more with enough digits to sort', () => {
    const wide = { ...lab(), seats: 120 };
    expect(compile(wide).root.guests[0]?.entity).toBe('seat-001/node-1');
  });

  it('asks a draw once for each figure, by a name that lasts', () => {
    const asked: string[] = [];
    const machine = compile(lab(), (figure, parameter) => {
      asked.push(parameter);
      return figure.high;
    });
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain('platform.exits.classes.pio.ops.vm-entry');
    expect(asked).toContain('workload.busy.per-cpu-second.pio');
    expect(
      flat(machine.root.guests).find((guest) => guest.role === 'node/web')?.workload?.exitsPerCpuSecond,
    ).toEqual({
      pio: 200,
    });
  });

  it('gives a machine whose exits can be priced at every depth the scenario has', () => {
    const { exits } = compile(lab('cloud'));
    // switch + reflect + handle + one VM entry from the level below, by hand.
    expect(exitCost(exits, 'pio', 2).total).toBe(500 + 2000 + 1000 + (500 + 1000));
  });
});

describe('countBases', () => {
  it('counts each figure of the platform and of each workload once', () => {
    const scenario = lab();
    expect(workloadsOf(scenario).map((workload) => workload.name)).toEqual(['busy', 'prompt']);
    // scheduler 2, SMT 1, switch 1, four classes of 3, network 6; one rate in each workload.
    expect(countBases(scenario.platform, workloadsOf(scenario))).toEqual({
      measured: 2 + 1 + 1 + 4 * 3 + 6,
      published: 0,
      derived: 0,
      assumed: 2,
    });
  });
});
