import { describe, expect, test } from 'vitest';
import { fromNanoseconds, nanosecondsPerTick, unitOf } from '../../../src/bench/workload/clock.ts';

const TIME = { clock: 'time', nsPerInstruction: null } as const;
const INSTRUCTIONS = { clock: 'instructions', nsPerInstruction: 2 } as const;

describe('units', () => {
  test('instructions only where nothing is waited for', () => {
    expect(unitOf(TIME, false)).toBe('ns');
    expect(unitOf(INSTRUCTIONS, false)).toBe('instructions');
    expect(unitOf(INSTRUCTIONS, true)).toBe('ns');
  });

  test('an instruction is as many virtual nanoseconds as the machine was started with', () => {
    expect(fromNanoseconds(6018, INSTRUCTIONS, false)).toBe(3009);
    expect(fromNanoseconds(6018, { clock: 'instructions', nsPerInstruction: 1 }, false)).toBe(6018);
    expect(fromNanoseconds(6018, INSTRUCTIONS, true)).toBe(6018);
    expect(fromNanoseconds(6018.27, TIME, false)).toBe(6018.3);
  });

  test.each([null, 0, -2, Number.NaN])(
    'the instruction clock does not run at %s ns an instruction',
    (rate) => {
      expect(() => fromNanoseconds(1, { clock: 'instructions', nsPerInstruction: rate }, false)).toThrow(
        /positive number of nanoseconds per instruction/,
      );
    },
  );
});

describe('ticks', () => {
  test('last as long as the counter’s measured rate says', () => {
    expect(nanosecondsPerTick(2.5e9, TIME)).toBe(0.4);
  });

  test('are virtual nanoseconds under the instruction clock, whatever error the measured rate has', () => {
    for (const measured of [0.9996e9, 1e9, 1.004e9])
      expect(nanosecondsPerTick(measured, INSTRUCTIONS)).toBe(1);
  });

  test('of a counter that does not count instructions are refused', () => {
    expect(() => nanosecondsPerTick(2.596e9, INSTRUCTIONS)).toThrow(
      /instruction clock was asked for, but this level's time stamp counter runs at 2596\.000 MHz.*-icount/,
    );
  });
});
