import type { Nanoseconds } from '../kernel/units.ts';
import { EXIT_CLASSES } from '../machine/exit-class.ts';
import { checkShape, formatPath } from './check-shape.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import type { Figure } from './figure.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import { PLATFORM_SCHEMA, type Platform, type PlatformExitClass } from './platform.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { toFigure } from './schema/figure.ts';
import { type PlatformDocument, platformSchema } from './schema/platform.ts';

/** Reads `platforms/NAME.yaml`. */
export function readPlatform(file: string, text: string): Result<Platform> {
  const document = readDocument(file, text);
  return document.ok ? platformIn(document.value, []) : document;
}

/** The platform written at `at` of a document. */
export function platformIn(document: SourceDocument, at: Path): Result<Platform> {
  const shape = checkShape(platformSchema, document, at);
  if (!shape.ok) return shape;
  const platform = toPlatform(shape.value);
  const problems = findMissingOps(platform, document, at);
  return problems.length === 0 ? { ok: true, value: platform } : refused(...problems);
}

function toPlatform(read: PlatformDocument): Platform {
  return {
    schema: PLATFORM_SCHEMA,
    name: read.name,
    title: read.title,
    hypervisor: read.hypervisor,
    cpu: read.cpu,
    clock: read.clock,
    scheduler: {
      policy: read.scheduler.policy,
      slice: toFigure<Nanoseconds>(read.scheduler.slice),
      tick: toFigure<Nanoseconds>(read.scheduler.tick),
    },
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
    },
    network: {
      forward: toFigure<Nanoseconds>(read.network.forward),
      copy: toFigure<Nanoseconds>(read.network.copy),
      drop: toFigure<Nanoseconds>(read.network.drop),
      receive: toFigure<Nanoseconds>(read.network.receive),
      ring: toFigure(read.network.ring),
      batch: toFigure(read.network.batch),
    },
    ...(read.calibration === undefined ? {} : { calibration: read.calibration }),
  };
}

/** Every class that a handler traps for must itself have a cost. */
function findMissingOps(platform: Platform, document: SourceDocument, at: Path): Problem[] {
  const { classes } = platform.exits;
  const problems: Problem[] = [];
  for (const exitClass of EXIT_CLASSES) {
    for (const op of EXIT_CLASSES) {
      if (classes[exitClass]?.ops[op] === undefined || classes[op] !== undefined) continue;
      const path = [...at, 'exits', 'classes', exitClass, 'ops', op];
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
