import { describe, expect, it } from 'vitest';
import { type BytesPerSecond, ns } from '../../../../src/model/kernel/units.ts';
import { type BootMeasurement, simulateBoot } from '../../../../src/model/machine/boot/simulate-boot.ts';
import { ENGINES } from '../../../../src/model/machine/engine.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from '../../../../src/model/machine/specification.ts';
import { constant, hog, machine, nested, SECOND, workload } from '../machine-builder.ts';

const disk = {
  controller: { queueDepth: 64, kick: {}, kickBatch: 1, coalescing: 1, submit: ns(0), complete: ns(0) },
  thin: false,
};
const storage = (iops: number) => ({
  device: {
    latency: constant(1),
    depth: 64,
    iops: { perSecond: iops },
    bandwidth: { perSecond: 1e12 as BytesPerSecond },
  },
  thinWrites: 0,
});

const boot = (seconds: number, reads: number): WorkloadSpecification =>
  workload({ kind: 'once', at: ns(0) }, constant(1_000 * seconds), {
    disk: { reads, writes: 0, size: 4096, sync: false, together: 1, fresh: 0 },
  });

const guest = (seat: number, work: WorkloadSpecification): GuestSpecification =>
  hog(`seat-${seat}`, { seat, boot: work, disk });

const timeOf = ({ guests }: BootMeasurement, place: number): number =>
  (guests[place]!.upAt! - guests[place]!.startedAt!) / SECOND;

describe.each(ENGINES)('coming up, by the %s engine', (engine) => {
  const up = (specification: MachineSpecification, stagger = 0, giveUp = 600): BootMeasurement =>
    simulateBoot(
      specification,
      { seed: 1, replication: 0, stagger: ns(stagger * SECOND), giveUp: ns(giveUp * SECOND) },
      engine,
    );

  it('takes one VM the sum of its demands', () => {
    // 3 s of computing and 500 reads of 1 ms, one after the other.
    expect(timeOf(up(machine([guest(1, boot(3, 500))], { storage: storage(1e6) })), 0)).toBeCloseTo(3.5, 3);
  });

  it('takes n VMs on a disk that can do no more the sum of their I/Os', () => {
    const guests = Array.from({ length: 10 }, (_, i) => guest(i + 1, boot(0.1, 1_000)));
    const measured = up(machine(guests, { storage: storage(1_000), physicalCpus: 10 }));
    expect(measured.allUpAt! / SECOND).toBeGreaterThan(10);
    expect(measured.allUpAt! / SECOND).toBeLessThan(10.2);
  });

  it('takes n VMs on one CPU the sum of their work', () => {
    const guests = Array.from({ length: 4 }, (_, i) => guest(i + 1, boot(2, 0)));
    expect(up(machine(guests, { storage: storage(1e6) })).allUpAt! / SECOND).toBeCloseTo(8, 2);
  });

  it('starts seats one after the other, and what is inside when it is up', () => {
    const seat = (number: number): GuestSpecification =>
      nested(
        `seat-${number}`,
        [guest(number, boot(1, 0))].map((inner) => ({ ...inner, entity: `in-${number}` })),
        {
          seat: number,
          disk,
          boot: boot(5, 0),
        },
      );
    const measured = up(machine([seat(1), seat(2)], { storage: storage(1e6), physicalCpus: 2 }), 20);
    const times = measured.guests.map(({ startedAt, upAt }) => [startedAt! / SECOND, upAt! / SECOND]);
    const expected = [
      [0, 5],
      [5, 6],
      [20, 25],
      [25, 26],
    ];
    times.forEach(([startedAt, upAt], place) => {
      expect(startedAt).toBeCloseTo(expected[place]![0]!, 3);
      expect(upAt).toBeCloseTo(expected[place]![1]!, 3);
    });
    expect(measured.allUpAt! / SECOND).toBeCloseTo(26, 3);
  });

  it('lets a hypervisor that is up wait for no lock in the place of the VM inside it', () => {
    const faults = { exitsPerCpuSecond: { 'page-fault': 50_000 } } as const;
    const faulting = (seconds: number) => ({ ...boot(seconds, 0), ...faults });
    const inner = { ...guest(1, faulting(2)), entity: 'inside' };
    const seat = nested('seat-1', [inner], { seat: 1, disk, boot: faulting(1) });
    const exits = {
      switch: ns(0),
      classes: { 'page-fault': { handle: ns(4_000), reflect: ns(4_000), ops: {} } },
    };
    const held = (time: number) => ({
      lock: { handle: ns(time), reflect: ns(time), growth: 0, scope: 'vm' as const },
    });
    const [free, locked] = [0, 3_000].map((time) =>
      up(machine([seat], { storage: storage(1e6), exits, memory: held(time) })),
    );
    // One at a time holds it, and nobody is there to wait for.
    expect(timeOf(free!, 1)).toBeGreaterThan(2.1);
    expect(timeOf(locked!, 1)).toBeCloseTo(timeOf(free!, 1), 3);
  });

  it('does none of the work that a VM does once it is up, and says what did not come up', () => {
    const measured = up(
      machine([guest(1, boot(50, 0)), guest(2, boot(1, 0))], { storage: storage(1e6), physicalCpus: 2 }),
      0,
      10,
    );
    expect(measured.allUpAt).toBeNull();
    expect(measured.end).toBe(10 * SECOND);
    expect(measured.guests.map(({ upAt }) => upAt === null)).toEqual([true, false]);
    expect(measured.cpu.guest / SECOND).toBeCloseTo(11, 1);
  });

  it('gives the same to the last bit when run again', () => {
    const specification = machine([guest(1, boot(1, 100)), guest(2, boot(1, 100))], {
      storage: storage(150),
    });
    expect(up(specification)).toEqual(up(specification));
  });
});
