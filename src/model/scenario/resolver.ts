import type { BitsPerSecond, Bytes, Nanoseconds } from '../kernel/units.ts';
import type { Component } from './component.ts';
import type { SourceDocument } from './document.ts';
import type { Facts } from './facts.ts';
import { instanceTypeOf } from './instance-type.ts';
import { nameHint, unknownName } from './name-hint.ts';
import { optional } from './optional.ts';
import { below, type Origin, problemAt } from './origin.ts';
import type { Platform, PlatformSwitches } from './platform.ts';
import { MAX_PROBLEMS, type Problem, type Result } from './problem.ts';
import { quote } from './quote.ts';
import { hostIn } from './read-catalogue.ts';
import { platformIn } from './read-platform.ts';
import { workloadIn } from './read-workload.ts';
import type { Host, Template, TemplatePlan, VirtualMachine, Workload, WorkPhase } from './scenario.ts';
import type { TemplateDocument, VirtualMachineDocument } from './schema/template.ts';
import type { Lookup, NamedKind, ReadSources, TemplateSource } from './sources.ts';
import { toSwitchPolicy } from './switch-policy.ts';
import { WORK_PHASES } from './template-plan.ts';
import { workingRoles } from './work-by-role.ts';

const MAX_TEMPLATE_DEPTH = 16;
const MAX_MACHINES = 1000;
const ONLY_THOSE_THAT_NEST =
  'catalogues have only types that can nest; for nestmark check another one can be written out: { name, cores, level, memory, ... }';
/** What cpu.max has unless told. */
const LIMIT_PERIOD = 1e8;

function toCpuLimit(read: VirtualMachineDocument['limit']): VirtualMachine['limit'] {
  if (read === undefined) return null;
  const { cpus, period } = typeof read === 'number' ? { cpus: read, period: LIMIT_PERIOD } : read;
  return { cpus, period: period as Nanoseconds };
}

/** Turns names into the things they name, and remembers where every VM is written. */
export class Resolver {
  readonly problems: Problem[] = [];
  readonly origins = new Map<VirtualMachine, Origin>();
  /** How the switches of the platform come; to be set before a template is read. */
  switches: PlatformSwitches | undefined;
  readonly #sources: ReadSources;
  /** Templates being read, outermost first: naming one of them again is a cycle. */
  readonly #open: string[] = [];

  constructor(sources: ReadSources) {
    this.#sources = sources;
  }

