import type { Host } from '../../model/scenario/scenario.ts';
import { bootTime, bootTimeAtMost } from '../boot/boot-time.ts';
import { countSeats, secondsText } from '../result/words.ts';
import type { PlanTargets } from '../target/plan-targets.ts';
import type { Lab } from '../trial/lab-scenario.ts';
import type { HostLimit } from './host-limits.ts';
import { phaseLoads } from './phase-loads.ts';

/** What disk, network card and coming up allow, by closed form and by the fluid picture of a boot storm. */
export function loadLimits(lab: Lab, host: Host, targets: PlanTargets, most: number): readonly HostLimit[] {
  return [
    diskLimit(lab, host, targets),
    networkLimit(lab, host, targets),
    bootLimit(lab, host, targets, most),
  ].filter((limit) => limit !== null);
}

function diskLimit(lab: Lab, { disk, ...host }: Host, { diskUse }: PlanTargets): HostLimit | null {
  if (disk === null) return null;
  const uses = phaseLoads(lab, { ...host, disk }).map(({ phase, load }) => {
    const byIos = load.ios / disk.iops;
    const byBytes = load.diskBytes / disk.bandwidth;
    const what =
      byIos >= byBytes
        ? `${count(load.ios)} of ${count(disk.iops)} I/Os a second`
        : `${count(load.diskBytes / 1e6)} of ${count(disk.bandwidth / 1e6)} MB/s`;
    return {
      share: Math.max(byIos, byBytes),
      text: `a seat takes ${what} of the disk in the phase "${phase.name}"`,
    };
  });
  return limitOf('disk', uses, diskUse);
}

function networkLimit(lab: Lab, host: Host, { networkUse }: PlanTargets): HostLimit | null {
  const { nic } = host;
  if (nic === null) return null;
  const uses = phaseLoads(lab, host).map(({ phase, load }) => {
    const bits = Math.max(load.bitsOut, load.bitsIn);
    return {
      share: bits / nic,
      text: `a seat sends or takes ${count(bits / 1e6)} of ${count(nic / 1e6)} Mb/s in the phase "${phase.name}"`,
    };
  });
  return limitOf('network', uses, networkUse);
}

function limitOf(
  cause: 'disk' | 'network',
  uses: readonly { readonly share: number; readonly text: string }[],
  allowed: number,
): HostLimit | null {
  const heaviest = uses.reduce((found, next) => (next.share > found.share ? next : found));
  if (heaviest.share === 0) return null;
  return {
    cause,
    seats: Math.floor(allowed / heaviest.share),
    text: `${heaviest.text}; ${Math.round(100 * allowed)} % may be used`,
  };
}

/** null while everybody is up in time with as many seats as anything else allows. */
function bootLimit(lab: Lab, host: Host, { bootAllWithin }: PlanTargets, most: number): HostLimit | null {
  const { boot } = lab.template.plan!;
  if (boot === null || bootTimeAtMost(lab, host, most, boot.stagger) <= bootAllWithin) return null;
  const at = (seats: number) => bootTime(lab, host, seats, boot.stagger);
  let low = 0;
  let high = most;
  let failed = at(most);
  if (failed.allUp <= bootAllWithin) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const storm = at(middle);
    if (storm.allUp <= bootAllWithin) low = middle;
    else {
      high = middle;
      failed = storm;
    }
  }
  return {
    cause: 'boot',
    seats: low,
    text:
      `with ${countSeats(high)} the last VM (${failed.last}) is up after ${secondsText(failed.allUp)}, ` +
      `${secondsText(bootAllWithin)} are allowed; ${CAUSES[failed.cause]}`,
  };
}

const CAUSES = {
  cpu: 'the CPUs are full meanwhile',
  disk: 'the disk is full meanwhile',
  stagger: 'most of it is the wait between the starts of seats',
  longest: 'it is its own start that takes so long, not the others',
} as const;

const count = (value: number): string =>
  value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
