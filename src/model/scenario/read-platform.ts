import type { Bytes, Nanoseconds } from '../kernel/units.ts';
import { EXIT_CLASSES } from '../machine/exit-class.ts';
import { checkShape, formatPath } from './check-shape.ts';
import { derivedDocument } from './derive-platform.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import type { Figure } from './figure.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import { unknownName } from './name-hint.ts';
import { optional } from './optional.ts';
import { problemAt } from './origin.ts';
import {
  ASSISTS,
  PLATFORM_SCHEMA,
  type Platform,
  type PlatformAssist,
  type PlatformController,
  type PlatformExitClass,
  type PlatformMemory,
  type PlatformStorage,
  type PlatformSwitches,
} from './platform.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { schedulingOf } from './read-scheduler.ts';
import { toFigure } from './schema/figure.ts';
import { likeSchema, type PlatformDocument, platformSchema } from './schema/platform.ts';

/** Finds what the profile says that another, written in a file, says it is like. */
export type FindBase = (name: string, document: SourceDocument, at: Path) => Result<unknown>;

const nowhere: FindBase = (name, document, path) =>
  refused(problemAt({ document, path }, unknownName('platform', name)));

/** Reads `platforms/NAME.yaml`. */
export function readPlatform(file: string, text: string, findBase: FindBase = nowhere): Result<Platform> {
  const document = readDocument(file, text);
  return document.ok ? platformIn(document.value, [], findBase) : document;
}

/** Everything that a platform file and those it is like say, as data of one file. */
export function platformData(document: SourceDocument, findBase: FindBase): Result<unknown> {
  const completed = completedDocument(document, [], findBase);
  return completed.ok ? { ok: true, value: completed.value.data } : completed;
}

/** The platform written at `at` of a document. */
export function platformIn(written: SourceDocument, at: Path, findBase: FindBase): Result<Platform> {
  const completed = completedDocument(written, at, findBase);
  if (!completed.ok) return completed;
  const document = completed.value;
  const shape = checkShape(platformSchema, document, at);
  if (!shape.ok) return shape;
  const platform = toPlatform(shape.value);
  const problems = [
    ...findMissingOps(platform, document, at),
    ...findStorageProblems(platform, document, at),
  ];
  return problems.length === 0 ? { ok: true, value: platform } : refused(...problems);
}

/** With what the profile it is like says, if it is like one. */
function completedDocument(written: SourceDocument, at: Path, findBase: FindBase): Result<SourceDocument> {
  const path = [...at, 'like'];
  const data = at.reduce<unknown>((found, step) => (found as Record<string, unknown>)?.[step], written.data);
  if (typeof data !== 'object' || data === null || !('like' in data)) return { ok: true, value: written };
  const shape = checkShape(likeSchema, written, path);
  if (!shape.ok) return shape;
  const like = { ...shape.value, widen: shape.value.widen ?? 1 };
  const base = findBase(like.platform, written, [...path, 'platform']);
  if (!base.ok) return base;
  return { ok: true, value: derivedDocument(written, at, base.value, like) };
}

function toPlatform(read: PlatformDocument): Platform {
  const { 'reflect-ops': reflectOps, assists } = read.exits;
  return {
    schema: PLATFORM_SCHEMA,
    name: read.name,
    title: read.title,
    ...(read.like === undefined ? {} : { like: { ...read.like, widen: read.like.widen ?? 1 } }),
    ...optional('stack', read.stack),
    hypervisor: read.hypervisor,
    cpu: read.cpu,
    clock: read.clock,
    ...schedulingOf(read),
    smtThroughput: toFigure(read['smt-throughput']),
    exits: {
      switch: toFigure<Nanoseconds>(read.exits.switch),
      classes: mapExitClasses(
        read.exits.classes,
        (entry): PlatformExitClass => ({
          handle: toFigure<Nanoseconds>(entry.handle),
          reflect: toFigure<Nanoseconds>(entry.reflect),
          ops: mapExitClasses(entry.ops, (count): Figure => toFigure(count)),
        }),
      ),
      ...(reflectOps === undefined
        ? {}
        : { reflectOps: mapExitClasses(reflectOps, (count): Figure => toFigure(count)) }),
      ...(assists === undefined
        ? {}
        : {
            assists: ASSISTS.flatMap((name): PlatformAssist[] => {
              const assist = assists[name];
              return assist === undefined ? [] : [{ name, ...assist }];
            }),
          }),
    },
    network: {
      forward: toFigure<Nanoseconds>(read.network.forward),
      copy: toFigure<Nanoseconds>(read.network.copy),
      drop: toFigure<Nanoseconds>(read.network.drop),
      receive: toFigure<Nanoseconds>(read.network.receive),
      ring: toFigure(read.network.ring),
      batch: toFigure(read.network.batch),
      ...optional('copyKib', read.network['copy-kib'], (figure) => toFigure<Nanoseconds>(figure)),
      ...optional('translate', read.network.translate, (figure) => toFigure<Nanoseconds>(figure)),
      ...optional('tso', read.network.tso, (figure) => toFigure(figure)),
      ...optional('lro', read.network.lro, (figure) => toFigure(figure)),
    },
    ...(read.memory === undefined ? {} : { memory: toMemory(read.memory) }),
    ...(read.storage === undefined ? {} : { storage: toStorage(read.storage) }),
    ...optional(
      'switches',
      read.switches,
      (switches): PlatformSwitches => ({
        ...optional('kind', switches.kind),
        ...optional('reversePathFilter', switches['reverse-path-filter']),
        ...optional('lroWhenPromiscuous', switches['lro-when-promiscuous']),
      }),
    ),
    ...(read.calibration === undefined ? {} : { calibration: read.calibration }),
  };
}

