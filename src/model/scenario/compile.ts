import { type Nanoseconds, ns } from '../kernel/units.ts';
import type { ExitClass } from '../machine/exit-class.ts';
import type { SchedulerSpecification } from '../machine/scheduler-specification.ts';
import type {
  ExitAssist,
  ExitCostParameters,
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  NetworkCosts,
  Paging,
  SwitchSpecification,
  WorkloadSpecification,
} from '../machine/specification.ts';
import { drawHypervisorMemory, drawMemoryCosts, guestMemory, shadowsPages } from './compile-memory.ts';
import { Schedulers } from './compile-scheduler.ts';
import { drawDisks, drawStorage } from './compile-storage.ts';
import type { Draw } from './draw.ts';
import type { Figure } from './figure.ts';
import { mapExitClasses } from './map-exit-classes.ts';
import { optional } from './optional.ts';
import type { Platform } from './platform.ts';
import type { Scenario, VirtualMachine, Workload } from './scenario.ts';

export type { Draw } from './draw.ts';

const pointValue: Draw = (figure) => figure.value;

/** Linux's weight of a task that nobody has favoured; KVM's vCPUs are such tasks. */
const ORDINARY_WEIGHT = 1024;

/**
 * The machine a scenario describes, every figure reduced to one number by `draw`. Seats are copies; guests come
 * seat by seat in the template's order.
 */
export function compile(scenario: Scenario, draw: Draw = pointValue): MachineSpecification {
  const { host, platform } = scenario;
  const schedulers = new Schedulers(platform, draw);
  const scheduling = drawSpinning(platform, draw);
  const hypervisorMemory = drawHypervisorMemory(platform, draw);
  const shadows = shadowsPages(scenario);
  const memoryCosts = drawMemoryCosts(platform, shadows, draw);
  const storage = drawStorage(host, platform, draw);
  const diskOf = drawDisks(platform, draw);
  const workloads = new Map<Workload, WorkloadSpecification>();
  const compileWorkload = (workload: Workload): WorkloadSpecification => {
    const known = workloads.get(workload);
    if (known !== undefined) return known;
    const compiled = drawWorkload(workload, shadows, draw);
    workloads.set(workload, compiled);
    return compiled;
  };

  const compileGuests = (
    vms: readonly VirtualMachine[],
    seat: number,
    entityBelow: string,
    roleBelow: string,
    level: number,
    around: Paging,
  ): GuestSpecification[] =>
    vms.flatMap((vm) =>
      Array.from({ length: vm.count }, (_, index): GuestSpecification => {
        const entity = `${entityBelow}${vm.name}-${index + 1}`;
        const role = `${roleBelow}${vm.name}`;
        const paging = vm.hypervisor?.paging ?? around;
        const hypervisor: HypervisorSpecification | null =
          vm.hypervisor === null
            ? null
            : {
                ...scheduling(schedulers.nested(vm.hypervisor.scheduler)(vm.vcpus), level + 1),
                switch: switchOf(vm.hypervisor.switch),
                memory: hypervisorMemory(vm.memory, vm.hypervisor.overcommit, paging),
                ...(paging === 'shadow' ? { paging } : {}),
                guests: compileGuests(vm.vms, seat, `${entity}/`, `${role}/`, level + 1, paging),
              };
        const disk = storage === null ? null : diskOf(vm.disk);
        return {
          entity,
          role,
          seat,
          vcpus: vm.vcpus,
          ...controlsOf(vm),
          ...optional('nic', vm.nic),
          scheduler: schedulers.guest(vm.vcpus),
          ...(hypervisor === null ? {} : { hypervisor }),
          ...(vm.workload === null ? {} : { workload: compileWorkload(vm.workload) }),
          ...(vm.boot === null || scenario.boot === null ? {} : { boot: compileWorkload(vm.boot) }),
          memory: guestMemory(vm, hypervisor),
          ...(disk === null ? {} : { disk }),
        };
      }),
    );

  const digits = Math.max(2, String(scenario.seats).length);
  const root: HypervisorSpecification = {
    ...scheduling(schedulers.host(host.cpus), host.level + 1),
    switch: switchOf(scenario.switch),
    memory: hypervisorMemory(host.memory, scenario.overcommit, scenario.paging),
    ...(scenario.paging === 'shadow' ? { paging: scenario.paging } : {}),
    guests: Array.from({ length: scenario.seats }, (_, index) => index + 1).flatMap((seat) =>
      compileGuests(
        scenario.template.vms,
        seat,
        `seat-${String(seat).padStart(digits, '0')}/`,
        '',
        host.level + 1,
        scenario.paging ?? 'nested',
      ),
    ),
  };
  return {
    physicalCpus: host.cpus,
    threadsPerCore: host.threadsPerCore,
    smtThroughput: draw(platform.smtThroughput, 'platform.smt-throughput'),
    ...drawCacheRefill(platform, draw),
    baseLevel: host.level,
    exits: compileExits(platform, draw),
    network: drawNetwork(platform, draw),
    ...(memoryCosts === null ? {} : { memory: memoryCosts }),
    ...(storage === null ? {} : { storage }),
    ...(host.nic === null ? {} : { nic: host.nic }),
    root,
  };
}

