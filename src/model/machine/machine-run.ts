import type { Nanoseconds } from '../kernel/units.ts';
import { MachineError } from './machine-error.ts';

export interface MachineRun {
  readonly seed: number;
  readonly replication: number;
  /** Simulated first and not measured. */
  readonly warmUp: Nanoseconds;
  readonly duration: Nanoseconds;
}

/** @throws MachineError */
export function checkRun({ warmUp, duration }: MachineRun): void {
  checkTime(warmUp, 'warm-up', 0);
  checkTime(duration, 'duration', 1);
}

function checkTime(value: number, name: string, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new MachineError(`the run's ${name} is ${value} ns; expected a whole number of at least ${least}`);
}
