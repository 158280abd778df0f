import { describe, expect, it } from 'vitest';
import { costsFromDepthOne } from '../../src/calibrate/fit/depth-one.ts';
import { EXIT_CLASSES } from '../../src/model/machine/exit-class.ts';

const interval = (value: number, low = value, high = value) => ({ value, low, high });

describe('costs from depth 1', () => {
  it('are what was measured, and published ratios to it', () => {
    const costs = costsFromDepthOne(new Map([['cpuid', interval(1_000, 900, 1_200)]]), null);
    expect(costs.cpuid).toMatchObject({ value: 1_000, low: 900, high: 1_200, basis: 'measured' });
    expect(costs.pio).toMatchObject({ value: 5_500, basis: 'derived' });
    expect(costs.pio.low).toBeCloseTo(0.9 * 2_200, 9);
    expect(costs.pio.high).toBeCloseTo(1.2 * 14_000, 9);
    expect(Object.keys(costs)).toEqual([...EXIT_CLASSES]);
  });

  it('take the ratio to another class when cpuid was not measured', () => {
    const costs = costsFromDepthOne(new Map([['hypercall', interval(850)]]), null);
    expect(costs.cpuid.value).toBeCloseTo(1_000, 9);
    expect(costs.pio.value).toBeCloseTo(5_500, 9);
    expect(costs.pio.source).toContain('hypercall times a published ratio');
  });

  it('bound halting and waking by how late a sleep ends', () => {
    const measured = new Map([
      ['cpuid', interval(1_000, 950, 1_050)],
      ['msr-write', interval(2_000)],
    ] as const);
    const costs = costsFromDepthOne(measured, interval(18_000, 17_000, 20_000));
    // Between 1000 and 18000 - 2000.
    expect(costs['halt-wake']).toMatchObject({ value: 4_000, low: 950, high: 18_000, basis: 'derived' });
  });

  it('keep the published range when a sleep ends no later than an exit takes', () => {
    const costs = costsFromDepthOne(new Map([['cpuid', interval(1_000)]]), interval(2_000));
    expect(costs['halt-wake'].value).toBe(5_000);
  });
});