  host(document: SourceDocument, written: string | object): Host | null {
    const path = ['host'];
    if (typeof written !== 'string') return this.#take(hostIn(document, path));
    const known: string[] = [];
    const holding = this.#sources.texts.catalogues(written, document.file);
    for (const lookup of holding) {
      const hosts = this.#catalogue(lookup, { document, path });
      const host = hosts?.get(written);
      if (host !== undefined) return host;
    }
    for (const lookup of this.#sources.texts.catalogues(null, document.file)) {
      known.push(...(this.#catalogue(lookup, { document, path })?.keys() ?? []));
    }
    const hint = instanceTypeOf(written) === null ? '' : `; ${ONLY_THOSE_THAT_NEST}`;
    const message = unknownName('host', written);
    return this.#report({ document, path }, message, `${nameHint('host', written, known)}${hint}`);
  }

  platform(document: SourceDocument, written: string | object): Platform | null {
    const path = ['platform'];
    if (typeof written !== 'string')
      return this.#take(platformIn(document, path, this.#sources.basePlatform));
    const source = this.#find('platform', written, { document, path });
    return source === null ? null : this.#take(this.#sources.platform(source.file, source.text));
  }

  template(document: SourceDocument, written: string | { readonly vms: unknown }): Template | null {
    if (typeof written === 'string') {
      const vms = this.#namedMachines(written, { document, path: ['template'] });
      return vms === null ? null : { name: written, vms };
    }
    return this.#writtenTemplate(document, written);
  }

  /** A template file by itself, with what it says for plan. */
  wholeTemplate({ document, written }: TemplateSource, name: string): Template | null {
    const vms = this.#machines(written.vms, { document, path: ['vms'] });
    const plan = written.plan === undefined ? undefined : this.#plan(written.plan, document);
    if (vms === null || plan === null) return null;
    return {
      name,
      vms,
      ...(written.title === undefined ? {} : { title: written.title }),
      ...(written.description === undefined ? {} : { description: written.description }),
      ...(plan === undefined ? {} : { plan }),
    };
  }

  /** What VMs do in a phase, by role; null when something of it is not there. */
  work(
    written: Readonly<Record<string, string>>,
    vms: readonly VirtualMachine[],
    at: Origin,
  ): ReadonlyMap<string, Workload> | null {
    const roles = workingRoles(vms);
    const workloads = new Map<string, Workload>();
    for (const [role, name] of Object.entries(written)) {
      const place = below(at, role);
      const workload = roles.includes(role)
        ? this.#workload(name, place)
        : this.#unknown(place, 'role', role, roles);
      if (workload !== null) workloads.set(role, workload);
    }
    return workloads.size === Object.keys(written).length ? workloads : null;
  }

  #plan(written: NonNullable<TemplateDocument['plan']>, document: SourceDocument): TemplatePlan | null {
    const phases: WorkPhase[] = [];
    let boot: TemplatePlan['boot'] = null;
    let complete = true;
    for (const [index, entry] of written.phases.entries()) {
      if (entry.boot !== undefined) boot = { stagger: entry.boot.stagger as Nanoseconds };
      for (const kind of WORK_PHASES) {
        const phase = entry[kind];
        if (phase === undefined) continue;
        const workloads = new Map<string, Workload>();
        for (const [role, name] of Object.entries(phase.workloads ?? {})) {
          const path = ['plan', 'phases', index, kind, 'workloads', role];
          const workload = this.#workload(name, { document, path });
          if (workload === null) complete = false;
          else workloads.set(role, workload);
        }
        phases.push({ kind, name: phase.name, duration: phase.for as Nanoseconds, workloads });
      }
    }
    if (phases.length === 0) {
      const at = { document, path: ['plan', 'phases'] };
      return this.#report(at, 'found no install, exercise or idle phase, expected one at least');
    }
    if (!complete) return null;
    return {
      course: written.course,
      switch: toSwitchPolicy(written.switch, this.switches),
      boot,
      phases,
      preset: written.preset ?? 'workable',
      seatsPerHost: written['seats-per-host'] ?? null,
      reserve:
        written.reserve === undefined
          ? null
          : { memory: written.reserve.memory as Bytes, source: written.reserve.source },
      windows: written.windows ?? false,
      hosts: written.hosts ?? null,
      spot: written.spot ?? false,
    };
  }

  #writtenTemplate(document: SourceDocument, written: { readonly vms: unknown }): Template | null {
    const { name, vms } = written as { name?: string; vms: VirtualMachineDocument['vms'] };
    const machines = this.#machines(vms, { document, path: ['template', 'vms'] });
    return machines === null ? null : { name: name ?? 'written out', vms: machines };
  }

