import { NS_PER_SECOND } from '../../model/kernel/units.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { VirtualMachine, Workload } from '../../model/scenario/scenario.ts';
import { uncertainBootFigures, uncertainFigures } from '../advice/uncertainty.ts';
import { diskPricePerHour, hourlyPrice } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { HostFinding } from '../search/explore-host.ts';
import { gib, seatDisk } from '../search/host-limits.ts';
import type { OriginRow, Recommendation } from './plan-result.ts';

/** Where every number behind the recommendation comes from: what was asked, sizes, prices, speeds, and the models' own. */
export function originsOf(
  question: PlanQuestion,
  recommended: Recommendation | null,
  found: ReadonlyMap<string, HostFinding>,
): readonly OriginRow[] {
  const findings = (recommended?.hosts ?? []).map(({ host }) => found.get(host)!);
  return [
    ...asked(question),
    ...question.template.vms.flatMap((vm) => sizes(vm, '')),
    ...findings.flatMap((finding) => ofHost(finding, question)),
    ...upAfter(recommended),
    ...(findings[0] === undefined ? [] : ofModel(findings[0])),
  ];
}

function asked({ targets, probability, seats, course, seed, template }: PlanQuestion): OriginRow[] {
  const row = (what: string, value: string): OriginRow => ({
    what,
    value,
    basis: 'asked',
    source: 'command line, preset or template',
  });
  return [
    row('seats', String(seats)),
    row('course', `${course.sessions} sessions of ${course.hours} h`),
    row('target probe-p95-slowdown', `${targets.probeP95Slowdown}`),
    row('target ready', `${100 * targets.ready} %`),
    row('target frames-arrived', `${100 * targets.framesArrived} %`),
    row('target memory-headroom', `${100 * targets.memoryHeadroom} %`),
    row('target boot-all-within', `${targets.bootAllWithin} s`),
    row('target disk-use', `${100 * targets.diskUse} %`),
    row('target network-use', `${100 * targets.networkUse} %`),
    row('probability', `${100 * probability} %`),
    row('seed', String(seed)),
    ...(template.plan?.phases ?? []).map(({ name, kind, duration, workloads }) => ({
      what: `phase ${name}`,
      value: `${kind}, ${duration / 3.6e12} h${workloads.size === 0 ? '' : `: ${[...workloads].map(([role, { name: work }]) => `${role} does ${work}`).join(', ')}`}`,
      basis: 'template' as const,
      source: `template ${template.name}`,
    })),
  ];
}

function sizes(vm: VirtualMachine, below: string): OriginRow[] {
  const role = below + vm.name;
  const own = vm.component;
  return [
    {
      what: `size of ${role}`,
      value: `${vm.count} × ${vm.vcpus} vCPU, ${gib(vm.memory)}${own?.disk == null ? '' : `, ${own.disk / 1e9} GB disk`}`,
      basis: own?.basis ?? 'template',
      source:
        own === undefined
          ? 'the template itself'
          : `${own.title} (${own.kind}): ${own.source}` +
            (own.vcpus === vm.vcpus && own.memory === vm.memory
              ? ''
              : `; changed from ${own.vcpus} vCPU, ${gib(own.memory)}`),
    },
    ...(vm.workload === null
      ? []
      : [
          {
            what: `work of ${role}`,
            value: `${vm.workload.title}, ${vm.workload.demand.mean / 1e6} ms a job`,
            basis: 'assumed' as const,
            source: vm.workload.source.trim(),
          },
        ]),
    ...(vm.boot === null
      ? []
      : [
          {
            what: `coming up of ${role}`,
            value: `${vm.boot.title}, ${vm.boot.demand.mean / NS_PER_SECOND} s of CPU time${diskText(vm.boot)}`,
            basis: 'assumed' as const,
            source: vm.boot.source.trim(),
          },
        ]),
    ...vm.vms.flatMap((inner) => sizes(inner, `${role}/`)),
  ];
}

const diskText = ({ disk }: Workload): string =>
  disk === null ? '' : `, ${disk.reads} reads and ${disk.writes} writes of ${disk.size / 1000} kB`;

function ofHost({ host, lab, seats, limits, at }: HostFinding, question: PlanQuestion): OriginRow[] {
  const price = hourlyPrice(host, question.terms);
  const storage = host.catalogue?.storage ?? null;
  const disk = diskPricePerHour(host, seatDisk(question.template));
  return [
    {
      what: `size of ${host.name}`,
      value: `${host.cpus} CPUs, ${gib(host.memory)}, level ${host.level}`,
      basis: 'published',
      source: host.source,
    },
    ...(host.speed === undefined ? [] : [figureRow(`speed of ${host.name}`, host.speed)]),
    ...(price?.parts ?? []).map(({ what, usdPerHour, origin }) => ({
      what: `${what} of ${host.name}`,
      value: `${usdPerHour.toFixed(4)} USD/h`,
      basis: price?.tenure === 'owned' ? ('computed' as const) : ('published' as const),
      source: origin,
    })),
    ...(storage === null || disk === null
      ? []
      : [
          {
            ...figureRow('price of a disk', storage),
            value: `${storage.value} USD/GB-month; ${disk.toFixed(4)} USD/h a seat`,
          },
        ]),
    ...limits.map(({ cause, seats: most, text }) => ({
      what: `seats on ${host.name} by ${cause}`,
      value: String(most),
      basis: 'computed' as const,
      source: text,
    })),
    {
      what: `seats on ${host.name}`,
      value: String(seats),
      basis: at === null ? ('computed' as const) : ('simulated' as const),
      source:
        at === null
          ? 'arithmetic'
          : `${at.engine} engine, ${at.phases.map(({ phase, judgement }) => `${phase.name}: ${judgement.replications} replications`).join('; ')}; platform ${lab.platform.name}`,
    },
  ];
}

function upAfter(recommended: Recommendation | null): OriginRow[] {
  if (recommended === null || recommended.boot === null) return [];
  const { seconds, stagger, last, engine } = recommended.boot;
  const start = `a seat started every ${stagger} s; ${last} is last`;
  return [
    {
      what: 'all VMs of the fullest host up',
      value: `${shown(seconds)} s`,
      basis: engine === 'arithmetic' ? 'computed' : 'simulated',
      source: engine === 'arithmetic' ? `picture of the storm, ${start}` : `${engine} engine, once; ${start}`,
    },
  ];
}

function ofModel({ lab, host, phases }: HostFinding): OriginRow[] {
  return [...new Map([...uncertainFigures(lab, host, phases), ...uncertainBootFigures(lab, host)])]
    .filter(([parameter]) => parameter !== 'host.speed')
    .map(([parameter, figure]) => figureRow(parameter, figure));
}

function figureRow(what: string, { value, low, high, basis, source }: Figure): OriginRow {
  const range = low === high ? '' : ` (${shown(low)} to ${shown(high)})`;
  return { what, value: shown(value) + range, basis, source };
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
