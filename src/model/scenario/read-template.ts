import type { Bytes, BytesPerSecond, Nanoseconds } from '../kernel/units.ts';
import { checkScenario } from './check-scenario.ts';
import { problemAt } from './origin.ts';
import type { Platform } from './platform.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { Resolver } from './resolver.ts';
import type { Host, Scenario, Template } from './scenario.ts';
import type { ReadSources, TemplateSource } from './sources.ts';
import { toSwitchPolicy } from './switch-policy.ts';
import { originsInPhase, withWorkloads, workingRoles } from './work-by-role.ts';

/** A host that nothing fails to fit: what is wrong with a template on it is wrong on every host. */
const ROOMY: Host = {
  name: 'a roomy host',
  level: 1,
  cpus: 4096,
  threadsPerCore: 1,
  clock: null,
  memory: (2 ** 50) as Bytes,
  nic: null,
  disk: {
    iops: 1e6,
    bandwidth: 1e12 as BytesPerSecond,
    latency: null,
    latencyCv: null,
    depth: null,
    burst: null,
  },
  source: 'none',
};

/**
 * Reads a template for plan: everything it names, what each phase has its VMs do, and whether a seat of it can be
 * at all where exits cost what `platform` says.
 */
export function readTemplate(
  source: TemplateSource,
  name: string,
  sources: ReadSources,
  platform: Platform,
): Result<Template> {
  const resolver = new Resolver(sources);
  resolver.switches = platform.switches;
  const template = resolver.wholeTemplate(source, name);
  if (template === null || resolver.problems.length > 0) return refused(...resolver.problems);
  const at = { document: source.document, path: [] };
  const seat: Scenario = {
    name,
    description: '',
    host: ROOMY,
    platform,
    seats: 1,
    template,
    switch: template.plan?.switch ?? toSwitchPolicy(undefined, platform.switches),
    overcommit: null,
    boot: null,
    exercise: { warmUp: 0 as Nanoseconds, duration: 1 as Nanoseconds },
    targets: {},
  };
  const problems: Problem[] = unknownRoles(template).map(({ role, phase }) =>
    problemAt(at, `found a workload for the role ${role} in the phase ${phase}, which no VM has`),
  );
  problems.push(...checkScenario(seat, source.document, resolver.origins));
  for (const { workloads } of problems.length === 0 ? (template.plan?.phases ?? []) : []) {
    const during = { ...seat, template: { ...template, vms: withWorkloads(template.vms, workloads) } };
    const origins = originsInPhase(during.template.vms, template.vms, resolver.origins);
    problems.push(...checkScenario(during, source.document, origins));
    if (problems.length > 0) break;
  }
  return problems.length === 0 ? { ok: true, value: template } : refused(...problems);
}

function unknownRoles({ vms, plan }: Template): { role: string; phase: string }[] {
  const roles = new Set(workingRoles(vms));
  return (plan?.phases ?? []).flatMap(({ name, workloads }) =>
    [...workloads.keys()].flatMap((role) => (roles.has(role) ? [] : [{ role, phase: name }])),
  );
}
