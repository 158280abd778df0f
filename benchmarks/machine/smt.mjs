// How near the fluid engine is to the exact one where cores have two threads: one host, one VM a job source, loads from
// a fifth to more than all of what the cores can do. Slowdown against the metal, and the share of threads that are busy.
// With `core` under Hyper-V's core scheduler, every second VM with two vCPUs: a VM's threads share cores with no other VM's.
// Usage, after `npm run build`: node benchmarks/machine/smt.mjs [cores] [seconds] [core|threads] [loads, such as 0.7,0.8]
import { LogHistogram } from '../../dist/model/kernel/statistics/log-histogram.js';
import { aloneOnMetal } from '../../dist/model/machine/alone-on-metal.js';
import { simulateWith } from '../../dist/model/machine/simulate-with.js';
import { table } from '../kernel/print.mjs';
import { learning } from './machines.mjs';

const MS = 1e6;
const SMT_THROUGHPUT = 1.3;
const LOADS = process.argv[5]?.split(',').map(Number) ?? [0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2];
const VMS_PER_CORE = 4;
const QUANTUM = 10 * MS;
const [cores = 16, seconds = 6] = process.argv.slice(2, 4).map(Number);
const byCore = process.argv[4] === 'core';

function hostAt(load, meanMs) {
  const vms = cores * VMS_PER_CORE;
  const workload = {
    name: 'jobs',
    arrivals: { kind: 'open', perSecond: (load * cores * SMT_THROUGHPUT) / vms / (meanMs / 1000) },
    demand: { kind: 'exponential', mean: meanMs * MS },
    exitsPerCpuSecond: {},
    exitsPerJob: {},
    exitsPerBusySecond: {},
    probe: false,
  };
  const scheduler = { policy: 'eevdf', slice: 2.8 * MS, tick: 4 * MS };
  const root = byCore ? { policy: 'hyperv', kind: 'core', quantum: QUANTUM } : scheduler;
  return {
    physicalCpus: 2 * cores,
    threadsPerCore: 2,
    smtThroughput: SMT_THROUGHPUT,
    baseLevel: 0,
    exits: { switch: 0, classes: {} },
    network: { forward: 500, copy: 400, copyKib: 0, drop: 300, receive: 600, ring: 256, batch: 64 },
    root: {
      scheduler: root,
      switch: learning,
      guests: Array.from({ length: vms }, (_, i) => ({
        entity: `vm-${i}`,
        role: 'vm',
        seat: 1,
        vcpus: byCore && i % 2 === 1 ? 2 : 1,
        weight: 1024,
        scheduler,
        workload,
      })),
    },
  };
}

function figuresOf({ responses, physicalCpus, start, end }) {
  const all = new LogHistogram();
  let count = 0;
  let sum = 0;
  for (const response of responses) {
    count += response.count;
    sum += response.mean * response.count;
    all.add(response.histogram);
  }
  const idle = physicalCpus.reduce((total, cpu) => total + cpu.idle, 0);
  return {
    mean: sum / count,
    p95: all.quantile(0.95),
    busy: 1 - idle / physicalCpus.length / (end - start),
  };
}

for (const meanMs of [10, 50]) {
  console.log(`\n${cores} cores of two threads, ${VMS_PER_CORE * cores} VMs, jobs of ${meanMs} ms, ${seconds} s`);
  const run = { seed: 1, replication: 0, warmUp: 1e9, duration: seconds * 1e9 };
  const rows = LOADS.map((load) => {
    const host = hostAt(load, meanMs);
    const alone = figuresOf(simulateWith('fluid', aloneOnMetal(host), run));
    const exact = figuresOf(simulateWith('exact', host, run));
    const fluid = figuresOf(simulateWith('fluid', host, run));
    const pair = (name) => [exact, fluid].map((figures) => (figures[name] / alone[name]).toFixed(3));
    return [
      `${100 * load} %`,
      ...pair('mean'),
      ...pair('p95'),
      ...[exact, fluid].map(({ busy }) => `${(100 * busy).toFixed(1)} %`),
    ];
  });
  table(['load', 'mean, exact', 'fluid', 'p95, exact', 'fluid', 'threads busy, exact', 'fluid'], rows);
}