const switchOf = (policy: Scenario['switch']): SwitchSpecification => ({ ...policy });

/** What a VM may have of the CPUs around it. */
function controlsOf({ weight, reservation, limit, affinity }: VirtualMachine) {
  return {
    weight: Math.max(1, Math.round(weight * ORDINARY_WEIGHT)),
    ...(reservation === 0 ? {} : { reservation }),
    ...(limit === null ? {} : { limit }),
    ...(affinity === null ? {} : { affinity }),
  };
}

/**
 * What a hypervisor does about vCPUs of its guests that halt or spin, beside how it schedules them. Halt polling is
 * KVM's: a platform's hypervisors that schedule otherwise have none.
 */
function drawSpinning(
  { haltPolling, spinExit }: Platform,
  draw: Draw,
): (
  scheduler: SchedulerSpecification,
  depthOfGuests: number,
) => Pick<HypervisorSpecification, 'scheduler' | 'haltPolling' | 'spinExit'> {
  const time = (figure: Figure, part: string): Nanoseconds =>
    Math.round(draw(figure, `platform.${part}`)) as Nanoseconds;
  const polling = haltPolling && {
    most: time(haltPolling.most, 'halt-polling.most'),
    growStart: time(haltPolling.growStart, 'halt-polling.grow-start'),
    grow: haltPolling.grow,
    shrink: haltPolling.shrink,
  };
  const spinning = spinExit && {
    window: time(spinExit.window, 'spin-exit.window'),
    grow: spinExit.grow,
    directedYield: spinExit.directedYield,
  };
  return (scheduler, depthOfGuests) => ({
    scheduler,
    ...(polling === undefined || !isLinux(scheduler) ? {} : { haltPolling: polling }),
    ...(spinning === undefined || depthOfGuests > spinExit!.depth ? {} : { spinExit: spinning }),
  });
}

const isLinux = ({ policy }: SchedulerSpecification): boolean => policy === 'eevdf' || policy === 'cfs';

function drawCacheRefill({ cacheRefill }: Platform, draw: Draw): Pick<MachineSpecification, 'cacheRefill'> {
  if (cacheRefill === undefined) return {};
  return { cacheRefill: Math.round(draw(cacheRefill, 'platform.cache-refill')) as Nanoseconds };
}

/** What exits cost on a platform. */
export function compileExits(platform: Pick<Platform, 'exits'>, draw: Draw = pointValue): ExitCostParameters {
  const at = 'platform.exits';
  return {
    switch: draw(platform.exits.switch, `${at}.switch`) as Nanoseconds,
    classes: mapExitClasses(platform.exits.classes, (entry, exitClass) => ({
      handle: draw(entry.handle, `${at}.classes.${exitClass}.handle`) as Nanoseconds,
      reflect: draw(entry.reflect, `${at}.classes.${exitClass}.reflect`) as Nanoseconds,
      ops: mapExitClasses(entry.ops, (count, op) => draw(count, `${at}.classes.${exitClass}.ops.${op}`)),
    })),
    ...(platform.exits.reflectOps === undefined
      ? {}
      : {
          reflectOps: mapExitClasses(platform.exits.reflectOps, (count, op) =>
            draw(count, `${at}.reflect-ops.${op}`),
          ),
        }),
    ...assistsOf(platform),
  };
}

