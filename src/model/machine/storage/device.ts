import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { LogHistogram } from '../../kernel/statistics/log-histogram.ts';
import { DurationSampler } from '../../workload/duration-sampler.ts';
import { DEVICE_DONE, DEVICE_READY } from '../event-codes.ts';
import { IntQueue } from './int-queue.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { RequestTable } from './request-table.ts';
import type { DeviceSpecification } from './storage-specification.ts';

/**
 * A disk: starts I/Os in the order they come, no faster than its limits allow and no more at once than it has places
 * for, and serves each for a latency of its own. The I/Os of a run come together and end when the last does.
 */
export class Device {
  /** Since the start of the run. */
  arrived = 0;
  completed = 0;
  bytes = 0;
  /** Integrals over time, in nanoseconds: I/Os here, and places taken. */
  presence = 0;
  busyTime = 0;
  /** Time that I/Os which are done spent here, and when those that are not arrived, summed. */
  private sojournTime = 0;
  private arrivals = 0;
  /** Of each I/O, its wait included; emptied when a window opens. */
  readonly latencies = new LogHistogram();

  private readonly index: number;
  private readonly simulation: Simulation;
  private readonly requests: RequestTable;
  private readonly depth: number;
  private readonly latency: DurationSampler;
  private readonly stream: RandomStream;
  private readonly iops: RateLimiter;
  private readonly bandwidth: RateLimiter;
  private readonly waiting = new IntQueue();
  private here = 0;
  private busy = 0;
  private plannedAt = Number.POSITIVE_INFINITY;
  private accountedUntil = 0;

  constructor(
    index: number,
    specification: DeviceSpecification,
    simulation: Simulation,
    requests: RequestTable,
    stream: RandomStream,
  ) {
    this.index = index;
    this.simulation = simulation;
    this.requests = requests;
    this.depth = specification.depth;
    this.latency = new DurationSampler(specification.latency);
    this.stream = stream;
    this.iops = new RateLimiter(specification.iops);
    this.bandwidth = new RateLimiter(specification.bandwidth);
  }

  /** Time that every I/O so far has spent here, by when each came and went; Little's law: equal to `presence`. */
  get timeInside(): number {
    return this.sojournTime + this.here * this.simulation.now - this.arrivals;
  }

  /** I/Os waiting or in service now. */
  get inside(): number {
    return this.here;
  }

  enter(request: number, ios: number): void {
    this.account();
    const { requests } = this;
    requests.toStart[request] = ios;
    requests.toFinish[request] = ios;
    requests.arrivedAtDevice[request] = this.simulation.now;
    this.arrived += ios;
    this.here += ios;
    this.arrivals += ios * this.simulation.now;
    this.waiting.push(request);
    this.startWhatCan();
  }

  /** Event: what waited for the limits may start. */
  ready(): void {
    this.plannedAt = Number.POSITIVE_INFINITY;
    this.account();
    this.startWhatCan();
  }

  /** Event: an I/O of a run is done. True when it was the run's last. */
  done(request: number): boolean {
    this.account();
    const { requests } = this;
    const took = this.simulation.now - requests.arrivedAtDevice[request]!;
    this.completed++;
    this.bytes += requests.size[request]!;
    this.sojournTime += took;
    this.arrivals -= requests.arrivedAtDevice[request]!;
    this.latencies.record(took);
    this.here--;
    this.busy--;
    requests.toFinish[request]! -= 1;
    this.startWhatCan();
    return requests.toFinish[request] === 0;
  }

  /** Brings the integrals up to now. */
  account(): void {
    const elapsed = this.simulation.now - this.accountedUntil;
    this.presence += this.here * elapsed;
    this.busyTime += this.busy * elapsed;
    this.accountedUntil = this.simulation.now;
  }

  private startWhatCan(): void {
    const { now } = this.simulation;
    while (this.waiting.length > 0 && this.busy < this.depth) {
      const at = Math.ceil(Math.max(this.iops.ready, this.bandwidth.ready));
      if (at > now) {
        if (at < this.plannedAt) {
          this.plannedAt = at;
          this.simulation.at(at, DEVICE_READY, this.index, 0);
        }
        return;
      }
      this.start(this.waiting.at(0));
    }
  }

  private start(request: number): void {
    const { now } = this.simulation;
    const { requests } = this;
    this.iops.take(now, 1);
    this.bandwidth.take(now, requests.size[request]!);
    this.busy++;
    requests.toStart[request]! -= 1;
    if (requests.toStart[request] === 0) this.waiting.shift();
    this.simulation.at(now + this.latency.draw(this.stream), DEVICE_DONE, request, this.index);
  }
}
