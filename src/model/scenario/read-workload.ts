import type { Bytes, Nanoseconds } from '../kernel/units.ts';
import type { DurationDistribution } from '../machine/specification.ts';
import { checkShape } from './check-shape.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import { optional } from './optional.ts';
import type { Result } from './problem.ts';
import type { Workload } from './scenario.ts';
import { toFigure } from './schema/figure.ts';
import { type WorkloadDocument, workloadSchema } from './schema/workload.ts';

/** Reads `scenarios/workloads/NAME.yaml`. */
export function readWorkload(file: string, text: string): Result<Workload> {
  const document = readDocument(file, text);
  return document.ok ? workloadIn(document.value, []) : document;
}

/** The workload written at `at` of a document. */
export function workloadIn(document: SourceDocument, at: Path): Result<Workload> {
  const shape = checkShape(workloadSchema, document, at);
  return shape.ok ? { ok: true, value: toWorkload(shape.value) } : shape;
}

function toWorkload(read: WorkloadDocument): Workload {
  return {
    name: read.name,
    title: read.title,
    arrivals: toArrivals(read.arrivals),
    demand: toDistribution(read.demand),
    exitsPerCpuSecond: mapExitClasses(read.exits['per-cpu-second'] ?? {}, (figure) => toFigure(figure)),
    exitsPerJob: mapExitClasses(read.exits['per-job'] ?? {}, (figure) => toFigure(figure)),
    exitsPerBusySecond: mapExitClasses(read.exits['per-busy-second'] ?? {}, (figure) => toFigure(figure)),
    locks: toLocks(read.locks),
    barriers: toBarriers(read.barriers),
    network: read.network === undefined ? null : toTraffic(read.network),
    disk: toDiskWork(read.disk),
    memory: {
      touchesPerCpuSecond: read.memory?.touches === undefined ? null : toFigure(read.memory.touches),
      tlbMissesPerCpuSecond:
        read.memory?.['tlb-misses'] === undefined ? null : toFigure(read.memory['tlb-misses']),
      faultsPerCpuSecond: read.memory?.faults === undefined ? null : toFigure(read.memory.faults),
      addressSpacesPerCpuSecond:
        read.memory?.['address-spaces'] === undefined ? null : toFigure(read.memory['address-spaces']),
    },
    probe: read.probe ?? false,
    source: read.source,
  };
}

function toLocks(read: WorkloadDocument['locks']): Workload['locks'] {
  if (read === undefined) return null;
  return {
    perJob: read['per-job'],
    length: Math.round(read.length) as Nanoseconds,
    count: read.count ?? 1,
    wait: read.wait,
  };
}

function toBarriers(read: WorkloadDocument['barriers']): Workload['barriers'] {
  return read === undefined ? null : { every: Math.round(read.every) as Nanoseconds, wait: read.wait };
}

function toTraffic(read: NonNullable<WorkloadDocument['network']>): Workload['network'] {
  return {
    send: read.send,
    receive: read.receive,
    peer: read.peer,
    flow: read.flow ?? 'tcp',
    ...optional('frameBytes', read.frame, (size) => size as Bytes),
    ...optional('opens', read.opens),
    ...optional('broadcast', read.broadcast),
  };
}

function toArrivals(read: WorkloadDocument['arrivals']): Workload['arrivals'] {
  switch (read.kind) {
    case 'open':
      return { kind: 'open', perSecond: read.rate };
    case 'closed':
      return { kind: 'closed', users: read.users, think: toDistribution(read.think) };
    case 'saturated':
      return { kind: 'saturated', tasks: read.tasks };
    case 'once':
      return { kind: 'once' };
  }
}

function toDiskWork(read: WorkloadDocument['disk']): Workload['disk'] {
  if (read === undefined) return null;
  return {
    reads: read.reads ?? 0,
    writes: read.writes ?? 0,
    size: read.size,
    sync: read.sync ?? false,
    together: read.together ?? 1,
    fresh: read.fresh ?? 0,
  };
}

function toDistribution(read: WorkloadDocument['demand']): DurationDistribution {
  const mean = read.mean as Nanoseconds;
  return read.kind === 'lognormal' ? { kind: read.kind, mean, cv: read.cv } : { kind: read.kind, mean };
}
