import { mergedResponses, tailSlowdown } from '../../model/experiment/tail-slowdown.ts';
import { type Nanoseconds, NS_PER_MS } from '../../model/kernel/units.ts';
import { aloneOnMetal } from '../../model/machine/alone-on-metal.ts';
import type { Engine } from '../../model/machine/engine.ts';
import type { MachineMeasurement, ResponseMeasurement } from '../../model/machine/measurement.ts';
import { simulateWith } from '../../model/machine/simulate-with.ts';
import type { MachineSpecification } from '../../model/machine/specification.ts';
import { isTiedToCpus } from '../../model/machine/tied-to-cpus.ts';
import { compile } from '../../model/scenario/compile.ts';
import { drawOf, type ParameterChoice } from '../../model/scenario/parameter-draw.ts';
import type { Scenario, VirtualMachine } from '../../model/scenario/scenario.ts';

/** One replication of a lab with so many seats on a host: what a worker is asked. */
export interface Trial {
  readonly scenario: Scenario;
  readonly engine: Engine;
  readonly seed: number;
  readonly replication: number;
  readonly parameters: ParameterChoice;
}

/** What one trial saw, small enough to be sent by the thousand. Shares are 0 to 1; null where nothing was seen. */
export interface TrialOutcome {
  /** 95th percentile of the probe's response over the same alone on the metal; of the worst role of the probe. */
  readonly slowdownP95: number | null;
  /** The same of the seat that had it worst. */
  readonly worstSeatSlowdownP95: number | null;
  readonly probeP95Ms: number | null;
  /** Of the role that waits most. */
  readonly ready: { readonly share: number; readonly role: string; readonly level: number };
  readonly framesArrived: number | null;
  /** Jobs finished of those that arrived, of the role that keeps up worst. */
  readonly keptUp: { readonly share: number; readonly role: string } | null;
  readonly cpu: {
    readonly guest: number;
    readonly hypervisor: readonly number[];
    readonly switch: number;
    readonly idle: number;
    /** Part of the hypervisors' time that copies nobody wanted took. */
    readonly flooding: number;
  };
  readonly roles: readonly RoleLoad[];
  readonly events: number;
}

/** How busy a VM was, for sizing it. */
export interface RoleLoad {
  readonly role: string;
  readonly level: number;
  readonly vcpus: number;
  /** CPUs it kept busy, on average over seats. */
  readonly busy: number;
  readonly ready: number;
  readonly hiddenSteal: number;
  /** Share of time a vCPU wants to run and its VM's limit is used up. */
  readonly limited: number;
}

/**
 * A small trial like another one, to be run before it and thrown away: one seat on CPUs too few for it, briefly. VMs that are
 * tied to CPUs, or have some of their own, keep all there are.
 */
export function primerTrial(trial: Trial): Trial {
  const { scenario } = trial;
  const { host, template } = scenario;
  const exercise = { warmUp: 1e6 as Nanoseconds, duration: 1e8 as Nanoseconds };
  const cpus = template.vms.some(isTiedToCpus) ? host.cpus : Math.min(host.cpus, PRIMER_CPUS);
  return { ...trial, scenario: { ...scenario, seats: 1, host: { ...host, cpus }, exercise } };
}

const PRIMER_CPUS = 4;

/** Fewer arrivals than this say nothing about keeping up. */
const ENOUGH_ARRIVALS = 40;

/** Runs a trial. Depends on nothing but the trial, to the last bit. */
export function runTrial({ scenario, engine, seed, replication, parameters }: Trial): TrialOutcome {
  const specification = compile(scenario, drawOf(parameters));
  const { warmUp, duration } = scenario.exercise;
  const run = { seed, replication, warmUp, duration };
  const machine = simulateWith(engine, specification, run);
  const probes = probeRoles(scenario.template.vms);
  const seen = probes.map((role) => {
    const alone = simulateWith(engine, aloneOnMetal(specification, role), run);
    return probeFigures(ofRole(machine.responses, role), ofRole(alone.responses, role));
  });
  const worst = seen.reduce<ProbeFigures | null>(
    (found, next) => (found === null || (next.slowdown ?? 0) > (found.slowdown ?? 0) ? next : found),
    null,
  );
  const roles = roleLoads(machine);
  return {
    slowdownP95: worst?.slowdown ?? null,
    worstSeatSlowdownP95: worst?.worstSeat ?? null,
    probeP95Ms: worst?.p95Ms ?? null,
    ready: mostReady(roles),
    framesArrived: framesArrived(machine),
    keptUp: keptUp(machine, openRoles(scenario.template.vms)),
    cpu: cpuShares(machine, specification),
    roles,
    events: machine.events,
  };
}

interface ProbeFigures {
  readonly slowdown: number | null;
  readonly worstSeat: number | null;
  readonly p95Ms: number | null;
}

