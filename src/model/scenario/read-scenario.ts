import { type Nanoseconds, NS_PER_SECOND, ns } from '../kernel/units.ts';
import { checkScenario } from './check-scenario.ts';
import { checkShape } from './check-shape.ts';
import { guestScheduler, nestedScheduler } from './compile-scheduler.ts';
import { type Path, readDocument, type SourceDocument } from './document.ts';
import type { Facts } from './facts.ts';
import { optional } from './optional.ts';
import { type Origins, problemAt } from './origin.ts';
import { ASSISTS, type Platform } from './platform.ts';
import { SHIPPED_SCHEDULERS } from './platform-scheduler.ts';
import { type Result, refused } from './problem.ts';
import { Resolver } from './resolver.ts';
import type { OtherPhase, Scenario, VirtualMachine } from './scenario.ts';
import { type ScenarioDocument, scenarioSchema } from './schema/scenario.ts';
import { applySettings, type Setting } from './setting.ts';
import type { ReadSources } from './sources.ts';
import { toSwitchPolicy } from './switch-policy.ts';
import { inPhase, originsInPhase } from './work-by-role.ts';

export interface ScenarioOverrides {
  /** Stands in for the scenario's own `platform`, which is then not read. */
  readonly platform?: Platform;
  /** Values that stand in for the file's own. */
  readonly settings?: readonly Setting[];
}

/** A scenario, and where it and its VMs are written. */
export interface LocatedScenario {
  readonly scenario: Scenario;
  readonly document: SourceDocument;
  readonly origins: Origins;
}

/** Reads `scenarios/NAME.yaml`: see locateScenario. */
export function readScenario(
  file: string,
  text: string,
  sources: ReadSources,
  overrides: ScenarioOverrides = {},
): Result<Scenario> {
  const located = locateScenario(file, text, sources, overrides);
  return located.ok ? { ok: true, value: located.value.scenario } : located;
}

/** Reads `scenarios/NAME.yaml`: units converted, names resolved, defaults filled in, everything checked. */
export function locateScenario(
  file: string,
  text: string,
  sources: ReadSources,
  overrides: ScenarioOverrides = {},
): Result<LocatedScenario> {
  const read = readDocument(file, text);
  if (!read.ok) return read;
  const settled = applySettings(read.value, overrides.settings ?? []);
  if (!settled.ok) return settled;
  const document = settled.value;
  const shape = checkShape(scenarioSchema, document);
  if (!shape.ok) return shape;
  const written = shape.value;

  const resolver = new Resolver(sources);
  const host = resolver.host(document, written.host);
  const platform = overrides.platform ?? resolver.platform(document, written.platform);
  resolver.switches = platform?.switches;
  const template = resolver.template(document, written.template);
  if (host === null || platform === null || template === null || resolver.problems.length > 0) {
    return refused(...resolver.problems);
  }
  const phases = readPhases(written.phases, written.targets?.['boot-all-within'], document);
  if (!phases.ok) return phases;
  const others = readOtherPhases(written.phases, template.vms, resolver, document);
  if (others === null) return refused(...resolver.problems);
  const switched = switchAssists(platform, written.assists, document);
  if (!switched.ok) return switched;
  const targets = written.targets ?? {};
  const scenario: Scenario = {
    name: written.name,
    description: written.description ?? '',
    host,
    platform: hostScheduledBy(switched.value, written.scheduler),
    ...optional('facts', written.facts as Facts | undefined),
    seats: written.seats,
    template,
    switch: toSwitchPolicy(written.switch, platform.switches),
    overcommit: written.overcommit ?? null,
    ...optional('paging', written.paging),
    ...phases.value,
    ...(others.length === 0 ? {} : { otherPhases: others }),
    targets: {
      ...(targets['probe-p95-slowdown'] === undefined
        ? {}
        : { probeP95Slowdown: targets['probe-p95-slowdown'] }),
      ...(targets.ready === undefined ? {} : { ready: targets.ready }),
      ...(targets['boot-all-within'] === undefined
        ? {}
        : { bootAllWithin: targets['boot-all-within'] as Nanoseconds }),
      ...(targets['memory-headroom'] === undefined ? {} : { memoryHeadroom: targets['memory-headroom'] }),
      ...(targets['disk-latency'] === undefined
        ? {}
        : { diskLatency: targets['disk-latency'] as Nanoseconds }),
    },
  };
  const problems = checkScenario(scenario, document, resolver.origins);
  for (const phase of problems.length === 0 ? others : []) {
    const during = inPhase(scenario, phase);
    problems.push(
      ...checkScenario(during, document, originsInPhase(during.template.vms, template.vms, resolver.origins)),
    );
  }
  return problems.length === 0
    ? { ok: true, value: { scenario, document, origins: resolver.origins } }
    : refused(...problems);
}

