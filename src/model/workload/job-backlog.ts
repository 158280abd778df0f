/** Jobs that wait for a worker, first come first served: arrival and demand of each. Grows as needed. */
export class JobBacklog {
  length = 0;
  private arrivals = new Float64Array(16);
  private demands = new Float64Array(16);
  private head = 0;

  push(arrival: number, demand: number): void {
    if (this.length === this.arrivals.length) this.grow();
    const place = (this.head + this.length) & (this.arrivals.length - 1);
    this.arrivals[place] = arrival;
    this.demands[place] = demand;
    this.length++;
  }

  get firstArrival(): number {
    return this.arrivals[this.head]!;
  }

  get firstDemand(): number {
    return this.demands[this.head]!;
  }

  shift(): void {
    this.head = (this.head + 1) & (this.arrivals.length - 1);
    this.length--;
  }

  /** Calls `visit` with each waiting job, the first first. */
  forEach(visit: (arrival: number, demand: number) => void): void {
    for (let i = 0; i < this.length; i++) {
      const place = (this.head + i) & (this.arrivals.length - 1);
      visit(this.arrivals[place]!, this.demands[place]!);
    }
  }

  private grow(): void {
    const size = this.arrivals.length;
    const arrivals = new Float64Array(2 * size);
    const demands = new Float64Array(2 * size);
    for (let i = 0; i < size; i++) {
      const place = (this.head + i) & (size - 1);
      arrivals[i] = this.arrivals[place]!;
      demands[i] = this.demands[place]!;
    }
    this.arrivals = arrivals;
    this.demands = demands;
    this.head = 0;
  }
}
