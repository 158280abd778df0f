// Events per second and memory of the slice-level engine, on a lab and on machines that grow.
// Usage, after `npm run build`: node --expose-gc benchmarks/machine/run.mjs [rounds]
import { simulateMachine } from '../../dist/model/machine/simulate-machine.js';

const MS = 1e6;
const SECOND = 1e9;
const rounds = Number(process.argv[2] ?? 3);

const scheduler = { policy: 'eevdf', slice: 2.8 * MS, tick: 4 * MS };
const learning = { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true };
const exitClass = (handle, reflect, ops) => ({ handle, reflect, ops });
const exits = {
  switch: 100,
  classes: {
    hypercall: exitClass(400, 1_000, { 'vmcs-access': 2, 'vm-entry': 1 }),
    mmio: exitClass(1_500, 1_000, { 'vmcs-access': 3, 'vm-entry': 1 }),
    timer: exitClass(1_000, 1_000, { 'vm-entry': 1 }),
    'halt-wake': exitClass(1_500, 1_000, { 'vm-entry': 1 }),
    'external-interrupt': exitClass(800, 1_000, { 'vm-entry': 1 }),
    'vmcs-access': exitClass(300, 0, {}),
    'vm-entry': exitClass(2_000, 500, {}),
  },
};
const network = { forward: 500, copy: 400, drop: 300, receive: 600, ring: 256, batch: 64 };

const workload = (arrivals, mean, changes = {}) => ({
  name: 'benchmark',
  arrivals,
  demand: { kind: 'exponential', mean },
  exitsPerCpuSecond: { hypercall: 5_000 },
  exitsPerJob: { mmio: 2 },
  exitsPerBusySecond: { timer: 250 },
  probe: false,
  ...changes,
});
const web = (perSecond) =>
  workload({ kind: 'open', perSecond }, 4 * MS, { network: { send: 8, receive: 2, peer: 'uplink' } });
const desktop = workload(
  { kind: 'closed', users: 2, think: { kind: 'exponential', mean: 150 * MS } },
  10 * MS,
);
const hog = workload({ kind: 'saturated', tasks: 1 }, 20 * MS);

const guest = (entity, role, seat, vcpus, rest) => ({
  entity,
  role,
  seat,
  vcpus,
  weight: 1024,
  scheduler,
  ...rest,
});

/** Seats of two nested hypervisors with two inner VMs each: a web server and a desktop. */
function lab(seats, physicalCpus, perSecond, switches) {
  const guests = [];
  for (let seat = 1; seat <= seats; seat++) {
    for (const which of [1, 2]) {
      const below = `seat-${seat}/esxi-${which}`;
      const inner = [
        guest(`${below}/web`, 'esxi/web', seat, 1, { workload: web(perSecond) }),
        guest(`${below}/desktop`, 'esxi/desktop', seat, 2, { workload: desktop }),
      ];
      guests.push(
        guest(below, 'esxi', seat, 4, { hypervisor: { scheduler, switch: switches, guests: inner } }),
      );
    }
  }
  return machine(physicalCpus, guests, switches, 2);
}

/** As many nested hypervisors of 4 vCPUs as asked, each with four inner VMs of two vCPUs, half of them hogs. */
function crowd(hypervisors, physicalCpus) {
  const guests = Array.from({ length: hypervisors }, (_, i) =>
    guest(`l1-${i}`, 'l1', i, 4, {
      hypervisor: {
        scheduler,
        switch: learning,
        guests: Array.from({ length: 4 }, (_, j) =>
          guest(`l1-${i}/l2-${j}`, 'l1/l2', i, 2, { workload: j % 2 === 0 ? desktop : hog }),
        ),
      },
    }),
  );
  return machine(physicalCpus, guests, learning, 1);
}

function machine(physicalCpus, guests, switches, threadsPerCore) {
  return {
    physicalCpus,
    threadsPerCore,
    smtThroughput: 1.25,
    baseLevel: 0,
    exits,
    network,
    root: { scheduler, switch: switches, guests },
  };
}

const cases = [
  ['12 seats, 96 CPUs, MAC learning', lab(12, 96, 40, learning), 60],
  ['12 seats, 96 CPUs, promiscuous', lab(12, 96, 40, { ...learning, promiscuous: true, macLearning: false }), 20],
  ['12 seats, 12 CPUs: contended', lab(12, 12, 40, learning), 60],
  ...[1, 4, 16, 64, 128].map((n) => [`${4 * n} L1 and ${8 * n} L2 vCPUs, 64 CPUs`, crowd(n, 64), Math.max(20, 640 / n)]),
];

console.log('case | events | best M events/s | best M decisions/s | CPU s per simulated s | heap MB after');
for (const [name, specification, seconds] of cases) {
  let best = Number.POSITIVE_INFINITY;
  let events = 0;
  let decisions = 0;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage().user;
    const measured = simulateMachine(specification, {
      seed: 1,
      replication: round,
      warmUp: SECOND,
      duration: Math.ceil(seconds * SECOND),
    });
    // CPU time: a shared machine's wall time says more about its other users.
    const took = (process.cpuUsage().user - start) / 1e6;
    if (took < best) {
      best = took;
      events = measured.events;
      decisions = measured.decisions;
    }
  }
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed / 2 ** 20).toFixed(0);
  const rate = (count) => (count / best / 1e6).toFixed(2);
  const cost = (best / (seconds + 1)).toFixed(4);
  console.log(`${name} | ${events} | ${rate(events)} | ${rate(decisions)} | ${cost} | ${heap}`);
}