/** The platform with the assists on and off that the scenario says. */
function switchAssists(
  platform: Platform,
  written: ScenarioDocument['assists'],
  document: SourceDocument,
): Result<Platform> {
  const switches = written ?? {};
  const known = platform.exits.assists ?? [];
  const unknown = ASSISTS.filter(
    (name) => switches[name] !== undefined && !known.some((assist) => assist.name === name),
  );
  if (unknown.length > 0) {
    const names = known.map(({ name }) => name).join(', ');
    return refused(
      ...unknown.map((name) =>
        problemAt(
          { document, path: ['assists', name] },
          `found an assist that the platform ${platform.name} does not describe`,
          names === '' ? 'it describes none: take it out' : `it describes ${names}`,
        ),
      ),
    );
  }
  if (Object.keys(switches).length === 0) return { ok: true, value: platform };
  const assists = known.map((assist) => ({ ...assist, on: switches[assist.name] ?? assist.on }));
  return { ok: true, value: { ...platform, exits: { ...platform.exits, assists } } };
}

/** The platform with the policy that the scenario names for the host; those inside keep theirs. */
function hostScheduledBy(platform: Platform, policy: ScenarioDocument['scheduler']): Platform {
  if (policy === undefined || platform.scheduler.policy === policy) return platform;
  return {
    ...platform,
    scheduler: SHIPPED_SCHEDULERS[policy],
    nestedScheduler: nestedScheduler(platform, null),
    guestScheduler: guestScheduler(platform),
  };
}

/** What everybody does in an idle phase that does not say. */
const IDLE_WORK = 'idle';

/** Null when a workload or a role is not there; the resolver then has the problems. */
function readOtherPhases(
  phases: Phases,
  vms: readonly VirtualMachine[],
  resolver: Resolver,
  document: SourceDocument,
): readonly OtherPhase[] | null {
  const found = phases.flatMap((phase, index) =>
    (['install', 'idle'] as const).flatMap((kind) => {
      const written = phase[kind];
      if (written === undefined) return [];
      const work = written.workloads ?? idleWork(vms);
      const workloads = resolver.work(work, vms, { document, path: ['phases', index, kind, 'workloads'] });
      return [{ kind, warmUp: ns(written['warm-up'] ?? 0), duration: ns(written.for), workloads }];
    }),
  );
  return found.some(({ workloads }) => workloads === null) ? null : (found as OtherPhase[]);
}

/** By role: who works, the probe apart, does nothing to speak of. */
function idleWork(vms: readonly VirtualMachine[], around = ''): Record<string, string> {
  return Object.fromEntries(
    vms.flatMap((vm) => [
      ...(vm.workload === null || vm.workload.probe ? [] : [[`${around}${vm.name}`, IDLE_WORK]]),
      ...Object.entries(idleWork(vm.vms, `${around}${vm.name}/`)),
    ]),
  );
}

type Phases = ScenarioDocument['phases'];

/** How long a boot is watched when the scenario does not say. */
const GIVE_UP = ns(2 * 3_600 * NS_PER_SECOND);

/** One exercise there must be, and one boot before it there may be. */
function readPhases(
  phases: Phases,
  target: number | undefined,
  document: SourceDocument,
): Result<Pick<Scenario, 'boot' | 'exercise'>> {
  const at = (...path: Path) => ({ document, path: ['phases', ...path] });
  const [exercise, secondExercise] = phases.flatMap((phase, index) =>
    phase.exercise === undefined ? [] : [{ ...phase.exercise, index }],
  );
  const [boot, secondBoot] = phases.flatMap((phase, index) =>
    phase.boot === undefined ? [] : [{ ...phase.boot, index }],
  );
  if (exercise === undefined) return refused(problemAt(at(), 'found no exercise phase, expected one'));
  if (secondExercise !== undefined) {
    return refused(
      problemAt(at(secondExercise.index), 'found a second exercise phase, expected one', 'take it out'),
    );
  }
  if (secondBoot !== undefined) {
    return refused(problemAt(at(secondBoot.index), 'found a second boot phase, expected one', 'take it out'));
  }
  if (boot !== undefined && boot.index > exercise.index) {
    return refused(
      problemAt(at(boot.index), 'found a boot phase after the exercise, expected it before', 'move it up'),
    );
  }
  return {
    ok: true,
    value: {
      boot:
        boot === undefined
          ? null
          : { stagger: ns(boot.stagger ?? 0), giveUp: ns(Math.max(boot['give-up'] ?? GIVE_UP, target ?? 0)) },
      exercise: { warmUp: ns(exercise['warm-up'] ?? 0), duration: ns(exercise.for) },
    },
  };
}
