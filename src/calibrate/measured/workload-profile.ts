import { Document, isMap, visit } from 'yaml';
import { type CountedExits, countedExits } from '../../bench/record/counted-exits.ts';
import { pooled } from '../../bench/record/pool.ts';
import type { BenchRecord, RecordCounters } from '../../bench/record/record.ts';
import { summarise } from '../../bench/record/summarise.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import { formatQuantity } from '../../model/scenario/quantity.ts';
import { WORKLOAD_SCHEMA } from '../../model/scenario/scenario.ts';
import { CalibrationError } from './calibration-error.ts';

/** What takes exits all the time, whatever runs: the guest's tick. Seen by what takes none of its own. */
const BACKGROUND = 'alu-loop';
/** Exits are counted of a guest of the lowest level, by that level: what is counted above has exits of exits in it. */
const COUNTED_AT = 0;
const RAN_AT = 1;
/** Fewer exits an operation than this are what taking off the background left. */
const LEAST_PER_OPERATION = 0.005;

export interface WorkloadProfile {
  readonly workload: string;
  readonly exits: Readonly<Partial<Record<ExitClass, Figure>>>;
  readonly yaml: string;
}

/**
 * A workload for the simulator from what a record measured: how long an operation takes on the metal, and the exits of
 * one by class, less what the guest's own tick takes meanwhile. That is given on its own, per busy second.
 * docs/bench.md says how each figure is made.
 *
 * @throws {CalibrationError} when the record lacks the metal's samples or L1's counters of the workload
 */
export function workloadProfile(record: BenchRecord, workload: string, name: string): WorkloadProfile {
  const whole = pooled(record);
  const metal = whole.samples.find((line) => line.workload === workload && line.level === 0);
  if (metal === undefined) throw lacking(record, `samples of ${workload} on the metal`, workload);
  const step = metal.unit === 'ns' ? 1 : (record.header.nsPerInstruction ?? 1);
  const cost = summarise(metal);
  const tick = backgroundRates(whole);
  const seconds = busySeconds(whole, workload);
  const blocks = byBlock(record, workload).map((counted) => withoutTick(counted.byClass, tick, seconds));
  const counted = countersOf(whole, workload);
  if (counted === null) throw lacking(record, `exits of ${workload} in L1`, workload);
  const own = withoutTick(counted.byClass, tick, seconds);
  const source = `record ${record.header.id}, ${counted.operations} operations in L1 counted by the metal's KVM, less the background of ${BACKGROUND}; bounds: blocks`;
  const exits: Partial<Record<ExitClass, Figure>> = {};
  for (const exitClass of EXIT_CLASSES) {
    const value = own[exitClass] ?? 0;
    if (value < LEAST_PER_OPERATION) continue;
    const seen = [value, ...blocks.map((block) => block[exitClass] ?? 0)];
    exits[exitClass] = {
      ...{ value: rounded(value), low: rounded(Math.min(...seen)), high: rounded(Math.max(...seen)) },
      ...{ basis: 'measured', source },
    };
  }
  const document = {
    schema: WORKLOAD_SCHEMA,
    name,
    title: `${workload}, as nestmark bench runs it`,
    source: `Measured: record ${record.header.id}, clock ${record.header.clock}; one operation after the other, without end.`,
    arrivals: { kind: 'saturated', tasks: 1 },
    demand: { kind: 'constant', mean: formatQuantity('duration', Math.round(cost.median * step)) },
    exits: {
      ...(Object.keys(exits).length === 0
        ? {}
        : { 'per-job': mapExitClasses(exits as Record<ExitClass, Figure>, (figure) => figure) }),
      ...perBusySecond(tick, record.header.id),
    },
  };
  return { workload, exits, yaml: toYaml(document) };
}

type Rates = Readonly<Partial<Record<ExitClass, number>>>;

/** Exits a second of the level's own time, of what takes none of its own. */
function backgroundRates(record: BenchRecord): Rates {
  const counted = countersOf(record, BACKGROUND);
  const seconds = busySeconds(record, BACKGROUND);
  if (counted === null || seconds === 0) return {};
  return Object.fromEntries(
    Object.entries(counted.byClass).map(([exitClass, count]) => [exitClass, count / seconds]),
  );
}

/** How long an operation takes in L1, in seconds; zero when nobody knows. */
function busySeconds(record: BenchRecord, workload: string): number {
  const line = record.samples.find((each) => each.workload === workload && each.level === RAN_AT);
  if (line === undefined) return 0;
  const step = line.unit === 'ns' ? 1 : (record.header.nsPerInstruction ?? 1);
  return (summarise(line).median * step) / 1e9;
}

function withoutTick(counted: CountedExits['byClass'], tick: Rates, seconds: number): Rates {
  return Object.fromEntries(
    Object.entries(counted).map(([exitClass, count]) => [
      exitClass,
      Math.max(0, count - (tick[exitClass as ExitClass] ?? 0) * seconds),
    ]),
  );
}

function isCounted(line: RecordCounters, workload: string): boolean {
  return line.workload === workload && line.workloadLevel === RAN_AT && line.level === COUNTED_AT;
}

/** By reason where there are reasons, which tell more than totals. */
function countersOf(record: BenchRecord, workload: string): CountedExits | null {
  const lines = record.counters.filter((line) => isCounted(line, workload));
  const counted = lines.map(countedExits).filter((each) => each !== null);
  return counted.find(({ detail }) => detail === 'reasons') ?? counted[0] ?? null;
}

function byBlock(record: BenchRecord, workload: string): readonly CountedExits[] {
  const blocks = [...new Set(record.counters.map(({ block }) => block))];
  return blocks.flatMap((block) => {
    const of = { ...record, counters: record.counters.filter((line) => line.block === block) };
    return countersOf(of, workload) ?? [];
  });
}

function perBusySecond(tick: Rates, id: string): Readonly<Record<string, unknown>> {
  const source = `record ${id}, ${BACKGROUND} in L1, which takes no exits of its own`;
  const rates = EXIT_CLASSES.filter((exitClass) => (tick[exitClass] ?? 0) >= 1).map((exitClass) => [
    exitClass,
    { value: formatQuantity('rate', rounded(tick[exitClass]!)), basis: 'measured', source },
  ]);
  return rates.length === 0 ? {} : { 'per-busy-second': Object.fromEntries(rates) };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function lacking({ header: { id } }: BenchRecord, what: string, workload: string): CalibrationError {
  return new CalibrationError(
    'no-exit-probe',
    `record ${id}: found no ${what}, expected them: measure it with nestmark bench --lab emulated --only ${workload} ${BACKGROUND} --out FILE`,
  );
}

const HEADING = '# Written by nestmark bench profile; how each figure is made: docs/bench.md\n';

function toYaml(document: object): string {
  const yaml = new Document(document, { version: '1.2', aliasDuplicateObjects: false });
  visit(yaml, {
    Map(_, map) {
      if (map.items.length > 0 && map.items.every(({ value }) => !isMap(value)) && !map.has('schema'))
        map.flow = true;
    },
  });
  return HEADING + yaml.toString({ lineWidth: 0 });
}
