import type { Host, Template, VirtualMachine } from '../../model/scenario/scenario.ts';
import type { SizingRow } from '../result/plan-result.ts';
import { gib } from '../search/host-limits.ts';
import type { Lab } from '../trial/lab-scenario.ts';
import type { RoleLoad, TrialOutcome } from '../trial/trial.ts';
import { type DiskSizing, diskSizer, isEsxi } from './disk-sizing.ts';

/** A VM should have so many times the vCPUs that it keeps busy: queues at more than two thirds are long. */
const ROOM = 1.5;
/** Waiting inside its nested hypervisor from which a VM counts as short of CPUs. */
const WAITS = 0.05;

type SeenPhases = readonly { readonly name: string; readonly outcomes: readonly TrialOutcome[] }[];

/**
 * Whether each VM of a template has what it needs, from what it kept busy in the phase that asks most of it.
 *
 * @param phases what trials saw of each phase, on a host with CPUs to spare
 */
export function sizeTemplate(lab: Lab, host: Host, phases: SeenPhases): readonly SizingRow[] {
  const { template } = lab;
  const rows: SizingRow[] = [];
  const diskOf = diskSizer(lab, host);
  const visit = (vms: readonly VirtualMachine[], below: string, levels: number): void => {
    for (const vm of vms) {
      const role = below + vm.name;
      const cpus = sizeOf(template, vm, role, mostBusy(role, phases), mostWaiting(vm, role, phases));
      rows.push({ ...cpus, ...diskOf(vm, levels) });
      visit(vm.vms, `${role}/`, levels + 1);
    }
  };
  visit(template.vms, '', 1);
  return rows;
}

interface Peak {
  readonly phase: string;
  readonly value: number;
}

function mostBusy(role: string, phases: SeenPhases): Peak {
  return peakOf(phases, (loads) => loads.filter((load) => load.role === role).map(({ busy }) => busy));
}

/** Inside a nested hypervisor, the VM that waits most for its vCPUs. */
function mostWaiting(vm: VirtualMachine, role: string, phases: SeenPhases): Peak {
  if (vm.vms.length === 0) return { phase: '', value: 0 };
  const inner = new Set(vm.vms.map(({ name }) => `${role}/${name}`));
  return peakOf(phases, (loads) => loads.filter((load) => inner.has(load.role)).map(({ ready }) => ready));
}

function peakOf(phases: SeenPhases, of: (loads: readonly RoleLoad[]) => readonly number[]): Peak {
  let peak: Peak = { phase: '', value: 0 };
  for (const { name, outcomes } of phases) {
    const all = outcomes.flatMap(({ roles }) => of(roles));
    const value = all.length === 0 ? 0 : Math.max(...all);
    if (value > peak.value) peak = { phase: name, value };
  }
  return peak;
}

function sizeOf(
  template: Template,
  vm: VirtualMachine,
  role: string,
  busy: Peak,
  waiting: Peak,
): Omit<SizingRow, keyof DiskSizing> {
  const needed = Math.max(1, Math.ceil(busy.value * ROOM));
  const short = waiting.value > WAITS;
  const saturated = takesAll(vm, role, template);
  const advice = short
    ? vm.vcpus + 1
    : saturated
      ? vm.vcpus
      : Math.min(vm.vcpus, Math.max(needed, narrowest(vm)));
  const shown = busy.value.toFixed(2);
  const vcpus = {
    now: vm.vcpus,
    advice: !saturated && needed > vm.vcpus ? needed : advice,
    why: short
      ? `its VMs wait ${(100 * waiting.value).toFixed(1)} % of the time for its vCPUs in the phase "${waiting.phase}"`
      : saturated
        ? `keeps ${shown} of ${vm.vcpus} CPUs busy: it takes what there is`
        : `keeps ${shown} of ${vm.vcpus} CPUs busy${busy.phase === '' ? '' : ` in the phase "${busy.phase}"`}; ${ROOM} times that is room enough`,
  };
  const inner = vm.vms.reduce((sum, { count, memory }) => sum + count * memory, 0);
  const least = vm.component?.leastMemory ?? null;
  const memory = memoryAdvice(vm, inner, least);
  const under = vcpus.advice > vcpus.now || memory.advice > memory.now;
  const over = vcpus.advice < vcpus.now || memory.advice < memory.now;
  return {
    role,
    count: vm.count,
    component: vm.component?.title ?? null,
    vcpus,
    memory,
    verdict: under ? 'undersized' : over ? 'oversized' : 'fits',
  };
}

/** Sizes of which the vendor supports none smaller. */
const FROM_VENDOR: readonly string[] = ['minimum', 'vendor-size'];

/** No VM gets fewer vCPUs than the widest VM inside it, nor than its vendor supports. */
function narrowest({ vms, component }: VirtualMachine): number {
  const supported = component !== undefined && FROM_VENDOR.includes(component.kind) ? component.vcpus : 1;
  return Math.max(1, supported, ...vms.map(({ vcpus }) => vcpus));
}

/**
 * What a nested hypervisor keeps for itself when nobody says: ESXi 8 wants 8 GiB and 12 to run VMs, so a third; Linux with KVM
 * and Windows below its own security, less.
 */
const OWN_MEMORY = { esxi: 4 * 2 ** 30, other: 2 ** 30 } as const;

function memoryAdvice(vm: VirtualMachine, inner: number, least: number | null): SizingRow['memory'] {
  const now = vm.memory;
  if (least !== null && now < least) {
    return { now, advice: least, why: `its vendor supports no less (${vm.component!.source})` };
  }
  if (inner > 0) {
    const own = OWN_MEMORY[isEsxi(vm) ? 'esxi' : 'other'];
    const wanted = Math.max(inner + own, least ?? 0);
    return now < wanted
      ? { now, advice: wanted, why: `its VMs, and ${gib(own)} for the hypervisor itself (assumed)` }
      : { now, advice: now, why: `holds its VMs and at least ${gib(own)} for itself` };
  }
  const why =
    vm.component === undefined
      ? 'the template says so; nothing here measures what it touches'
      : `${vm.component.kind} of ${vm.component.title}`;
  return { now, advice: now, why };
}

/** Whether it works without end in some phase, and so takes all there is. */
function takesAll(vm: VirtualMachine, role: string, { plan }: Template): boolean {
  const works = [vm.workload, ...(plan?.phases ?? []).map(({ workloads }) => workloads.get(role) ?? null)];
  return works.some((work) => work?.arrivals.kind === 'saturated');
}
