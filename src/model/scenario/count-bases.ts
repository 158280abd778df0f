import type { BasisCount } from '../experiment/result.ts';
import type { Basis, Figure } from './figure.ts';
import type { Platform } from './platform.ts';
import { schedulerFigures } from './platform-scheduler.ts';
import type { Scenario, VirtualMachine, Workload } from './scenario.ts';

/**
 * How many of the figures behind an answer rest on what: the platform's, and each workload's once.
 * @param shadows whether page tables are shadowed: else nothing rests on what that costs
 */
export function countBases(platform: Platform, workloads: Iterable<Workload>, shadows = false): BasisCount {
  const count: Record<Basis, number> = { measured: 0, published: 0, derived: 0, assumed: 0 };
  for (const figure of figuresOf(platform, workloads, shadows)) count[figure.basis]++;
  return count;
}

/** The different workloads of a scenario, in the template's order. */
export function workloadsOf(scenario: Scenario): readonly Workload[] {
  const found = new Set<Workload>();
  const visit = (vms: readonly VirtualMachine[]): void => {
    for (const vm of vms) {
      if (vm.workload !== null) found.add(vm.workload);
      if (vm.boot !== null && scenario.boot !== null) found.add(vm.boot);
      visit(vm.vms);
    }
  };
  visit(scenario.template.vms);
  return [...found];
}

function* schedulingFigures(platform: Platform): Generator<Figure> {
  const { scheduler, nestedScheduler, guestScheduler, haltPolling, spinExit, cacheRefill } = platform;
  for (const given of [scheduler, nestedScheduler, guestScheduler]) {
    if (given !== undefined) yield* schedulerFigures(given);
  }
  if (haltPolling !== undefined) yield* [haltPolling.most, haltPolling.growStart];
  if (spinExit !== undefined) yield spinExit.window;
  if (cacheRefill !== undefined) yield cacheRefill;
}

function* figuresOf(platform: Platform, workloads: Iterable<Workload>, shadows: boolean): Generator<Figure> {
  yield* schedulingFigures(platform);
  yield platform.smtThroughput;
  yield platform.exits.switch;
  for (const entry of Object.values(platform.exits.classes)) {
    yield entry.handle;
    yield entry.reflect;
    yield* Object.values(entry.ops);
  }
  yield* Object.values(platform.exits.reflectOps ?? {});
  yield* Object.values(platform.network);
  yield* memoryFigures(platform.memory, shadows);
  yield* storageFigures(platform.storage);
  for (const workload of workloads) {
    yield* Object.values(workload.exitsPerCpuSecond);
    yield* Object.values(workload.exitsPerJob);
    yield* Object.values(workload.exitsPerBusySecond);
    const { faultsPerCpuSecond: _faults, addressSpacesPerCpuSecond: _spaces, ...always } = workload.memory;
    const used = shadows ? workload.memory : always;
    for (const figure of Object.values(used)) if (figure !== null) yield figure;
  }
}

function* memoryFigures(memory: Platform['memory'], shadows: boolean): Generator<Figure> {
  if (memory === undefined) return;
  const { own, overhead, sharing, balloon, walk, shadow, mmuLock } = memory;
  for (const figure of [own, sharing, balloon]) if (figure !== undefined) yield figure;
  yield* Object.values(overhead ?? {});
  yield* Object.values(walk ?? {});
  if (shadows) yield* Object.values(shadow ?? {});
  if (mmuLock !== undefined) yield* [mmuLock.handle, mmuLock.reflect, mmuLock.growth];
}

function* storageFigures(storage: Platform['storage']): Generator<Figure> {
  if (storage === undefined) return;
  yield storage.thinWrites;
  for (const { kick, ...figures } of Object.values(storage.controllers)) {
    yield* Object.values(kick);
    yield* Object.values(figures);
  }
}
