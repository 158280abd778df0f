import type { Paging } from '../model/machine/specification.ts';
import type { Facts } from '../model/scenario/facts.ts';
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
    family: host.name.split('.')[0]!.toLowerCase(),
    series: seriesOf(host.name),
    catalogue: host.catalogue?.name ?? 'none',
    'host-level': host.level,
    cpus: host.cpus,
    flex: host.flex === true,
    amd: /\bamd|epyc|ryzen/i.test(host.processor ?? platform.cpu),
    seats,
    hypervisors: hypervisors * seats,
    depth: host.level + deepest(scenario.template.vms),
    ...(stack === undefined ? {} : { outer: stack.outer, product: stack.inner[0]! }),
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
          { ...around, ...switchFacts(vm.hypervisor.switch) },
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

const deepest = (vms: readonly VirtualMachine[]): number =>
  vms.length === 0 ? 0 : 1 + Math.max(...vms.map((vm) => deepest(vm.vms)));

/** `Standard_D4s_v4` is of Dsv4, `n2-standard-8` of n2. */
function seriesOf(host: string): string {
  const azure = /^Standard_([A-Z])\d+([a-z]*)_(v\d)$/.exec(host);
  if (azure !== null) return `${azure[1]}${azure[2]}${azure[3]}`;
  return host.split(/[-.]/)[0]!.toLowerCase();
}
