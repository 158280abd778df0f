import { describe, expect, it } from 'vitest';
import { schedulerOf } from '../../../src/verify/scheduler/kernel-scheduler.ts';
import { weightOfNice } from '../../../src/verify/scheduler/nice-weight.ts';

const facts = { release: '6.18.2', cpus: 8, hz: 250, baseSlice: null };

describe("a kernel's scheduler", () => {
  it('is EEVDF from 6.6 on, with the slice of its version and number of CPUs', () => {
    expect(schedulerOf({ ...facts, release: '6.6.87' }).scheduler).toEqual({
      policy: 'eevdf',
      tick: 4e6,
      slice: 3e6,
      delayDequeue: false,
      pickBuddy: false,
    });
    expect(schedulerOf({ ...facts, release: '6.12.33' }).scheduler).toMatchObject({
      slice: 2.8e6,
      delayDequeue: true,
      pickBuddy: true,
    });
    expect(schedulerOf({ ...facts, release: '6.18.44-fc-v782', cpus: 2 }).scheduler).toMatchObject({
      slice: 1.4e6,
    });
  });

  it('has the slice that the kernel itself shows', () => {
    expect(schedulerOf({ ...facts, baseSlice: 5e6 }).scheduler).toMatchObject({ slice: 5e6 });
  });

  it('is CFS before, with periods that grow with the CPUs', () => {
    expect(schedulerOf({ ...facts, release: '5.15.0-91-generic', hz: 1000 }).scheduler).toEqual({
      policy: 'cfs',
      tick: 1e6,
      latency: 24e6,
      minimumGranularity: 3e6,
      wakeupGranularity: 4e6,
    });
  });

  it('weighs nice values as the kernel does', () => {
    expect([-20, 0, 5, 19].map(weightOfNice)).toEqual([88761, 1024, 335, 15]);
    expect(() => weightOfNice(20)).toThrow(RangeError);
  });
});
