import type { Topology } from '../topology.ts';

/** The ticks of every CPU, each with a phase of its own; CPUs of layers without a tick have those of `Layer.tick`. */
export class Ticks {
  private readonly phase: Float64Array;
  private readonly period: Float64Array;

  /** @param phase by CPU: when its first tick comes, 0 up to its layer's tick */
  constructor({ cpus, layers }: Topology, phase: Float64Array) {
    this.phase = phase;
    this.period = new Float64Array(cpus);
    for (const { firstCpu, cpuCount, tick } of layers) this.period.fill(tick, firstCpu, firstCpu + cpuCount);
  }

  atOrAfter(time: number, cpu: number): number {
    const phase = this.phase[cpu]!;
    const period = this.period[cpu]!;
    return phase + Math.ceil((time - phase) / period) * period;
  }
}
