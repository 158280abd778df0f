import { describe, expect, it } from 'vitest';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';
import { syntheticRecord, TRUTH } from './synthetic-record.ts';

const OPTIONS = { name: 'known', sha256: 'ab', replicates: 50 };
const DEVICE = 80_000;
const WALK = 100;

/** A read that takes two exits and 80 us of a device in a guest, and loads that walk 100 ns longer there. */
function withDevices(): BenchRecord {
  const record = syntheticRecord({
    truth: {
      ...TRUTH,
      metal: { ...TRUTH.metal, 'random-read': 10_000, 'chase-512m': 90, 'request-small': 5_000 },
      exitsOf: { ...TRUTH.exitsOf, 'random-read': { 'msr-write': 2 }, 'request-small': { 'msr-write': 4 } },
      classOf: {
        ...TRUTH.classOf,
        ...{ 'random-read': 'storage', 'chase-512m': 'memory', 'request-small': 'network' },
      },
    },
  });
  const extra: Readonly<Record<string, number>> = { 'random-read': DEVICE, 'chase-512m': WALK };
  return {
    ...record,
    samples: record.samples.flatMap((line) => {
      // The metal has no network to a level below.
      if (line.workload === 'request-small' && line.level === 0) return [];
      const more = line.level === 0 ? 0 : (extra[line.workload] ?? 0);
      return [{ ...line, values: line.values.map((value) => value + more) }];
    }),
  };
}

describe('what other operations cost', () => {
  const { platform, report } = calibrate(withDevices(), OPTIONS);
  const at = (workload: string, level: number) =>
    report.levelCosts.find((cost) => cost.workload === workload && cost.level === level)!;

  it('is told by level, for one packet or I/O, with the part that its exits are', () => {
    const read = at('random-read', 1);
    expect(read.more).toBeCloseTo(DEVICE + 2 * 4_500, 3);
    expect(read.exits! / (2 * 4_500)).toBeCloseTo(1, 3);
    const packet = at('request-small', 1);
    expect(packet.cost.value).toBeCloseTo((5_000 + 4 * 4_500) / 2, 3);
    expect(packet.more).toBeNull();
    expect(packet.exits! / (2 * 4_500)).toBeCloseTo(1, 3);
    expect(at('random-read', 0)).toMatchObject({ more: null, exits: null });
  });

  it('gives the profile a disk whose controller takes what exits leave', () => {
    const { submit, complete } = platform.storage!.controllers['virtio']!;
    expect((submit.value + complete.value) / DEVICE).toBeCloseTo(1, 3);
    expect(submit.high).toBeGreaterThanOrEqual(DEVICE);
  });

  it('gives it a page walk of which a load takes twenty references more in a guest', () => {
    expect(platform.memory!.walk!.reference.value).toBeCloseTo(WALK / 20, 6);
  });

  it('reads back as written, disk and walk and all', () => {
    expect(readPlatform('known.yaml', platformToYaml(platform))).toEqual({ ok: true, value: platform });
  });

  it('is not in the profile when the record does not hold it, nor walks of an instruction clock', () => {
    const plain = calibrate(syntheticRecord(), OPTIONS);
    expect(plain.platform.storage).toBeUndefined();
    expect(plain.platform.memory).toBeUndefined();
    expect(plain.report.levelCosts).toEqual([]);
    const counted = { ...withDevices(), header: { ...withDevices().header, clock: 'instructions' as const } };
    expect(calibrate(counted, OPTIONS).platform.memory).toBeUndefined();
  });
});
