import type { Clock, RecordSamples } from '../record/record.ts';

/** The clock the level runs on, as it is handed to the agent. */
export interface LevelClock {
  readonly clock: Clock;
  /** Virtual nanoseconds an executed instruction takes (2^shift of QEMU's -icount), null on the time clock. */
  readonly nsPerInstruction: number | null;
}

type Unit = RecordSamples['unit'];

/**
 * Under -icount QEMU's time stamp counter *is* the virtual clock in nanoseconds (softmmu/cpu-timers.c,
 * cpu_get_ticks), so a level whose counter does not run at 1 GHz is not on the instruction clock.
 */
const INSTRUCTION_CLOCK_TSC_HZ = 1e9;
const TSC_TOLERANCE = 0.01;

export function unitOf(clock: LevelClock, waits: boolean): Unit {
  return clock.clock === 'instructions' && !waits ? 'instructions' : 'ns';
}

/** Nanoseconds of the level's own clock to the unit of the record. */
export function fromNanoseconds(nanoseconds: number, clock: LevelClock, waits: boolean): number {
  return round(
    unitOf(clock, waits) === 'instructions' ? nanoseconds / requireNsPerInstruction(clock) : nanoseconds,
  );
}

/**
 * How many nanoseconds one tick of the time stamp counter is.
 * @throws {Error} when the record is to be in instructions and this level's counter does not count them
 */
export function nanosecondsPerTick(tscHz: number, clock: LevelClock): number {
  if (clock.clock === 'time') return 1e9 / tscHz;
  if (Math.abs(tscHz / INSTRUCTION_CLOCK_TSC_HZ - 1) > TSC_TOLERANCE) {
    throw new Error(
      `the instruction clock was asked for, but this level's time stamp counter runs at ${(tscHz / 1e6).toFixed(3)} MHz; under -icount it runs at 1000 MHz. Start the emulated machine with -icount, or use --clock time.`,
    );
  }
  return 1;
}

function requireNsPerInstruction({ nsPerInstruction }: LevelClock): number {
  if (nsPerInstruction === null || !(nsPerInstruction > 0)) {
    throw new Error(
      `the instruction clock needs a positive number of nanoseconds per instruction; found ${nsPerInstruction}`,
    );
  }
  return nsPerInstruction;
}

/** A tenth of a nanosecond or of an instruction: finer than any clock here, and short in the record. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
