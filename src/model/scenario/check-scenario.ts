import { type Bytes, NS_PER_SECOND } from '../kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../machine/exit-class.ts';
import { exitCost } from '../machine/exit-cost.ts';
import { type MemoryClaim, type MemoryPressure, memoryPressure } from '../machine/memory/pressure.ts';
import type { ExitCostParameters, Paging } from '../machine/specification.ts';
import { checkControls } from './check-controls.ts';
import { checkPaging } from './check-paging.ts';
import { compileExits } from './compile.ts';
import { drawHypervisorMemory } from './compile-memory.ts';
import type { SourceDocument } from './document.ts';
import { below, type Origin, type Origins, problemAt } from './origin.ts';
import type { Problem } from './problem.ts';
import { formatQuantity } from './quantity.ts';
import type { Scenario, VirtualMachine, Workload } from './scenario.ts';

/** Levels of VMs above the host: a VM, a VM in it, and so on. */
const MAX_DEPTH = 4;
/** VMs of all seats and levels together. */
const MAX_GUESTS = 100_000;

/** What stands around a VM: the host, or a nested hypervisor. */
interface Surroundings {
  readonly name: string;
  readonly cpus: number;
  readonly memory: number;
  /** How its hypervisor translates addresses. */
  readonly paging: Paging;
}

/** What a scenario says that cannot be, though each part of it is well formed. */
export function checkScenario(scenario: Scenario, document: SourceDocument, origins: Origins): Problem[] {
  const checker = new ScenarioChecker(scenario, origins);
  const { name, cpus, memory } = scenario.host;
  const host = { name, cpus, memory, paging: scenario.paging ?? 'nested' };
  checker.checkSiblings(scenario.template.vms, host, 1);
  const at = (key: string): Origin => ({ document, path: [key] });
  if (checker.problems.length > 0) return checker.problems;
  return [
    ...checkControls(scenario, origins),
    ...checkPeers(scenario, origins),
    ...checkPaging(scenario, document, origins),
    ...checkSeatsFit(scenario, at('seats')),
    ...checkTargets(scenario, document),
  ];
}

class ScenarioChecker {
  readonly problems: Problem[] = [];
  readonly #scenario: Scenario;
  readonly #origins: Origins;
  readonly #exits: ExitCostParameters;
  readonly #hypervisorMemory: ReturnType<typeof drawHypervisorMemory>;

  constructor(scenario: Scenario, origins: Origins) {
    this.#scenario = scenario;
    this.#origins = origins;
    this.#exits = compileExits(scenario.platform);
    this.#hypervisorMemory = drawHypervisorMemory(scenario.platform, (figure) => figure.value);
  }

