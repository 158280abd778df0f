interface Job {
  readonly id: number;
  readonly weight: number;
  readonly cap: number;
  left: number;
}

/** The obvious processor sharing: every job's remaining work is updated at every change. The oracle of the fast one. */
export class SlowProcessorSharing {
  private now = 0;
  private jobs: Job[] = [];
  private capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.jobs.length;
  }

  get nextCompletion(): number {
    return Math.min(...this.finishTimes().map(({ time }) => time));
  }

  add(now: number, id: number, work: number, weight: number, cap: number): void {
    this.advance(now);
    this.jobs.push({ id, weight, cap, left: work });
  }

  remove(now: number, id: number): number {
    this.advance(now);
    const left = this.remaining(now, id);
    this.jobs = this.jobs.filter((job) => job.id !== id);
    return left;
  }

  setCapacity(now: number, capacity: number): void {
    this.advance(now);
    this.capacity = capacity;
  }

  remaining(now: number, id: number): number {
    this.advance(now);
    return this.jobs.find((job) => job.id === id)!.left;
  }

  rate(id: number): number {
    return this.rates().get(id)!;
  }

  /** Weighted max-min: the job that reaches its cap first is filled first, with what is left shared by weight. */
  private rates(): Map<number, number> {
    const rates = new Map<number, number>();
    const unfilled = [...this.jobs].sort((x, y) => x.cap / x.weight - y.cap / y.weight);
    let left = this.capacity;
    while (unfilled.length > 0) {
      const weight = unfilled.reduce((sum, job) => sum + job.weight, 0);
      const job = unfilled.shift()!;
      const rate = Math.min(job.cap, (left * job.weight) / weight);
      rates.set(job.id, rate);
      left -= rate;
    }
    return rates;
  }

  private finishTimes(): { id: number; time: number }[] {
    const rates = this.rates();
    return this.jobs.map(({ id, left }) => ({
      id,
      time: left === 0 ? this.now : this.now + left / rates.get(id)!,
    }));
  }

  private advance(now: number): void {
    const rates = this.rates();
    for (const job of this.jobs) job.left = Math.max(0, job.left - rates.get(job.id)! * (now - this.now));
    this.now = now;
  }
}
