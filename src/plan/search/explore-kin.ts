import type { BytesPerSecond } from '../../model/kernel/units.ts';
import type { Figure } from '../../model/scenario/figure.ts';
import type { Host } from '../../model/scenario/scenario.ts';
import type { Lab } from '../trial/lab-scenario.ts';
import { limitBinding } from './binding.ts';
import type { Evaluator, LabAnswer } from './evaluator.ts';
import { type Candidate, exploreHost, type HostFinding, heaviestFirst, mostSeats } from './explore-host.ts';
import type { SeatLoad } from './seat-load.ts';

/**
 * Candidates with the same CPUs under the same platform: they differ in memory, network card, disk and how fast a core
 * is, and the first of these is arithmetic.
 */
export function kinOf(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const labs = new Map<Lab, Map<string, Candidate[]>>();
  for (const candidate of candidates) {
    const { host, lab } = candidate;
    const ofLab = labs.get(lab) ?? new Map<string, Candidate[]>();
    labs.set(lab, ofLab);
    const key = `${host.level} ${host.cpus} ${host.threadsPerCore}`;
    const kin = ofLab.get(key) ?? [];
    ofLab.set(key, kin);
    kin.push(candidate);
  }
  return [...labs.values()].flatMap((ofLab) => [...ofLab.values()]);
}

/**
 * The seats of hosts of one kind, with few trials: a host as weak as the weakest of them in everything is tried with
 * as many seats as their memory allows. Where it holds them with room to spare, so does every one of them; the others
 * are explored one by one, each beginning where the last one ended.
 *
 * More CPU speed or a faster card never takes seats away, but for one thing: exits do not become cheaper with the
 * guest's own work, so that slowdown grows a little with speed. That is why the weakest must be far from every limit.
 *
 * @param onFound called for each host once
 */
export async function exploreKin(
  kin: readonly Candidate[],
  evaluator: Evaluator,
  onFound: (finding: HostFinding) => void,
): Promise<void> {
  const open = kin.filter((candidate) => mostSeats(candidate) > 0);
  const full = kin.filter((candidate) => mostSeats(candidate) === 0);
  for (const candidate of full) onFound(await exploreHost(candidate, evaluator));
  if (open.length === 0) return;
  const { lab } = open[0]!;
  const weakest = weakestOf(open.map(({ host }) => host));
  const { phases, load } = heaviestFirst(lab, weakest);
  const held = await mostHeldClearly(open, async (seats) =>
    open.length === 1 ? null : evaluator.holdsClearly(lab, phases, weakest, seats),
  );
  for (const candidate of open) {
    if (held === null || mostSeats(candidate) > held.seats) continue;
    onFound(boundedBy(candidate, held.answer, phases, load));
  }
  let guess: number | null = null;
  for (const candidate of inOrderOfStrength(open)) {
    if (held !== null && mostSeats(candidate) <= held.seats) continue;
    const finding: HostFinding = await exploreHost(candidate, evaluator, guess);
    guess = Math.max(1, finding.seats);
    onFound(finding);
  }
}

/** As slow and as badly connected as any of these hosts. */
function weakestOf(hosts: readonly Host[]): Host {
  const speed = hosts.reduce<Figure | undefined>(
    (slowest, { speed: own }) => (speedOf(own) < speedOf(slowest) ? own : slowest),
    hosts[0]!.speed,
  );
  const nic = hosts.reduce<Host['nic']>(
    (slowest, { nic: own }) =>
      (own ?? Number.POSITIVE_INFINITY) < (slowest ?? Number.POSITIVE_INFINITY) ? own : slowest,
    null,
  );
  const { speed: _speed, ...rest } = hosts[0]!;
  return {
    ...rest,
    name: 'the weakest',
    nic,
    disk: weakestDisk(hosts),
    ...(speed === undefined ? {} : { speed }),
  };
}

/** null only when no host says what its disk can do. */
function weakestDisk(hosts: readonly Host[]): Host['disk'] {
  const disks = hosts.flatMap(({ disk }) => disk ?? []);
  const [first] = disks;
  if (first === undefined) return null;
  const iops = Math.min(...disks.map((disk) => disk.iops));
  const bandwidth = Math.min(...disks.map((disk) => disk.bandwidth)) as BytesPerSecond;
  return { ...first, iops, bandwidth, burst: null };
}

const speedOf = (speed: Figure | undefined): number => speed?.value ?? 1;

interface Held {
  readonly seats: number;
  readonly answer: LabAnswer;
}

/** Of the numbers of seats that hosts have memory for, the largest that is clearly held; null when not even the least. */
async function mostHeldClearly(
  candidates: readonly Candidate[],
  ask: (seats: number) => Promise<LabAnswer | null>,
): Promise<Held | null> {
  const numbers = [...new Set(candidates.map(mostSeats))].sort((a, b) => a - b);
  let held: Held | null = null;
  let low = 0;
  // The largest first: most hosts have more CPUs than their memory has seats for.
  for (let high = numbers.length, next = high - 1; low < high; next = (low + high) >> 1) {
    const answer = await ask(numbers[next]!);
    if (answer === null) {
      high = next;
      continue;
    }
    held = { seats: numbers[next]!, answer };
    low = next + 1;
  }
  return held;
}

function boundedBy(
  { host, lab, limits }: Candidate,
  at: LabAnswer,
  phases: HostFinding['phases'],
  load: SeatLoad,
): HostFinding {
  const binding = limitBinding(limits[0]!);
  return {
    host,
    lab,
    seats: limits[0]!.seats,
    binding,
    limits,
    load,
    phases,
    at,
    beyond: null,
    boot: null,
    bounded: true,
  };
}

function inOrderOfStrength(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...candidates].sort(
    (a, b) => speedOf(a.host.speed) - speedOf(b.host.speed) || (a.host.name < b.host.name ? -1 : 1),
  );
}
