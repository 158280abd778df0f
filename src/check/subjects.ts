import type { Paging } from '../model/machine/specification.ts';
import type { Facts } from '../model/scenario/facts.ts';
import { instanceTypeOf } from '../model/scenario/instance-type.ts';
import type { Scenario, VirtualMachine } from '../model/scenario/scenario.ts';

export type FactValue = string | number | boolean;

/** What rules are held against: the scenario, or one of its VMs, with all that is known of it. */
export interface Subject {
  readonly kind: 'scenario' | 'hypervisor' | 'vm';
  /** e.g. `esxi/web`; the scenario's name for itself. */
  readonly name: string;
  /** Null for the scenario. */
  readonly vm: VirtualMachine | null;
  readonly facts: Readonly<Record<string, FactValue>>;
}

const GIB = 2 ** 30;

/** The scenario and every VM of one seat, outermost first. */
export function subjectsOf(scenario: Scenario): readonly Subject[] {
  const { host, platform, seats } = scenario;
  const { stack } = platform;
  const hypervisors = countHypervisors(scenario.template.vms);
  const whole: Record<string, FactValue> = {
    platform: platform.name,
    host: host.name,
    ...instanceFacts(host),
    'host-level': host.level,
    cpus: host.cpus,
    flex: host.flex === true,
    amd: /\bamd|epyc|ryzen/i.test(host.processor ?? platform.cpu),
    seats,
    hypervisors: hypervisors * seats,
    ...licenceFacts(scenario),
    depth: host.level + deepest(scenario.template.vms),
    'memory-share': (seats * memoryOf(scenario.template.vms)) / host.memory,
    ...(stack === undefined ? {} : { outer: stack.outer, around: stack.outer, product: stack.inner[0]! }),
    ...(host.retires === undefined ? {} : { retires: host.retires }),
    ...switchFacts(scenario.switch),
    ...said(scenario.facts),
  };
  const subjects: Subject[] = [{ kind: 'scenario', name: scenario.name, vm: null, facts: whole }];
  const visit = (
    vms: readonly VirtualMachine[],
    around: Readonly<Record<string, FactValue>>,
    path: string,
    depth: number,
    cpusAround: number,
    pagingAround: Paging,
  ): void => {
    for (const vm of vms) {
      const level = depth + host.level;
      const facts = {
        ...around,
        // The platform's inner hypervisor is that of level 1; on a virtual instance that is the instance itself.
        ...(level > 1 ? { product: 'other' } : {}),
        ...said(vm.facts),
        vcpus: vm.vcpus,
        memory: vm.memory / GIB,
        level,
        'paging-around': pagingAround,
        ...controlFacts(vm, cpusAround),
        ...(vm.disk.controller === null ? {} : { 'disk-controller': vm.disk.controller }),
        ...(vm.hypervisor === null ? {} : { 'addresses-behind': countVms(vm.vms) }),
        ...datastoreFacts({ ...scenario.facts, ...vm.facts }),
      };
      const name = `${path}${vm.name}`;
      const paging = vm.hypervisor?.paging ?? pagingAround;
      subjects.push(
        vm.hypervisor === null
          ? { kind: 'vm', name, vm, facts }
          : { kind: 'hypervisor', name, vm, facts: { ...facts, paging } },
      );
      if (vm.hypervisor !== null) {
        visit(
          vm.vms,
          {
            ...around,
            // A guest's product is not that of the hypervisor around it, unless both are said.
            around: facts.product ?? 'other',
            ...switchFacts(vm.hypervisor.switch),
          },
          `${name}/`,
          depth + 1,
          vm.vcpus,
          paging,
        );
      }
    }
  };
  visit(scenario.template.vms, whole, '', 1, host.cpus, scenario.paging ?? 'nested');
  return subjects;
}

/** A limit and an affinity, each against the vCPUs it is for and the CPUs there are. */
const controlFacts = (
  { limit, affinity, vcpus }: VirtualMachine,
  cpusAround: number,
): Record<string, FactValue> => ({
  ...(limit === null ? {} : { 'limit-per-vcpu': limit.cpus / vcpus }),
  ...(affinity === null
    ? {}
    : {
        'affinity-per-vcpu': new Set(affinity).size / vcpus,
        'affinity-missing': affinity.filter((cpu) => cpu >= cpusAround).length,
      }),
});

/** What stands around a VM decides whether its inner VMs are reached: the switch that it is on. */
const switchFacts = (policy: Scenario['switch']): Record<string, FactValue> => ({
  'switch-kind': policy.kind ?? 'standard',
  promiscuous: policy.promiscuous,
  'forged-transmits': policy.forgedTransmits,
  'mac-changes': policy.macChanges,
  'mac-learning': policy.macLearning,
  'reaches-inner': policy.promiscuous || policy.macLearning,
});

const said = (facts: Facts | undefined): Record<string, FactValue> =>
  facts === undefined ? {} : ({ ...facts } as Record<string, FactValue>);

const countHypervisors = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((sum, vm) => sum + vm.count * ((vm.hypervisor === null ? 0 : 1) + countHypervisors(vm.vms)), 0);

const countVms = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((sum, vm) => sum + vm.count * (1 + countVms(vm.vms)), 0);

const memoryOf = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((sum, vm) => sum + vm.count * vm.memory, 0);

const deepest = (vms: readonly VirtualMachine[]): number =>
  vms.length === 0 ? 0 : 1 + Math.max(...vms.map((vm) => deepest(vm.vms)));

/** Whose instance it is: the catalogue's cloud, or the one that the name of a written-out host is known from. */
function instanceFacts({ name, catalogue }: Scenario['host']): Record<string, FactValue> {
  const type = instanceTypeOf(name);
  return {
    catalogue: catalogue?.name ?? 'none',
    ...(type === null ? {} : { cloud: type.cloud, family: type.family }),
    // A catalogue may give a size a name of its own, as that of Azure Lab Services does.
    ...(catalogue === undefined || !CLOUDS.has(catalogue.name) ? {} : { cloud: catalogue.name }),
  };
}

const CLOUDS: ReadonlySet<string> = new Set(['ec2', 'azure', 'azure-lab-services', 'gcp']);

/** How many nested ESXi all seats have, and by how many the licences that were said fall short. */
function licenceFacts({ template, seats, platform, facts }: Scenario): Record<string, FactValue> {
  const esxi = seats * countEsxi(template.vms, facts?.product ?? platform.stack?.inner[0]);
  return {
    'nested-esxi': esxi,
    ...(facts?.licences === undefined ? {} : { 'licences-missing': Math.max(0, esxi - facts.licences) }),
  };
}

/** @param product what a hypervisor is unless it says */
const countEsxi = (vms: readonly VirtualMachine[], product: string | undefined): number =>
  vms.reduce(
    (sum, vm) =>
      sum +
      vm.count *
        ((vm.hypervisor !== null && (vm.facts?.product ?? product) === 'esxi' ? 1 : 0) +
          countEsxi(vm.vms, undefined)),
    0,
  );

/** Whether a boot disk leaves room for VMs, or they have one of their own. */
const datastoreFacts = (facts: Facts | undefined): Record<string, FactValue> => {
  const boot = facts?.['disk-size'];
  if (facts?.['data-disk'] === true) return { datastore: true };
  return boot === undefined ? {} : { datastore: boot >= ESXI_7_SYSTEM };
};

/** GiB that the system storage of ESXi 7.0 and later takes of a boot disk, if it can. */
const ESXI_7_SYSTEM = 128;
