import type { Nanoseconds } from '../kernel/units.ts';
import { checkScenario } from './check-scenario.ts';
import { checkShape } from './check-shape.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import { problemAt } from './origin.ts';
import type { Platform } from './platform.ts';
import { type Result, refused } from './problem.ts';
import { Resolver, toSwitchPolicy } from './resolver.ts';
import type { Scenario } from './scenario.ts';
import { type ScenarioDocument, scenarioSchema } from './schema/scenario.ts';
import type { ReadSources } from './sources.ts';

export interface ScenarioOverrides {
  /** Stands in for the scenario's own `platform`, which is then not read. */
  readonly platform?: Platform;
}

/** Reads `scenarios/NAME.yaml`: units converted, names resolved, defaults filled in, everything checked. */
export function readScenario(
  file: string,
  text: string,
  sources: ReadSources,
  overrides: ScenarioOverrides = {},
): Result<Scenario> {
  const read = readDocument(file, text);
  if (!read.ok) return read;
  const document = read.value;
  const shape = checkShape(scenarioSchema, document);
  if (!shape.ok) return shape;
  const written = shape.value;

  const resolver = new Resolver(sources);
  const host = resolver.host(document, written.host);
  const platform = overrides.platform ?? resolver.platform(document, written.platform);
  const template = resolver.template(document, written.template);
  if (host === null || platform === null || template === null || resolver.problems.length > 0) {
    return refused(...resolver.problems);
  }
  const exercise = onlyExercise(written.phases, document);
  if (!exercise.ok) return exercise;
  const targets = written.targets ?? {};
  const scenario: Scenario = {
    name: written.name,
    description: written.description ?? '',
    host,
    platform,
    seats: written.seats,
    template,
    switch: toSwitchPolicy(written.switch),
    exercise: {
      warmUp: (exercise.value['warm-up'] ?? 0) as Nanoseconds,
      duration: exercise.value.for as Nanoseconds,
    },
    targets: {
      ...(targets['probe-p95-slowdown'] === undefined
        ? {}
        : { probeP95Slowdown: targets['probe-p95-slowdown'] }),
      ...(targets.ready === undefined ? {} : { ready: targets.ready }),
    },
  };
  const problems = checkScenario(scenario, document, resolver.origins);
  return problems.length === 0 ? { ok: true, value: scenario } : refused(...problems);
}

type Phases = ScenarioDocument['phases'];

/** The one exercise there must be: more phases than that have no meaning yet. */
function onlyExercise(
  phases: Phases,
  document: SourceDocument,
): Result<NonNullable<Phases[number]['exercise']>> {
  const found = phases.flatMap((phase, index) =>
    phase.exercise === undefined ? [] : [{ exercise: phase.exercise, index }],
  );
  const at = (...path: Path) => ({ document, path: ['phases', ...path] });
  const [first, second] = found;
  if (first === undefined) return refused(problemAt(at(), 'found no exercise phase, expected one'));
  if (second !== undefined) {
    return refused(problemAt(at(second.index), 'found a second exercise phase, expected one', 'take it out'));
  }
  return { ok: true, value: first.exercise };
}
