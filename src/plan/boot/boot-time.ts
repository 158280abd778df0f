import type { Nanoseconds } from '../../model/kernel/units.ts';
import { compile } from '../../model/scenario/compile.ts';
import type { Draw } from '../../model/scenario/draw.ts';
import type { Host } from '../../model/scenario/scenario.ts';
import { bootScenario, type Lab } from '../trial/lab-scenario.ts';
import { bootStorm, type Storm, throughput } from './boot-storm.ts';
import { type BootWork, bootWork } from './boot-work.ts';

/** How long until so many seats are up on a host; `draw` for other numbers than the best ones. */
export const bootTime = (lab: Lab, host: Host, seats: number, stagger: Nanoseconds, draw?: Draw): Storm =>
  bootStorm(compile(bootScenario(lab, host, seats, stagger), draw), stagger);

/** Seconds of the same as the lab says it is started; null when it does not say. */
export function upAfter(lab: Lab, host: Host, seats: number, draw?: Draw): number | null {
  const stagger = lab.template.plan?.boot?.stagger;
  return stagger === undefined ? null : bootTime(lab, host, seats, stagger, draw).allUp;
}

/** The luckless VM of many takes so much longer than the one of a seat by itself. */
const LUCK = 1.5;
const NS = 1e9;

/** A seat's works depend on a lab, and of a host on its level and on how fast its cores are. */
const known = new WeakMap<Lab, Map<string, readonly BootWork[]>>();

/**
 * A number of seconds that `bootTime` does not exceed, without any storm: as if whatever the seats take of each resource
 * were done one after the other.
 */
export function bootTimeAtMost(lab: Lab, host: Host, seats: number, stagger: Nanoseconds): number {
  const works = worksOf(lab, host, stagger);
  const sum = (of: (work: BootWork) => number): number => works.reduce((total, work) => total + of(work), 0);
  const { cpus, threadsPerCore, disk } = host;
  const smtThroughput = lab.platform.smtThroughput.value;
  const capacity = throughput(cpus, { physicalCpus: cpus, threadsPerCore, smtThroughput });
  const shared =
    (seats * sum(({ cpu }) => cpu)) / capacity / NS +
    (disk === null
      ? 0
      : seats * Math.max(sum(({ ios }) => ios) / disk.iops, sum(({ bytes }) => bytes) / disk.bandwidth));
  return ((seats - 1) * stagger) / NS + LUCK * longestOf(works) + shared;
}

function worksOf(lab: Lab, host: Host, stagger: Nanoseconds): readonly BootWork[] {
  const ofLab = known.get(lab) ?? new Map<string, readonly BootWork[]>();
  known.set(lab, ofLab);
  const key = `${host.level} ${host.speed?.value ?? 1} ${host.disk === null ? 'no disk' : 'disk'}`;
  const works = ofLab.get(key) ?? bootWork(compile(bootScenario(lab, host, 1, stagger)));
  ofLab.set(key, works);
  return works;
}

/** Seconds of the slowest VM by itself, after the hypervisor it is in; what shares that one's vCPUs comes before it. */
function longestOf(works: readonly BootWork[]): number {
  const alone = works.map(({ cpu, waits }) => (cpu + waits) / NS);
  const inner = new Float64Array(works.length);
  works.forEach(({ inside }, index) => {
    if (inside !== null) inner[inside]! += alone[index]!;
  });
  return works.reduce(
    (longest, { inside }, index) =>
      inside === null ? Math.max(longest, alone[index]! + inner[index]!) : longest,
    0,
  );
}