function toMemory(read: NonNullable<PlatformDocument['memory']>): PlatformMemory {
  const { own, overhead, sharing, balloon, walk, shadow } = read;
  const lock = read['mmu-lock'];
  return {
    ...(own === undefined ? {} : { own: toFigure<Bytes>(own) }),
    ...(overhead === undefined
      ? {}
      : {
          overhead: {
            perVm: toFigure<Bytes>(overhead['per-vm']),
            perGib: toFigure<Bytes>(overhead['per-gib']),
            perVcpu: toFigure<Bytes>(overhead['per-vcpu']),
          },
        }),
    overcommit: read.overcommit ?? [],
    ...(sharing === undefined ? {} : { sharing: toFigure(sharing) }),
    ...(balloon === undefined ? {} : { balloon: toFigure(balloon) }),
    ...(walk === undefined
      ? {}
      : {
          walk: {
            native: toFigure(walk.native),
            nested: toFigure(walk.nested),
            reference: toFigure<Nanoseconds>(walk.reference),
          },
        }),
    ...(shadow === undefined
      ? {}
      : {
          shadow: {
            exitsPerFault: toFigure(shadow['exits-per-fault']),
            held: toFigure<Nanoseconds>(shadow.held),
            tables: toFigure<Bytes>(shadow.tables),
          },
        }),
    ...(lock === undefined
      ? {}
      : {
          mmuLock: {
            handle: toFigure<Nanoseconds>(lock.handle),
            reflect: toFigure<Nanoseconds>(lock.reflect),
            growth: toFigure(lock.growth),
            scope: lock.scope,
          },
        }),
  };
}

function toStorage(read: NonNullable<PlatformDocument['storage']>): PlatformStorage {
  const controllers = Object.entries(read.controllers).map(([name, entry]): [string, PlatformController] => [
    name,
    {
      queueDepth: toFigure(entry['queue-depth']),
      kick: mapExitClasses(entry.kick, (count): Figure => toFigure(count)),
      kickBatch: toFigure(entry['kick-batch']),
      coalescing: toFigure(entry.coalescing),
      submit: toFigure<Nanoseconds>(entry.submit),
      complete: toFigure<Nanoseconds>(entry.complete),
    },
  ]);
  return {
    controllers: Object.fromEntries(controllers),
    default: read.default,
    thinWrites: toFigure(read['thin-writes']),
  };
}

/** The controller of a VM that names none must be there, and what its kicks trap for must have a cost. */
function findStorageProblems({ storage, exits }: Platform, document: SourceDocument, at: Path): Problem[] {
  if (storage === undefined) return [];
  const found = (path: Path, message: string, hint: string): Problem => ({
    file: document.file,
    ...document.valueAt(path),
    path: formatPath(path),
    message,
    hint,
  });
  const known = Object.keys(storage.controllers);
  return [
    ...(known.includes(storage.default)
      ? []
      : [
          found(
            [...at, 'storage', 'default'],
            `found ${storage.default}, expected one of its controllers`,
            `known here: ${known.join(', ')}`,
          ),
        ]),
    ...Object.entries(storage.controllers).flatMap(([name, { kick }]) =>
      EXIT_CLASSES.filter(
        (exitClass) => kick[exitClass] !== undefined && exits.classes[exitClass] === undefined,
      ).map((exitClass) =>
        found(
          [...at, 'storage', 'controllers', name, 'kick', exitClass],
          `found a kick of class ${exitClass}, expected one of the classes that exits.classes gives a cost for`,
          `give ${exitClass} a cost, or take it out`,
        ),
      ),
    ),
  ];
}

/** Every class that a handler traps for must itself have a cost. */
function findMissingOps(platform: Platform, document: SourceDocument, at: Path): Problem[] {
  const { classes, reflectOps } = platform.exits;
  const problems: Problem[] = [];
  const lists: { ops: PlatformExitClass['ops']; path: Path }[] = EXIT_CLASSES.map((exitClass) => ({
    ops: classes[exitClass]?.ops ?? {},
    path: [...at, 'exits', 'classes', exitClass, 'ops'],
  }));
  if (reflectOps !== undefined) lists.push({ ops: reflectOps, path: [...at, 'exits', 'reflect-ops'] });
  for (const list of lists) {
    for (const op of EXIT_CLASSES) {
      if (list.ops[op] === undefined || classes[op] !== undefined) continue;
      const path = [...list.path, op];
      problems.push({
        file: document.file,
        ...document.keyAt(path),
        path: formatPath(path),
        message: `found an op of class ${op}, expected one of the classes that exits.classes gives a cost for`,
        hint: `give ${op} a cost, or take the op out`,
      });
    }
  }
  return problems;
}
