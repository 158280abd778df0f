// The machines that `npm run bench:machine` simulates.

const MS = 1e6;

const scheduler = { policy: 'eevdf', slice: 2.8 * MS, tick: 4 * MS };
export const learning = { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true };
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
export function lab(seats, physicalCpus, perSecond, switches) {
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
export function crowd(hypervisors, physicalCpus) {
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
