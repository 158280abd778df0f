import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ns } from '../../../src/model/kernel/units.ts';
import type {
  CpuTime,
  MachineMeasurement,
  SwitchMeasurement,
  SynchronisationMeasurement,
} from '../../../src/model/machine/measurement.ts';
import { simulateMachine } from '../../../src/model/machine/simulate-machine.ts';
import { MS } from './machine-builder.ts';
import { randomMachine } from './random-machine.ts';

const RELATIVE = 1e-9;

/** Equal but for rounding, relative to the larger of them and `scale`. */
function expectSame(actual: number, expected: number, scale: number, what: string): void {
  const off = Math.abs(actual - expected) / Math.max(Math.abs(actual), Math.abs(expected), scale);
  expect(off, `${what}: ${actual} against ${expected}`).toBeLessThanOrEqual(RELATIVE);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, part) => total + part, 0);
const wholeOf = (cpu: CpuTime): number =>
  cpu.guest + sum(cpu.hypervisor) + cpu.switch + cpu.spin + cpu.polling + cpu.idle;

function checkIdentities(measured: MachineMeasurement): void {
  const whole = measured.end - measured.start;
  for (const cpu of measured.physicalCpus) expectSame(wholeOf(cpu), whole, whole, 'time of a physical CPU');
  expectSame(wholeOf(measured.cpu), whole * measured.physicalCpus.length, whole, 'time of all CPUs');
  expectSame(
    measured.cpu.polling,
    sum(measured.guests.flatMap(({ vcpus }) => vcpus.map(({ polling }) => polling))),
    whole,
    'time of polling',
  );
  for (const { entity, vcpus, jobs, synchronisation } of measured.guests) {
    checkSynchronisation(synchronisation);
    for (const { running, ready, coStopped, limited, halted, hiddenSteal, spinning } of vcpus) {
      expect(spinning).toBeGreaterThanOrEqual(0);
      expect(spinning).toBeLessThanOrEqual((running - hiddenSteal) * (1 + RELATIVE) + 1);
      expectSame(running + ready + coStopped + limited + halted, whole, whole, `time of a vCPU of ${entity}`);
      expect(hiddenSteal).toBeGreaterThanOrEqual(0);
      expect(hiddenSteal).toBeLessThanOrEqual(running);
    }
    if (jobs === null) continue;
    expectSame(
      jobs.queuedAtStart + jobs.demanded,
      jobs.delivered + jobs.abandoned + jobs.queuedAtEnd,
      whole,
      `work of ${entity}`,
    );
    expect(jobs.inSystemAtStart + jobs.arrived).toBe(jobs.completed + jobs.failed + jobs.inSystemAtEnd);
    expectSame(jobs.jobTime, jobs.sojournTime, whole, `Little's law in ${entity}`);
  }
  checkFrames(measured);
  checkDisk(measured);
}

function checkSynchronisation(synchronisation: SynchronisationMeasurement | null): void {
  if (synchronisation === null) return;
  const { sections, contended, sectionsLeft, preempted, lockWait, barrierWait } = synchronisation;
  expect(contended).toBeLessThanOrEqual(sections);
  expect(preempted).toBeLessThanOrEqual(sectionsLeft);
  expect(lockWait).toBeGreaterThanOrEqual(0);
  expect(barrierWait).toBeGreaterThanOrEqual(0);
}

function checkDisk({ storage, guests, end }: MachineMeasurement): void {
  if (storage === null) return;
  expect(storage.insideAtStart + storage.arrived).toBe(storage.completed + storage.insideAtEnd);
  expectSame(storage.presence, storage.timeInside, 1e3 * end, "Little's law at the disk");
  expect(storage.places).toBeGreaterThanOrEqual(0);
  expect(storage.places).toBeLessThanOrEqual(1 + RELATIVE);
  for (const { disk } of guests) {
    if (disk === null) continue;
    expect(disk.inFlightAtStart + disk.issued).toBe(disk.finished + disk.inFlightAtEnd);
    expect(disk.inFlightAtEnd).toBeGreaterThanOrEqual(0);
  }
}

function checkFrames({ network, guests }: MachineMeasurement): void {
  if (network === null) return;
  for (const { entity, received, delivered, sentUp, dropped } of network.switches) {
    expect(delivered + sentUp + sum(Object.values(dropped)), `frames through ${entity}`).toBe(received);
  }
  const frames = guests.map((guest) => guest.frames ?? { offered: 0, arrived: 0, lost: 0 });
  expect(network.inFlightAtStart.wanted + sum(frames.map(({ offered }) => offered))).toBe(
    sum(frames.map(({ arrived, lost }) => arrived + lost)) + network.inFlightAtEnd.wanted,
  );
  const over = (of: (one: SwitchMeasurement) => number): number => sum(network.switches.map(of));
  expect(network.inFlightAtStart.copies + over(({ copied }) => copied)).toBe(
    over(({ copiesLost, copiesOut }) => copiesLost + copiesOut) +
      over(({ discarded, discardedByGuests }) => discarded + discardedByGuests) +
      network.inFlightAtEnd.copies,
  );
  const broadcastsSent = sum(guests.map(({ frames: own }) => own?.broadcastsSent ?? 0));
  expect(
    network.inFlightAtStart.broadcasts + broadcastsSent + over(({ broadcasts }) => broadcasts.copies),
  ).toBe(
    over(({ broadcasts }) => broadcasts.received + broadcasts.lost + broadcasts.sentOut + broadcasts.taken) +
      network.inFlightAtEnd.broadcasts,
  );
  expect(sum(frames.map(({ lost }) => lost))).toBe(
    sum(network.switches.flatMap((one) => Object.values(one.dropped))),
  );
}

describe('the accounts of a machine', () => {
  it('balance on random machines of depth 1 to 3', () => {
    fc.assert(
      fc.property(randomMachine, fc.nat(1_000), (specification, seed) => {
        checkIdentities(
          simulateMachine(specification, {
            seed,
            replication: 0,
            warmUp: ns(20 * MS + 1),
            duration: ns(80 * MS),
          }),
        );
      }),
      { numRuns: 400, endOnFailure: true },
    );
  });

  it('are the same to the last bit when run again', () => {
    fc.assert(
      fc.property(randomMachine, fc.nat(1_000), (specification, seed) => {
        const run = { seed, replication: 3, warmUp: ns(10 * MS), duration: ns(40 * MS) };
        expect(simulateMachine(specification, run)).toEqual(simulateMachine(specification, run));
      }),
      { numRuns: 50, endOnFailure: true },
    );
  });
});
