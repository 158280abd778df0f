import { ROW_COLUMNS, type Row, type SimulationResult } from '../../model/experiment/result.ts';
import { jsonText } from './json-text.ts';

/**
 * One JSON document with a trailing newline. Keys stand in the order of the contract, whatever order the caller
 * built the object in, so that equal results are equal bytes. Numbers are not rounded.
 */
export function resultToJson(result: SimulationResult): string {
  const ordered: { readonly [Key in keyof SimulationResult]: unknown } = {
    schema: result.schema,
    version: result.version,
    engine: result.engine,
    scenario: pick(result.scenario, ['name', 'hash']),
    platform: {
      ...pick(result.platform, ['name', 'hash']),
      bases: pick(result.platform.bases, ['measured', 'published', 'derived', 'assumed']),
    },
    host: pick(result.host, ['name', 'cpus', 'memoryBytes', 'source']),
    seats: result.seats,
    seed: result.seed,
    replications: result.replications,
    ...(result.precision === undefined
      ? {}
      : { precision: pick(result.precision, ['wanted', 'reached', 'figure', 'met', 'most']) }),
    ...(result.uncertainty === undefined
      ? {}
      : {
          uncertainty: {
            sets: result.uncertainty.sets,
            rows: result.uncertainty.rows.map((row) => ({
              ...pick(row, ['entity', 'level', 'metric', 'unit', 'mean', 'low', 'high']),
              parts: row.parts.map((part) => pick(part, ['what', 'share'])),
            })),
          },
        }),
    warmUpSeconds: result.warmUpSeconds,
    measuredSeconds: result.measuredSeconds,
    events: result.events,
    rows: result.rows.map(rowToJson),
    targets: result.targets.map((target) =>
      pick(target, ['target', 'limit', 'unit', 'observed', 'low', 'high', 'verdict']),
    ),
    ...(result.phases === undefined
      ? {}
      : {
          phases: result.phases.map((phase) => ({
            ...pick(phase, ['kind', 'warmUpSeconds', 'measuredSeconds']),
            rows: phase.rows.map(rowToJson),
          })),
        }),
    findings: result.findings.map((finding) => pick(finding, ['severity', 'code', 'text'])),
  };
  return jsonText(ordered);
}

const rowToJson = (row: Row): Partial<Row> => ({
  ...pick<Row>(row, ROW_COLUMNS),
  ...(row.sample === undefined ? {} : { sample: row.sample }),
});

/** The keys of `value` in the order of `keys`, which must name them all: the compiler checks the names. */
function pick<T>(value: T, keys: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keys) picked[key] = value[key];
  return picked;
}