function probeFigures(
  nested: readonly ResponseMeasurement[],
  alone: readonly ResponseMeasurement[],
): ProbeFigures {
  const inSeat = (responses: readonly ResponseMeasurement[], seat: number) =>
    responses.filter((entry) => entry.seat === seat);
  const known = nested
    .map(({ seat }) => tailSlowdown(inSeat(nested, seat), inSeat(alone, seat)))
    .filter((value) => value !== null);
  const answered = mergedResponses(nested);
  return {
    slowdown: tailSlowdown(nested, alone),
    worstSeat: known.length === 0 ? null : Math.max(...known),
    p95Ms: answered.count === 0 ? null : answered.quantile(0.95) / NS_PER_MS,
  };
}

const ofRole = (responses: readonly ResponseMeasurement[], role: string): ResponseMeasurement[] =>
  responses.filter((entry) => entry.role === role);

function roleLoads({ guests, start, end }: MachineMeasurement): RoleLoad[] {
  const nothing = { count: 0, busy: 0, ready: 0, hidden: 0, limited: 0 };
  const loads = new Map<string, { level: number; vcpus: number } & typeof nothing>();
  const window = end - start;
  for (const { role, level, vcpus } of guests) {
    const load = loads.get(role) ?? { level, vcpus: vcpus.length, ...nothing };
    loads.set(role, load);
    load.count++;
    for (const time of vcpus) {
      load.busy += (time.running - time.hiddenSteal) / window;
      load.ready += time.ready / window;
      load.hidden += time.hiddenSteal / window;
      load.limited += time.limited / window;
    }
  }
  return Array.from(loads, ([role, { level, vcpus, count, busy, ready, hidden, limited }]) => ({
    role,
    level,
    vcpus,
    busy: busy / count,
    ready: ready / (count * vcpus),
    hiddenSteal: hidden / (count * vcpus),
    limited: limited / (count * vcpus),
  }));
}

function mostReady(roles: readonly RoleLoad[]): TrialOutcome['ready'] {
  const worst = roles.reduce((found, next) => (next.ready > found.ready ? next : found));
  return { share: worst.ready, role: worst.role, level: worst.level };
}

function framesArrived({ guests }: MachineMeasurement): number | null {
  let arrived = 0;
  let lost = 0;
  for (const { frames } of guests) {
    arrived += frames?.arrived ?? 0;
    lost += frames?.lost ?? 0;
  }
  return arrived + lost === 0 ? null : arrived / (arrived + lost);
}

/** Only work that arrives whether or not the last is done can fall behind. */
function keptUp({ guests }: MachineMeasurement, open: ReadonlySet<string>): TrialOutcome['keptUp'] {
  const byRole = new Map<string, { arrived: number; handled: number }>();
  for (const { role, jobs } of guests) {
    if (jobs === null || !open.has(role)) continue;
    const sum = byRole.get(role) ?? { arrived: 0, handled: 0 };
    byRole.set(role, sum);
    sum.arrived += jobs.arrived + jobs.inSystemAtStart;
    sum.handled += jobs.completed + jobs.failed;
  }
  let worst: TrialOutcome['keptUp'] = null;
  for (const [role, { arrived, handled }] of byRole) {
    if (arrived < ENOUGH_ARRIVALS) continue;
    const share = Math.min(1, handled / arrived);
    if (worst === null || share < worst.share) worst = { share, role };
  }
  return worst;
}

function cpuShares(
  { cpu, network, start, end }: MachineMeasurement,
  specification: MachineSpecification,
): TrialOutcome['cpu'] {
  const total = (end - start) * specification.physicalCpus;
  const { copy, drop } = specification.network;
  const copies = (network?.switches ?? []).reduce(
    (sum, { copied, discarded }) => sum + copied * copy + discarded * drop,
    0,
  );
  return {
    guest: cpu.guest / total,
    hypervisor: cpu.hypervisor.map((time) => time / total),
    switch: cpu.switch / total,
    idle: cpu.idle / total,
    flooding: copies / total,
  };
}

function openRoles(vms: readonly VirtualMachine[], below = ''): ReadonlySet<string> {
  return new Set(
    vms.flatMap(({ name, workload, vms: inner }) => [
      ...(workload?.arrivals.kind === 'open' ? [below + name] : []),
      ...openRoles(inner, `${below}${name}/`),
    ]),
  );
}

/** Roles whose workload is the interactive probe, e.g. `hypervisor/desktop`. */
export function probeRoles(vms: readonly VirtualMachine[], below = ''): string[] {
  return vms.flatMap(({ name, workload, vms: inner }) => [
    ...(workload?.probe === true ? [below + name] : []),
    ...probeRoles(inner, `${below}${name}/`),
  ]);
}
