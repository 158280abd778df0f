/** Probability that an arrival waits in M/M/c (Erlang C); `load` in erlangs, below `servers`. */
export function erlangC(servers: number, load: number): number {
  // By the recurrence of Erlang B, which does not overflow.
  let blocking = 1;
  for (let c = 1; c <= servers; c++) blocking = (load * blocking) / (c + load * blocking);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

/** Mean wait in M/M/c with mean service 1. */
export function waitMMc(servers: number, load: number): number {
  return erlangC(servers, load) / (servers - load);
}

/** Probability that an arrival is lost in M/M/1/K. */
export function lossMM1K(utilization: number, capacity: number): number {
  if (utilization === 1) return 1 / (capacity + 1);
  return ((1 - utilization) * utilization ** capacity) / (1 - utilization ** (capacity + 1));
}

/** Mean wait in M/G/1 (Pollaczek and Khinchine). */
export function waitMG1(rate: number, meanService: number, varianceService: number): number {
  const secondMoment = varianceService + meanService * meanService;
  return (rate * secondMoment) / (2 * (1 - rate * meanService));
}

/** A station of a closed network: mean demand per visit to the network, at one server or without queueing. */
export interface Station {
  readonly demand: number;
  readonly kind: 'queue' | 'delay';
}

/** Throughput and mean customers at each station, by exact mean value analysis (Reiser and Lavenberg, JACM 27(2), 1980). */
export function meanValueAnalysis(stations: readonly Station[], customers: number) {
  let queues = stations.map(() => 0);
  let throughput = 0;
  for (let n = 1; n <= customers; n++) {
    const times = stations.map(({ demand, kind }, i) =>
      kind === 'delay' ? demand : demand * (1 + queues[i]!),
    );
    throughput = n / times.reduce((sum, time) => sum + time, 0);
    queues = times.map((time) => throughput * time);
  }
  return { throughput, queues };
}

/** Mean machines down, with `machines` that fail at `failureRate` each while up, and `repairers` with mean repair 1. */
export function machinesDown(machines: number, repairers: number, failureRate: number): number {
  const weights = [1];
  for (let down = 1; down <= machines; down++) {
    weights.push((weights[down - 1]! * (machines - down + 1) * failureRate) / Math.min(down, repairers));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, down) => sum + down * weight, 0) / total;
}
