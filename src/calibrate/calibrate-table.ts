import { PLATFORM_SCHEMA } from '../model/scenario/platform.ts';
import {
  type CalibratedPlatform,
  type CalibrationOptions,
  coresOfAnother,
  roundedResidual,
  roundTripRows,
  whatIsTold,
} from './calibrate.ts';
import { fitEvidence, withoutEachLevel } from './fit/evidence.ts';
import { notesOfFit, presentable } from './fit/notes.ts';
import { UNMEASURED } from './fit/unmeasured.ts';
import { exitPredictions } from './prediction.ts';
import { evidenceOfTable, type PublishedTable } from './published-table.ts';

const REPLICATES = 1_000;

/** The same fit on what somebody published: a start for whoever has no hardware to measure. */
export function calibrateTable(table: PublishedTable, options: CalibrationOptions): CalibratedPlatform {
  const evidence = evidenceOfTable(table, options.seed ?? 1, options.replicates ?? REPLICATES);
  const { fit, exits, parameters } = fitEvidence(evidence);
  const trips = evidence.inputs.map(({ trip }) => trip);
  const told = whatIsTold(parameters, trips);
  const { processor } = options;
  const cores = processor === undefined ? null : coresOfAnother(processor, options);
  const residuals = [
    ...exitPredictions(trips, parameters, { classes: fit.leftOut, levels: withoutEachLevel(evidence) }),
    ...(cores?.residuals ?? []),
  ].map(roundedResidual);
  const notes = [
    `calibrated on published figures (${table.source}), each read to ${Number((100 * table.precision).toPrecision(2))} %: intervals say that, and not how another machine would differ`,
    ...notesOfFit(fit, told),
    ...(cores === null
      ? ['network, SMT and scheduler figures are not in the table']
      : [
          `threads and caches of cores are those of record ${processor!.header.id}, which is of another processor than the table`,
          ...cores.notes,
          'network and scheduler figures are not in the table',
        ]),
  ].map(presentable);
  return {
    platform: {
      schema: PLATFORM_SCHEMA,
      name: options.name,
      title: options.title ?? table.title,
      hypervisor: table.hypervisor,
      cpu: table.cpu,
      clock: 'time',
      ...UNMEASURED,
      ...cores?.figures,
      exits,
      calibration: {
        record: { id: `published: ${table.source}`, sha256: options.sha256, clock: 'time' },
        residuals,
        notes,
      },
    },
    report: {
      roundTrips: trips.flatMap(roundTripRows),
      identified: fit.identified,
      identifiability: told,
      shared: fit.shared,
      levelCosts: [],
      devices: [],
      slowdowns: [],
      residuals,
      notes,
    },
  };
}
