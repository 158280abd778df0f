// Random labs for holding the two engines against each other: of any depth to three, any load from idle to hopeless,
// with the workloads labs have. The same stream gives the same lab.

const MS = 1e6;
const SECOND = 1e9;

/**
 * @param stream random numbers of its own, for instance `RandomStream.named(seed, number, 'random-lab')`
 * @param extras some labs have disks, or a guest with a CPU limit, and are the same otherwise
 */
export function randomLab(stream, number, extras = false) {
  const pick = (...values) => values[Math.floor(stream.uniform() * values.length)];
  const between = (low, high) => low + (high - low) * stream.uniform();
  const whole = (low, high) => Math.floor(between(low, high + 1));
  const logBetween = (low, high) => low * (high / low) ** stream.uniform();

  const depth = whole(1, 3);
  const threadsPerCore = pick(1, 1, 2);
  const physicalCpus = pick(2, 4, 8, 16, 32, 64);
  const scheduler = {
    policy: 'eevdf',
    slice: pick(1.4, 2.8, 3) * MS,
    tick: pick(1, 4) * MS,
    delayDequeue: true,
    stealClock: true,
  };
  const hasNetwork = stream.uniform() < 0.5;
  const weighs = stream.uniform() < 0.3;
  const promiscuous = stream.uniform() < 0.4;
  const policy = { promiscuous, forgedTransmits: true, macChanges: true, macLearning: true };
  const exitScale = logBetween(0.3, 3);

  // A seat: guests of a few kinds, in hypervisors of up to two more levels.
  const kinds = Array.from({ length: whole(1, 4) }, (_, i) => ({ name: `vm-${i}`, ...randomGuest() }));
  const wantedLoad = between(0.1, 1.4);
  const loadOfSeat = kinds.reduce((sum, kind) => sum + kind.load, 0);
  const seats = Math.max(1, Math.min(60, Math.round((wantedLoad * physicalCpus) / loadOfSeat)));

  function randomGuest() {
    const kind = pick('web', 'web', 'desktop', 'database', 'build');
    const cv = between(0.3, 2);
    const demand = (mean) => pick(
      { kind: 'exponential', mean: Math.round(mean) },
      { kind: 'lognormal', mean: Math.round(mean), cv },
    );
    const vcpus = whole(1, 4);
    const weight = weighs ? pick(512, 1024, 2048) : 1024;
    if (kind === 'web') {
      const mean = logBetween(0.5, 20) * MS;
      const load = between(0.05, 0.6) * vcpus;
      return { vcpus, weight, load, work: work({ kind: 'open', perSecond: (load * SECOND) / mean }, demand(mean), 12, 9) };
    }
    if (kind === 'desktop') {
      const mean = between(5, 30) * MS;
      const think = between(200, 1000) * MS;
      const arrivals = { kind: 'closed', users: 1, think: { kind: 'exponential', mean: Math.round(think) } };
      return { vcpus, weight, load: mean / (mean + think), work: work(arrivals, demand(mean), 6, 4) };
    }
    if (kind === 'database') {
      const mean = logBetween(0.5, 5) * MS;
      const think = between(20, 100) * MS;
      const users = whole(2, 10);
      const arrivals = { kind: 'closed', users, think: { kind: 'exponential', mean: Math.round(think) } };
      return { vcpus, weight, load: Math.min(vcpus, (users * mean) / (mean + think)), work: work(arrivals, demand(mean), 13, 13) };
    }
    const tasks = whole(1, vcpus);
    return { vcpus, weight, load: tasks, work: work({ kind: 'saturated', tasks }, demand(between(20, 400) * MS), 0, 0) };
  }

  function work(arrivals, demand, send, receive) {
    return {
      name: 'random',
      arrivals,
      demand,
      exitsPerCpuSecond: { hypercall: Math.round(1000 * exitScale) },
      exitsPerJob: { mmio: 2 },
      exitsPerBusySecond: { timer: 250 },
      probe: false,
      ...(hasNetwork && send > 0 ? { network: { send, receive, peer: 'uplink' } } : {}),
    };
  }

  const leaf = ({ name, vcpus, weight, work: workload }, below, role, seat) => ({
    entity: `${below}/${name}`,
    role: `${role}/${name}`,
    seat,
    vcpus,
    weight,
    scheduler,
    workload: hasDisks ? { ...workload, disk: { reads: 2, writes: 1, size: 8192, sync: false, together: 2, fresh: 0.3 } } : workload,
    ...(hasDisks ? { disk } : {}),
    ...(name === limited ? { limit: { cpus: limitShare * vcpus } } : {}),
  });
  // Hypervisors with as many vCPUs as their guests have together, or fewer.
  const tightness = pick(1, 1, 0.75, 0.5);
  // Drawn last, so that the rest of a lab is what it was before there were any.
  const hasDisks = extras && stream.uniform() < 0.3;
  const thinWrites = pick(0, 1);
  const diskLoad = between(0.1, 1.2);
  const limited = extras && stream.uniform() < 0.2 ? kinds[0].name : null;
  const limitShare = between(0.3, 0.9);
  const disk = {
    controller: { queueDepth: 64, kick: { mmio: 1 }, kickBatch: 16, coalescing: 4, submit: 5_000, complete: 3_000 },
    thin: thinWrites > 0,
  };
  const nested = (guests, name, seat, role) => ({
    entity: name,
    role,
    seat,
    vcpus: Math.max(1, Math.round(tightness * guests.reduce((sum, { vcpus }) => sum + vcpus, 0))),
    weight: 1024,
    scheduler,
    ...(hasDisks ? { disk } : {}),
    hypervisor: { scheduler, switch: policy, guests },
  });
  const seat = (number) => {
    const name = `seat-${number}`;
    if (depth === 1) return kinds.map((kind) => leaf(kind, name, 'seat', number));
    if (depth === 2) return [nested(kinds.map((kind) => leaf(kind, `${name}/h`, 'h', number)), `${name}/h`, number, 'h')];
    const inner = kinds.map((kind) => leaf(kind, `${name}/h/i`, 'h/i', number));
    const innermost = nested(inner, `${name}/h/i`, number, 'h/i');
    return [nested([innermost], `${name}/h`, number, 'h')];
  };
  // A disk that the jobs of the lab, were they never held up, keep as busy as drawn.
  const jobsOf = ({ work: { arrivals, demand } }) =>
    arrivals.kind === 'open'
      ? arrivals.perSecond
      : arrivals.kind === 'closed'
        ? (arrivals.users * SECOND) / (demand.mean + arrivals.think.mean)
        : (arrivals.tasks * SECOND) / demand.mean;
  const iops = Math.ceil((3 * seats * kinds.reduce((sum, kind) => sum + jobsOf(kind), 0)) / diskLoad);
  const exit = (handle, reflect, ops) => ({ handle: Math.round(handle), reflect, ops });
  return {
    number,
    depth,
    load: wantedLoad,
    contended: tightness < 1 && depth > 1,
    specification: {
      physicalCpus,
      threadsPerCore,
      smtThroughput: 1.25,
      baseLevel: 0,
      exits: {
        switch: 100,
        classes: {
          hypercall: exit(400, 600, { 'vmcs-access': 2, 'vm-entry': 1 }),
          mmio: exit(1500, 600, { 'vmcs-access': 3, 'vm-entry': 1 }),
          timer: exit(1000, 600, { 'vm-entry': 1 }),
          'halt-wake': exit(1500, 600, { 'vm-entry': 1 }),
          ipi: exit(1000, 600, { 'vm-entry': 1 }),
          'external-interrupt': exit(800, 600, { 'vm-entry': 1 }),
          'vmcs-access': exit(200, 0, {}),
          'vm-entry': exit(800, 300, {}),
        },
      },
      ...(hasDisks ? { storage: { device: { latency: { kind: 'exponential', mean: 0.3 * MS }, depth: 32, iops: { perSecond: iops }, bandwidth: { perSecond: 2e9 } }, thinWrites } } : {}),
      network: { forward: 460, copy: 250, drop: 500, receive: 800, ring: 256, batch: 64 },
      root: {
        scheduler,
        switch: policy,
        guests: Array.from({ length: seats }, (_, i) => seat(i + 1)).flat(),
      },
    },
  };
}