  checkSiblings(vms: readonly VirtualMachine[], around: Surroundings, depth: number): void {
    const names = new Set<string>();
    for (const vm of vms) {
      if (names.has(vm.name)) {
        this.#report(
          vm,
          'name',
          `found the VM name ${vm.name} twice side by side`,
          'give each its own name, or use count',
        );
      }
      names.add(vm.name);
      this.#checkSize(vm, around);
      this.#checkRole(vm, depth);
      if (vm.workload !== null) this.#checkExits(vm, 'workload', vm.workload, depth);
      if (vm.boot !== null) this.#checkExits(vm, 'boot', vm.boot, depth);
      this.#checkMemory(vm);
      this.#checkDisk(vm);
      this.#checkArrivals(vm);
      if (vm.vms.length === 0) continue;
      const paging = vm.hypervisor?.paging ?? around.paging;
      const inside = { name: vm.name, cpus: vm.vcpus, memory: vm.memory, paging };
      this.checkSiblings(vm.vms, inside, depth + 1);
      this.#checkInside(vm, paging);
    }
  }

  /** What is inside a nested hypervisor must fit into it, or be won back. */
  #checkInside(vm: VirtualMachine, paging: Paging): void {
    if (vm.vms.some((inner) => inner.memory > vm.memory)) return;
    const memory = this.#hypervisorMemory(vm.memory, vm.hypervisor?.overcommit ?? null, paging);
    const { demand, missing } = memoryPressure(memory, claimsOf(vm.vms, 1));
    if (missing === 0) return;
    const given = sumOf(vm.vms);
    const more = demand > given ? `, ${size(demand)} with what the hypervisor needs for them` : '';
    this.#report(
      vm,
      'memory',
      `found ${size(vm.memory)} for a hypervisor whose VMs have ${size(given)} together${more}, expected at least that`,
      'give it more memory, or its VMs less',
    );
  }

  #checkMemory(vm: VirtualMachine): void {
    if (vm.workingSet === null || vm.workingSet <= vm.memory) return;
    this.#report(
      vm,
      'working-set',
      `found ${size(vm.workingSet)}, expected at most its memory, ${size(vm.memory)}`,
    );
  }

  #checkDisk(vm: VirtualMachine): void {
    const { platform, host } = this.#scenario;
    const { controller } = vm.disk;
    const controllers = Object.keys(platform.storage?.controllers ?? {});
    if (controller !== null && !controllers.includes(controller)) {
      this.#report(
        vm,
        'disk',
        `found the controller ${controller}, expected one that the platform ${platform.name} gives costs for`,
        controllers.length === 0 ? 'it gives none' : `it gives ${controllers.join(', ')}`,
      );
    }
    for (const key of ['workload', 'boot'] as const) {
      const workload = vm[key];
      if (workload === null || workload.disk === null) continue;
      const found = `found the workload ${workload.name}, which has a disk, expected`;
      if (host.disk === null) {
        this.#report(vm, key, `${found} a host with one`, 'give the host a disk: { iops: …, bandwidth: … }');
      } else if (platform.storage === undefined) {
        this.#report(
          vm,
          key,
          `${found} a platform that says what I/Os cost`,
          `choose another platform than ${platform.name}, or give it storage`,
        );
      }
    }
  }

  /** What a VM does goes on; what coming up takes is done once. */
  #checkArrivals(vm: VirtualMachine): void {
    if (vm.workload?.arrivals.kind === 'once') {
      this.#report(
        vm,
        'workload',
        `found the workload ${vm.workload.name}, which arrives once, expected one that goes on`,
        'name it under boot',
      );
    }
    if (vm.boot !== null && vm.boot.arrivals.kind !== 'once') {
      this.#report(
        vm,
        'boot',
        `found the workload ${vm.boot.name}, which goes on, expected one that arrives once`,
        'write arrivals: { kind: once }',
      );
    }
    if (vm.boot === null && this.#scenario.boot !== null) {
      this.#report(
        vm,
        'name',
        `found no boot of ${vm.name}, expected one, as there is a boot phase`,
        'write boot: and the name of a workload that arrives once, such as boot-linux-server',
      );
    }
  }

  #checkSize(vm: VirtualMachine, around: Surroundings): void {
    if (vm.memory > around.memory) {
      this.#report(
        vm,
        'memory',
        `found ${size(vm.memory)}, expected at most the ${size(around.memory)} of ${around.name}`,
      );
    }
    if (vm.vcpus > around.cpus) {
      this.#report(
        vm,
        'vcpus',
        `found ${vm.vcpus} vCPUs, expected at most the ${around.cpus} of ${around.name}`,
      );
    }
  }

  #checkRole(vm: VirtualMachine, depth: number): void {
    if (depth > MAX_DEPTH) {
      this.#report(vm, 'name', `found a VM ${depth} levels deep, expected at most ${MAX_DEPTH}`);
    }
    if (vm.hypervisor !== null && vm.vms.length === 0) {
      this.#report(
        vm,
        'hypervisor',
        'found a hypervisor without VMs inside',
        'list them under vms, or take hypervisor out',
      );
    }
    if (vm.hypervisor === null && vm.vms.length > 0) {
      this.#report(
        vm,
        'vms',
        'found VMs inside a VM that is not a hypervisor',
        'add hypervisor: {} beside them',
      );
    }
    if (vm.workload !== null && vm.vms.length > 0) {
      this.#report(
        vm,
        'workload',
        'found a workload on a VM that has VMs inside',
        'give the workload to one of the VMs inside, or to a VM beside it',
      );
    }
  }

  /** Every VM traps to some hypervisor: each class its work takes must have a cost, and leave time to work. */
  #checkExits(vm: VirtualMachine, key: 'workload' | 'boot', workload: Workload, depth: number): void {
    const { platform, host } = this.#scenario;
    const missing = exitClassesOf(workload).filter((name) => platform.exits.classes[name] === undefined);
    if (missing.length > 0) {
      this.#report(
        vm,
        key,
        `found the workload ${workload.name}, which takes ${missing.join(', ')} exits, ` +
          `expected classes that the platform ${platform.name} gives a cost for`,
        'choose another platform, or add the class to it',
      );
      return;
    }
    const level = host.level + depth;
    const share = exitTimeShare(this.#exits, workload.exitsPerBusySecond, level);
    if (share < 1) return;
    this.#report(
      vm,
      key,
      `found the workload ${workload.name}, whose exits per busy second take ${rounded(share)} s ` +
        `of each second at level ${level}, expected less than 1 s`,
      'lower the rates, or nest less deep',
    );
  }

  #report(vm: VirtualMachine, key: string, message: string, hint?: string): void {
    this.problems.push(problemAt(below(this.#origins.get(vm)!, key), message, hint));
  }
}

/** Classes of exits that a workload may take. */
function exitClassesOf(workload: Workload): readonly ExitClass[] {
  const rates = [workload.exitsPerCpuSecond, workload.exitsPerJob, workload.exitsPerBusySecond];
  return EXIT_CLASSES.filter((exitClass) => rates.some((rate) => (rate[exitClass]?.high ?? 0) > 0));
}

/** Seconds of exits in a second at these rates, from a guest at `level`. */
function exitTimeShare(
  exits: ExitCostParameters,
  rates: Workload['exitsPerBusySecond'],
  level: number,
): number {
  const costs = EXIT_CLASSES.map((exitClass) => {
    const rate = rates[exitClass]?.value ?? 0;
    return rate === 0 ? 0 : (rate * exitCost(exits, exitClass, level).total) / NS_PER_SECOND;
  });
  return costs.reduce((sum, cost) => sum + cost, 0);
}

function checkSeatsFit(scenario: Scenario, origin: Origin): Problem[] {
  const { seats, host, template } = scenario;
  const problems: Problem[] = [];
  const guests = seats * countGuests(template.vms);
  if (guests > MAX_GUESTS) {
    problems.push(problemAt(origin, `found ${guests} VMs in all, expected at most ${MAX_GUESTS}`));
  }
  const memory = drawHypervisorMemory(scenario.platform, (figure) => figure.value)(
    host.memory,
    scenario.overcommit,
    scenario.paging,
  );
  const pressure = (count: number): MemoryPressure => memoryPressure(memory, claimsOf(template.vms, count));
  const { demand, missing } = pressure(seats);
  if (missing > 0) {
    const perSeat = sumOf(template.vms);
    let fitting = 0;
    // Between what fits and what does not.
    for (let tooMany = seats; tooMany - fitting > 1; ) {
      const middle = Math.floor((fitting + tooMany) / 2);
      if (pressure(middle).missing > 0) tooMany = middle;
      else fitting = middle;
    }
    problems.push(
      problemAt(
        origin,
        `found ${seats} seats of ${size(perSeat)}, ${size(demand)} in all, ` +
          `expected at most the ${size(host.memory)} of ${host.name}`,
        fitting === 0 ? 'not one seat fits' : `${fitting} seats fit`,
      ),
    );
  }
  return problems;
}

/** VMs side by side, as often as there are seats, as their hypervisor sees their memory. */
const claimsOf = (vms: readonly VirtualMachine[], seats: number): MemoryClaim[] =>
  vms.map((vm) => ({
    count: vm.count * seats,
    vcpus: vm.vcpus,
    memory: { configured: vm.memory, active: vm.workingSet ?? workingSetOf(vm) },
  }));

/** Of a nested hypervisor, that of its VMs. */
const workingSetOf = (vm: VirtualMachine): Bytes =>
  Math.min(
    vm.memory,
    vm.vms.length === 0
      ? vm.memory
      : vm.vms.reduce((sum, inner) => sum + inner.count * (inner.workingSet ?? workingSetOf(inner)), 0),
  ) as Bytes;

const sumOf = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((total, vm) => total + vm.count * vm.memory, 0);

const countGuests = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((total, vm) => total + vm.count * (1 + countGuests(vm.vms)), 0);

/** Who exchanges frames within its seat needs somebody else with work there. */
function checkPeers({ template }: Scenario, origins: Origins): Problem[] {
  const working = workingIn(template.vms);
  const count = working.reduce((sum, { copies }) => sum + copies, 0);
  if (count !== 1 || working[0]!.vm.workload!.network?.peer !== 'seat') return [];
  const { vm } = working[0]!;
  return [
    problemAt(
      below(origins.get(vm)!, 'workload'),
      `found the workload ${vm.workload!.name}, which exchanges frames with others of its seat, expected another VM with work there`,
      'give another VM a workload, or write network: { peer: uplink, … } in a copy of this one',
    ),
  ];
}

/** VMs with work, and how many there are of each in a seat. */
const workingIn = (
  vms: readonly VirtualMachine[],
  copies = 1,
): readonly { readonly vm: VirtualMachine; readonly copies: number }[] =>
  vms.flatMap((vm) => [
    ...(vm.workload === null ? [] : [{ vm, copies: copies * vm.count }]),
    ...workingIn(vm.vms, copies * vm.count),
  ]);

function checkTargets(scenario: Scenario, document: SourceDocument): Problem[] {
  const { targets, template, boot } = scenario;
  const problems: Problem[] = [];
  const refuse = (target: string, message: string, hint: string): void => {
    problems.push(problemAt({ document, path: ['targets', target] }, message, hint));
  };
  if (targets.probeP95Slowdown !== undefined && !hasProbe(template.vms)) {
    refuse(
      'probe-p95-slowdown',
      'found a target for the probe, and no VM whose workload is one',
      'give a VM the workload desktop, or write probe: true in a workload',
    );
  }
  if (targets.bootAllWithin !== undefined && boot === null) {
    refuse(
      'boot-all-within',
      'found a target for booting, and no boot phase',
      'put boot: {} before the exercise under phases',
    );
  }
  if (targets.diskLatency !== undefined && !hasDisk(template.vms)) {
    refuse(
      'disk-latency',
      'found a target for the disk, and no VM whose workload has one',
      'give a VM a workload with disk: { reads: …, size: … }',
    );
  }
  return problems;
}

const hasDisk = (vms: readonly VirtualMachine[]): boolean =>
  vms.some((vm) => (vm.workload !== null && vm.workload.disk !== null) || hasDisk(vm.vms));

const hasProbe = (vms: readonly VirtualMachine[]): boolean =>
  vms.some((vm) => vm.workload?.probe === true || hasProbe(vm.vms));

/** As large as reads well: `480 GiB`, not `515396075520 B`. */
function size(bytes: number): string {
  const exact = formatQuantity('size', bytes);
  if (!/\d{7,} B$/.test(exact) && exact.length <= 12) return exact;
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** Three digits of what is small, all of what is large. */
const rounded = (value: number): string => (value < 100 ? value.toPrecision(3) : String(Math.round(value)));
