import type { BenchRecord } from '../../bench/record/record.ts';
import { calibrate } from '../../calibrate/calibrate.ts';
import { deepestGuest } from '../../calibrate/measured/bare-guests.ts';
import { ns } from '../../model/kernel/units.ts';
import type { ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import { compileExits } from '../../model/scenario/compile.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Comparison } from '../comparison.ts';

/**
 * Fitted on L1 and L2 of a record, L3 predicted where it has one. L1 and L2 do not tell how the turnaround of a nested
 * exit divides into reflection and VM entry, nor what reflecting traps for; the interval holds every division, and
 * the bounds of those counts.
 *
 * @throws CalibrationError when the record cannot be fitted.
 */
export function verifyRecord(record: BenchRecord, seed: number): readonly Comparison[] {
  const { platform, report } = calibrate(record, {
    ...{ name: 'verified', sha256: record.header.id, seed },
    guest: deepestGuest(record),
  });
  const ends = extremes(platform);
  return report.roundTrips.map(({ workload, exitClass, depth, value }): Comparison => {
    const costs = ends.map((parameters) => exitCost(parameters, exitClass, depth).total);
    const fitted = depth <= 2;
    const predicted = exitCost(compileExits(platform), exitClass, depth).total;
    return {
      name: `${workload}, L${depth}`,
      unit: 'ns',
      measured: value,
      predicted,
      interval: fitted ? null : [Math.min(predicted, ...costs), Math.max(predicted, ...costs)],
      fitted,
    };
  });
}

/** The parameters at both ends of what L1 and L2 leave open: no cost of theirs differs. */
function extremes(platform: Platform): readonly ExitCostParameters[] {
  return (['low', 'high'] as const).flatMap((end) => {
    const parameters: ExitCostParameters = {
      ...compileExits(platform),
      ...(platform.exits.reflectOps === undefined
        ? {}
        : { reflectOps: mapExitClasses(platform.exits.reflectOps, (count) => count[end]) }),
    };
    const entry = parameters.classes['vm-entry'];
    if (entry === undefined) return [parameters];
    const least = Math.min(...Object.values(parameters.classes).map(({ reflect }): number => reflect));
    return [moved(parameters, -least), moved(parameters, entry.handle)];
  });
}

/** `time` taken from the VM entry and given to every reflection. */
function moved(parameters: ExitCostParameters, time: number): ExitCostParameters {
  return {
    ...parameters,
    classes: mapExitClasses(parameters.classes, ({ handle, reflect, ops }, exitClass: ExitClass) => ({
      handle: exitClass === 'vm-entry' ? ns(handle - time) : handle,
      reflect: ns(reflect + time),
      ops,
    })),
  };
}
