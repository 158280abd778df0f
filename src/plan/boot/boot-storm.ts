import type { MachineSpecification } from '../../model/machine/specification.ts';
import { type BootWork, bootWork } from './boot-work.ts';

/** What everybody waits for while a storm lasts. */
export type StormCause = 'cpu' | 'disk' | 'stagger' | 'longest';

export interface Storm {
  /** Seconds from the first start until the last VM is up. */
  readonly allUp: number;
  /** The role that is up last. */
  readonly last: string;
  readonly cause: StormCause;
  /** Shares of what the host's CPUs and disk could have done by then. */
  readonly cpu: number;
  readonly disk: number;
}

/** A resource that is used for this share of the time holds everybody up. */
const FULL = 0.8;
const NS = 1e9;

/**
 * How long until every VM of a machine is up, by a fluid picture of the storm: a VM computes and waits for its disk in
 * turn; where those that are coming up ask for more than the host's CPUs, a nested hypervisor's vCPUs or the host's disk
 * have, each goes on in proportion, held back by the shortest. Between one start or end and the next nothing changes.
 * The lock of the outermost page tables, queues in controllers and luck are left out: the exact engine has them.
 *
 * @param stagger nanoseconds between the starts of two seats
 */
export function bootStorm(specification: MachineSpecification, stagger: number): Storm {
  const works = bootWork(specification);
  const storm = new Coming(works, specification, stagger);
  storm.run();
  const device = specification.storage?.device;
  const allUp = storm.now;
  const sum = (of: (work: BootWork) => number): number => works.reduce((total, work) => total + of(work), 0);
  const cpu =
    sum((work) => work.cpu) / (Math.max(allUp, 1) * throughput(specification.physicalCpus, specification));
  const disk =
    device === undefined
      ? 0
      : (Math.max(
          sum(({ ios }) => ios) / device.iops.perSecond,
          sum(({ bytes }) => bytes) / device.bandwidth.perSecond,
        ) *
          NS) /
        Math.max(allUp, 1);
  const seats = new Set(works.map(({ seat }) => seat)).size;
  const cause: StormCause =
    disk > FULL && disk >= cpu
      ? 'disk'
      : cpu > FULL
        ? 'cpu'
        : (seats - 1) * stagger > allUp / 2
          ? 'stagger'
          : 'longest';
  return { allUp: allUp / NS, last: storm.last, cause, cpu, disk };
}

const WAITING = 0;
const COMING = 1;
const UP = 2;

class Coming {
  now = 0;
  last = '';
  readonly #works: readonly BootWork[];
  readonly #specification: MachineSpecification;
  readonly #startsAt: Float64Array;
  readonly #state: Uint8Array;
  /** Share of its work that is left. */
  readonly #left: Float64Array;
  /** Of its time alone: share on a CPU, and I/Os and bytes a nanosecond. */
  readonly #alone: Float64Array;
  readonly #rate: Float64Array;

  constructor(works: readonly BootWork[], specification: MachineSpecification, stagger: number) {
    this.#works = works;
    this.#specification = specification;
    const seats = [...new Set(works.map(({ seat }) => seat))];
    this.#startsAt = Float64Array.from(works, ({ seat, inside }) =>
      inside === null ? seats.indexOf(seat) * stagger : Number.POSITIVE_INFINITY,
    );
    this.#state = new Uint8Array(works.length);
    this.#left = new Float64Array(works.length).fill(1);
    this.#alone = Float64Array.from(works, ({ cpu, waits }) => cpu + waits);
    this.#rate = new Float64Array(works.length);
  }

  run(): void {
    for (let open = this.#works.length; open > 0; ) {
      this.#start();
      open -= this.#finish();
      this.#share();
      const next = this.#nextChange();
      if (next === Number.POSITIVE_INFINITY) break;
      for (let i = 0; i < this.#works.length; i++) {
        if (this.#state[i] === COMING) this.#left[i]! -= this.#rate[i]! * (next - this.now);
      }
      this.now = Math.max(this.now, next);
    }
  }

  #start(): void {
    for (let i = 0; i < this.#works.length; i++) {
      if (this.#state[i] === WAITING && this.#startsAt[i]! <= this.now) this.#state[i] = COMING;
    }
  }

  /** @returns how many are up that were not. */
  #finish(): number {
    let count = 0;
    // A hypervisor that takes no time is up at once, and what is in it starts: it comes first in the list.
    for (let i = 0; i < this.#works.length; i++) {
      if (this.#state[i] !== COMING || (this.#left[i]! > 1e-9 && this.#alone[i]! > 0)) continue;
      this.#state[i] = UP;
      this.last = this.#works[i]!.role;
      count++;
      for (let inner = i + 1; inner < this.#works.length; inner++) {
        if (this.#works[inner]!.inside !== i) continue;
        this.#startsAt[inner] = this.now;
        this.#state[inner] = COMING;
      }
    }
    return count;
  }

  #share(): void {
    const { storage } = this.#specification;
    const works = this.#works;
    const inside = new Float64Array(works.length);
    let cpu = 0;
    let ios = 0;
    let bytes = 0;
    for (let i = 0; i < works.length; i++) {
      if (this.#state[i] !== COMING || this.#alone[i] === 0) continue;
      const work = works[i]!;
      const busy = work.cpu / this.#alone[i]!;
      cpu += busy;
      ios += (work.ios * NS) / this.#alone[i]!;
      bytes += (work.bytes * NS) / this.#alone[i]!;
      if (work.inside !== null) inside[work.inside]! += busy;
    }
    const host = Math.min(1, throughput(cpu, this.#specification) / Math.max(cpu, 1e-12));
    const device = storage?.device;
    const disk =
      device === undefined
        ? 1
        : Math.min(
            1,
            device.iops.perSecond / Math.max(ios, 1e-12),
            device.bandwidth.perSecond / Math.max(bytes, 1e-12),
          );
    for (let i = 0; i < works.length; i++) {
      if (this.#state[i] !== COMING || this.#alone[i] === 0) continue;
      const work = works[i]!;
      const around = work.inside === null ? 1 : Math.min(1, works[work.inside]!.vcpus / inside[work.inside]!);
      this.#rate[i] = Math.min(host * around, disk) / this.#alone[i]!;
    }
  }

  #nextChange(): number {
    let next = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#works.length; i++) {
      if (this.#state[i] === COMING) {
        next = Math.min(next, this.#alone[i] === 0 ? this.now : this.now + this.#left[i]! / this.#rate[i]!);
      } else if (this.#state[i] === WAITING) next = Math.min(next, this.#startsAt[i]!);
    }
    return next;
  }
}

/** Threads at full speed that so many busy ones on a host's cores are worth, filled core by core. */
export function throughput(
  busy: number,
  {
    physicalCpus,
    threadsPerCore,
    smtThroughput,
  }: Pick<MachineSpecification, 'physicalCpus' | 'threadsPerCore' | 'smtThroughput'>,
): number {
  if (threadsPerCore === 1) return Math.min(busy, physicalCpus);
  const cores = physicalCpus / threadsPerCore;
  if (busy <= cores) return busy;
  const paired = Math.min(busy, physicalCpus) - cores;
  return cores - paired + paired * smtThroughput;
}