/** What the assists that are on spare; where two spare the same class, the one that reaches deeper. */
function assistsOf({ exits }: Pick<Platform, 'exits'>): Pick<ExitCostParameters, 'assists'> {
  const spared: Partial<Record<ExitClass, ExitAssist>> = {};
  for (const { on, removes, depth, beyond } of exits.assists ?? []) {
    if (!on) continue;
    for (const exitClass of removes) {
      if ((spared[exitClass]?.depth ?? 0) < depth) spared[exitClass] = { depth, beyond };
    }
  }
  return Object.keys(spared).length === 0 ? {} : { assists: spared };
}

function drawNetwork(platform: Platform, draw: Draw): NetworkCosts {
  const { network } = platform;
  const cost = (part: 'forward' | 'copy' | 'drop' | 'receive'): Nanoseconds =>
    draw(network[part], `platform.network.${part}`) as Nanoseconds;
  return {
    forward: cost('forward'),
    copy: cost('copy'),
    drop: cost('drop'),
    receive: cost('receive'),
    ring: Math.round(draw(network.ring, 'platform.network.ring')),
    batch: Math.round(draw(network.batch, 'platform.network.batch')),
    ...optional(
      'copyKib',
      network.copyKib,
      (figure) => draw(figure, 'platform.network.copy-kib') as Nanoseconds,
    ),
    ...optional(
      'translate',
      network.translate,
      (figure) => draw(figure, 'platform.network.translate') as Nanoseconds,
    ),
    ...optional('tso', network.tso, (figure) => draw(figure, 'platform.network.tso')),
    ...optional('lro', network.lro, (figure) => draw(figure, 'platform.network.lro')),
    ...optional('lroWhenPromiscuous', platform.switches?.lroWhenPromiscuous),
  };
}

function drawWorkload(workload: Workload, shadows: boolean, draw: Draw): WorkloadSpecification {
  const rates = (part: string, figures: Workload['exitsPerJob']) =>
    mapExitClasses(figures, (figure, exitClass) =>
      draw(figure, `workload.${workload.name}.${part}.${exitClass}`),
    );
  return {
    name: workload.name,
    arrivals: workload.arrivals.kind === 'once' ? { kind: 'once', at: ns(0) } : workload.arrivals,
    demand: workload.demand,
    exitsPerCpuSecond: rates('per-cpu-second', workload.exitsPerCpuSecond),
    exitsPerJob: rates('per-job', workload.exitsPerJob),
    exitsPerBusySecond: rates('per-busy-second', workload.exitsPerBusySecond),
    ...(workload.locks === null ? {} : { locks: workload.locks }),
    ...(workload.barriers === null ? {} : { barriers: workload.barriers }),
    ...(workload.network === null ? {} : { network: workload.network }),
    ...(workload.disk === null ? {} : { disk: workload.disk }),
    ...drawMemoryWork(workload, shadows, draw),
    probe: workload.probe,
  };
}

function drawMemoryWork(
  { name, memory }: Workload,
  shadows: boolean,
  draw: Draw,
): Pick<WorkloadSpecification, 'memory'> {
  const { touchesPerCpuSecond, tlbMissesPerCpuSecond } = memory;
  if (touchesPerCpuSecond === null && tlbMissesPerCpuSecond === null && !shadows) return {};
  const drawn = (figure: Figure | null, part: string): number =>
    figure === null ? 0 : draw(figure, `workload.${name}.memory.${part}`);
  return {
    memory: {
      touchesPerCpuSecond: drawn(touchesPerCpuSecond, 'touches'),
      tlbMissesPerCpuSecond: drawn(tlbMissesPerCpuSecond, 'tlb-misses'),
      ...(shadows
        ? {
            faultsPerCpuSecond: drawn(memory.faultsPerCpuSecond, 'faults'),
            addressSpacesPerCpuSecond: drawn(memory.addressSpacesPerCpuSecond, 'address-spaces'),
          }
        : {}),
    },
  };
}
