import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../src/model/kernel/units.ts';
import { readCatalogue } from '../../src/model/scenario/read-catalogue.ts';
import { courseCost } from '../../src/plan/cost/course-cost.ts';
import { diskPricePerHour, hourlyPrice } from '../../src/plan/cost/host-price.ts';

const hostOf = (catalogue: string, name: string) => {
  const read = readCatalogue(catalogue, readFileSync(`catalogue/${catalogue}.yaml`, 'utf8'));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  return read.value.get(name)!;
};

const PLAIN = { windows: false, spot: false };

describe('the price of a host', () => {
  it('is on demand, with where and when it was true', () => {
    const price = hourlyPrice(hostOf('ec2', 'm8i.4xlarge'), PLAIN)!;
    expect(price.usdPerHour).toBe(0.84672);
    expect(price.tenure).toBe('on-demand');
    expect(price.parts[0]!.origin).toMatch(/karpenter.*us-east-1, 2026-07-20/);
  });

  it('adds the Windows licence for every CPU, and not where it is in the price', () => {
    expect(hourlyPrice(hostOf('ec2', 'm8i.4xlarge'), { windows: true, spot: false })!.usdPerHour).toBeCloseTo(
      0.84672 + 16 * 0.046,
      10,
    );
    const lab = hostOf('azure-lab-services', 'lab-medium-nested');
    expect(hourlyPrice(lab, { windows: true, spot: false })!.usdPerHour).toBe(0.55);
    expect(diskPricePerHour(lab, 100e9 as Bytes)).toBe(0);
  });

  it('is the spot price where there is one and it may be taken', () => {
    const host = hostOf('gcp', 'n2-standard-8');
    expect(hourlyPrice(host, { windows: false, spot: true })).toMatchObject({
      usdPerHour: 0.18424,
      tenure: 'spot',
    });
    expect(hourlyPrice(host, PLAIN)!.usdPerHour).toBe(0.388472);
    expect(hourlyPrice(hostOf('ec2', 'm8i.large'), { windows: false, spot: true })!.tenure).toBe('on-demand');
  });

  it('of a host that is owned is its purchase over the hours taught, and electricity', () => {
    // 12,000 USD over 4 years of 600 h, and 0.6 kW at 0.2 USD.
    expect(hourlyPrice(hostOf('own', 'example-2u-server'), PLAIN)).toMatchObject({
      tenure: 'owned',
      usdPerHour: 12_000 / 2400 + 0.12,
    });
  });

  it('is not made up', () => {
    expect(hourlyPrice(hostOf('own', 'hp-z840'), PLAIN)).toBeNull();
  });
});

describe('the cost of a course', () => {
  it('is hosts while they run, and disks from the first session to the last', () => {
    // A seat of 500 GB of gp3 is 40 USD a month of 730 h.
    const disk = diskPricePerHour(hostOf('ec2', 'm8i.large'), 500e9 as Bytes)!;
    expect(disk).toBeCloseTo(40 / 730, 10);
    const cost = courseCost(2, 10 * disk, 10, { seats: 10, sessions: 5, hours: 8 });
    expect(cost.hostsUsd).toBe(80);
    expect(cost.disksUsd).toBeCloseTo((10 * 40 * 120) / 730, 10);
    expect(cost.usdPerSeatHour).toBeCloseTo((80 + (10 * 40 * 120) / 730) / 400, 10);
  });

  it('says when disks are not counted', () => {
    const cost = courseCost(2, null, 10, { seats: 10, sessions: 1, hours: 730 });
    expect(cost).toMatchObject({ usd: 1460, disksUsd: null, basis: expect.stringContaining('not counted') });
  });
});
