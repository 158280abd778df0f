import type { BenchRecord } from '../../bench/record/record.ts';
import { CalibrationError } from './calibration-error.ts';
import { EXIT_PROBES } from './probes.ts';
import type { RoundTrip } from './round-trip.ts';

const LADDER = 'nestmark bench --lab emulated --out FILE measures the metal, L1 and L2';

/** @throws CalibrationError when the metal or the first nested level is not in the record. */
export function requireLevels(record: BenchRecord): void {
  const { id, lab } = record.header;
  const measured = new Set(record.samples.map(({ level }) => level));
  const list = [...measured].sort((a, b) => a - b).join(', ') || 'none';
  if (!measured.has(0)) {
    throw new CalibrationError(
      'no-metal',
      `record ${id}: found samples of level ${list}, expected level 0 among them: the cost of an exit is what an operation costs more in a guest than on the metal${whyMissing(record, 0)}. Run it again with every level (${LADDER})${lab === 'here' ? '; the lab "here" measures one level only' : ''}.`,
    );
  }
  if (!measured.has(1)) {
    throw new CalibrationError(
      'no-nested-level',
      `record ${id}: found samples of level ${list}, expected level 1 among them: without a guest there is no exit${whyMissing(record, 1)}. Run it again with nested levels (${LADDER}).`,
    );
  }
}

/** @throws CalibrationError when nothing is left to fit on. */
export function requireProbes(
  record: BenchRecord,
  found: readonly RoundTrip[],
  lost: readonly string[],
): void {
  if (found.some(({ use }) => use === 'class')) return;
  const wanted = EXIT_PROBES.filter(({ use }) => use === 'class').map(({ workload }) => workload);
  const skipped = record.skipped
    .filter(({ workload }) => wanted.includes(workload))
    .map(({ level, workload, reason }) => `${workload} at level ${level}: ${reason}`);
  const why = [...lost, ...skipped];
  throw new CalibrationError(
    'no-exit-probe',
    `record ${record.header.id}: found no exit to fit on, expected one of ${wanted.join(', ')} at levels 0 and 1${why.length === 0 ? '' : ` (${why.join('; ')})`}. Run the probe at both (${LADDER}).`,
  );
}

function whyMissing(record: BenchRecord, level: number): string {
  const reason = record.missing.find((line) => line.level === level)?.reason;
  return reason === undefined ? '' : ` (it was not reached: ${reason})`;
}