  /** The VMs of the template file called `name`. */
  #namedMachines(name: string, at: Origin): readonly VirtualMachine[] | null {
    const source = this.#find('template', name, at);
    if (source === null) return null;
    if (this.#open.includes(source.file)) {
      return this.#report(at, `found a cycle: template ${quote(name)} is part of itself`);
    }
    // A tree of templates each named several times grows fast; the checks refuse the depth, this the size.
    if (this.#open.length > MAX_TEMPLATE_DEPTH || this.origins.size > MAX_MACHINES) {
      return this.#report(at, `found more than ${MAX_MACHINES} VMs in one seat, or templates too deep`);
    }
    const template = this.#take(this.#sources.template(source.file, source.text));
    if (template === null) return null;
    this.#open.push(source.file);
    const machines = this.#machines(template.written.vms, { document: template.document, path: ['vms'] });
    this.#open.pop();
    return machines;
  }

  #machines(written: VirtualMachineDocument['vms'], at: Origin): readonly VirtualMachine[] | null {
    if (written === undefined) return [];
    if (typeof written === 'string') return this.#namedMachines(written, at);
    const machines = written.map((vm, index) =>
      this.#machine(vm, { document: at.document, path: [...at.path, index] }),
    );
    return machines.some((machine) => machine === null) ? null : (machines as VirtualMachine[]);
  }

  #machine(written: VirtualMachineDocument, origin: Origin): VirtualMachine | null {
    const vms = this.#machines(written.vms, below(origin, 'vms'));
    const workload =
      written.workload === undefined ? null : this.#workload(written.workload, below(origin, 'workload'));
    const component =
      written.component === undefined
        ? undefined
        : this.#component(written.component, below(origin, 'component'));
    if (vms === null || component === null || (written.workload !== undefined && workload === null)) {
      return null;
    }
    const boot = written.boot === undefined ? null : this.#workload(written.boot, below(origin, 'boot'));
    if (written.boot !== undefined && boot === null) return null;
    const machine: VirtualMachine = {
      name: written.name,
      count: written.count ?? 1,
      vcpus: written.vcpus ?? component!.vcpus,
      memory: (written.memory ?? component!.memory) as Bytes,
      weight: written.weight ?? 1,
      reservation: written.reservation ?? 0,
      limit: toCpuLimit(written.limit),
      affinity: written.affinity ?? null,
      ...optional('nic', written.nic, (speed) => speed as BitsPerSecond),
      hypervisor:
        written.hypervisor === undefined
          ? null
          : {
              scheduler: written.hypervisor.scheduler ?? null,
              switch: toSwitchPolicy(written.hypervisor.switch, this.switches),
              overcommit: written.hypervisor.overcommit ?? null,
              ...optional('paging', written.hypervisor.paging),
            },
      vms,
      workload,
      ...optional('facts', written.facts as Facts | undefined),
      ...(component === undefined ? {} : { component }),
      workingSet: (written['working-set'] ?? null) as Bytes | null,
      disk: { controller: written.disk?.controller ?? null, thin: written.disk?.thin ?? false },
      boot,
    };
    this.origins.set(machine, origin);
    return machine;
  }

  #component(written: string, at: Origin): Component | null {
    const [file = '', name = ''] = written.split('/');
    const source = this.#find('component', file, at);
    const components =
      source === null ? null : this.#take(this.#sources.components(source.file, source.text));
    if (components === null) return null;
    return components.get(name) ?? this.#unknown(at, 'component', name, [...components.keys()]);
  }

  #workload(written: NonNullable<VirtualMachineDocument['workload']>, at: Origin): Workload | null {
    if (typeof written !== 'string') return this.#take(workloadIn(at.document, at.path));
    const source = this.#find('workload', written, at);
    return source === null ? null : this.#take(this.#sources.workload(source.file, source.text));
  }

  #catalogue(lookup: Lookup, at: Origin): ReadonlyMap<string, Host> | null {
    if (lookup.found) return this.#take(this.#sources.catalogue(lookup.file, lookup.text));
    if ('fault' in lookup) this.#report(at, lookup.fault, lookup.hint);
    return null;
  }

  #find(kind: NamedKind, name: string, at: Origin): { file: string; text: string } | null {
    const lookup = this.#sources.texts.find(kind, name, at.document.file);
    if (lookup.found) return lookup;
    if ('fault' in lookup) return this.#report(at, lookup.fault, lookup.hint);
    return this.#unknown(at, kind, name, lookup.known);
  }

  #unknown(at: Origin, kind: string, name: string, known: readonly string[]): null {
    return this.#report(at, unknownName(kind, name), nameHint(kind, name, known));
  }

  #take<T>(result: Result<T>): T | null {
    if (result.ok) return result.value;
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(...result.problems);
    return null;
  }

  #report(at: Origin, message: string, hint?: string): null {
    this.problems.push(problemAt(at, message, hint));
    return null;
  }
}
