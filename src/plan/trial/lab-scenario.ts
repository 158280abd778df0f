import type { Bytes, Nanoseconds } from '../../model/kernel/units.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type {
  Host,
  Scenario,
  SwitchPolicy,
  Template,
  Workload,
  WorkPhase,
} from '../../model/scenario/scenario.ts';
import { withWorkloads } from '../../model/scenario/work-by-role.ts';

/** What is planned: one template on one platform, and how it is changed, if it is. */
export interface Lab {
  readonly template: Template;
  readonly platform: Platform;
  readonly switch: SwitchPolicy;
}

/** How long a trial looks. */
export interface Window {
  readonly warmUp: Nanoseconds;
  readonly duration: Nanoseconds;
}

/**
 * Enough seconds of all seats together for the probe's 95th percentile to mean something: some thirty actions in each
 * replication to explore, some fifty to confirm. Windows of three times that gave the same means
 * (docs/planning.md).
 */
const SEAT_SECONDS = { explore: 40, confirm: 60 } as const;
const SHORTEST = { explore: 2, confirm: 3 } as const;
const WARM_UP = { explore: 1, confirm: 1 } as const;

/** Fewer seats are looked at for longer. Depends on the number of seats only, so that variants see the same window. */
export function windowOf(seats: number, purpose: 'explore' | 'confirm'): Window {
  const seconds = Math.round(SEAT_SECONDS[purpose] / seats);
  const duration = Math.max(seconds, SHORTEST[purpose]);
  return { warmUp: (WARM_UP[purpose] * 1e9) as Nanoseconds, duration: (duration * 1e9) as Nanoseconds };
}

/**
 * One phase of the lab with so many seats, as a scenario. Its host has memory without end: memory is held by arithmetic
 * (host-limits.ts), so that hosts that differ in nothing else share their trials. Demand is CPU time on the reference
 * core, and is scaled by how fast the host's cores are beside it.
 */
export function labScenario(
  { template, platform, switch: policy }: Lab,
  phase: WorkPhase,
  host: Host,
  seats: number,
  window: Window,
): Scenario {
  const { plan: _plan, ...seat } = template;
  const scaled = new Map<Workload, Workload>();
  const speed = host.speed?.value ?? 1;
  const vms = withWorkloads(template.vms, phase.workloads);
  return {
    name: template.name,
    description: '',
    host: trialHost(host, usesDisk(vms) ? host.disk : null),
    platform,
    seats,
    template: { ...seat, vms: atSpeed(vms, speed, scaled) },
    switch: policy,
    overcommit: null,
    boot: null,
    exercise: window,
    targets: {},
  };
}

const PLENTY = (2 ** 50) as Bytes;

/** The same as everybody comes up, on the host's own disk. */
export function bootScenario(lab: Lab, host: Host, seats: number, stagger: Nanoseconds): Scenario {
  const [phase] = lab.template.plan!.phases;
  const scenario = labScenario(lab, phase!, host, seats, windowOf(seats, 'explore'));
  return { ...scenario, host: trialHost(host, host.disk), boot: { stagger, giveUp: BOOT_GIVE_UP } };
}

/** Nobody waits longer for a lab. */
const BOOT_GIVE_UP = 7_200e9 as Nanoseconds;

function usesDisk(vms: Template['vms']): boolean {
  return vms.some(({ workload, vms: inner }) => (workload?.disk ?? null) !== null || usesDisk(inner));
}

/** What a trial depends on of a host; two hosts with the same have the same trials. */
export function trialHost({ level, cpus, threadsPerCore, nic }: Host, disk: Host['disk']): Host {
  return {
    name: 'host',
    level,
    cpus,
    threadsPerCore,
    clock: null,
    memory: PLENTY,
    nic,
    disk,
    source: 'see the catalogue',
  };
}

function atSpeed(vms: Template['vms'], speed: number, scaled: Map<Workload, Workload>): Template['vms'] {
  if (speed === 1) return vms;
  const scale = (workload: Workload): Workload => {
    const known = scaled.get(workload);
    if (known !== undefined) return known;
    const mean = Math.max(1, Math.round(workload.demand.mean / speed)) as Nanoseconds;
    const made = { ...workload, demand: { ...workload.demand, mean } };
    scaled.set(workload, made);
    return made;
  };
  return vms.map((vm) => ({
    ...vm,
    workload: vm.workload === null ? null : scale(vm.workload),
    boot: vm.boot === null ? null : scale(vm.boot),
    vms: atSpeed(vm.vms, speed, scaled),
  }));
}
