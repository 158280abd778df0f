import fc from 'fast-check';
import { type Bytes, type BytesPerSecond, ns } from '../../../src/model/kernel/units.ts';
import type {
  GuestMemory,
  HypervisorMemory,
  MemoryCosts,
  MemoryWork,
} from '../../../src/model/machine/memory/memory-specification.ts';
import type {
  EsxiSpecification,
  HaltPollingSpecification,
  SchedulerSpecification,
  SpinExitSpecification,
} from '../../../src/model/machine/scheduler-specification.ts';
import {
  type BarrierSpecification,
  type DurationDistribution,
  type ExitCostParameters,
  type GuestSpecification,
  type HypervisorSpecification,
  type LockSpecification,
  type MachineSpecification,
  type NetworkCosts,
  SWITCH_KINDS,
  type SwitchSpecification,
  type TrafficSpecification,
  type WorkloadSpecification,
} from '../../../src/model/machine/specification.ts';
import type {
  DiskSpecification,
  DiskWork,
  RateLimit,
  StorageSpecification,
} from '../../../src/model/machine/storage/storage-specification.ts';

const MS = 1e6;

const nanoseconds = (min: number, max: number) => fc.integer({ min, max }).map(ns);

const eevdf: fc.Arbitrary<SchedulerSpecification> = fc.record({
  policy: fc.constant('eevdf' as const),
  slice: fc.constantFrom(0.7 * MS, 2.8 * MS, 3 * MS).map(ns),
  tick: fc.constantFrom(MS, 4 * MS).map(ns),
  delayDequeue: fc.boolean(),
  stealClock: fc.boolean(),
});

const macTable = fc.record(
  {
    limit: fc.integer({ min: 1, max: 4 }),
    ageing: fc.constantFrom(0, 5 * MS, 300_000 * MS).map(ns),
    whenFull: fc.constantFrom('forward' as const, 'drop' as const),
  },
  { requiredKeys: ['whenFull'] },
);

const weightPer = fc.constantFrom('vcpu' as const, 'vm' as const);

const cfs: fc.Arbitrary<SchedulerSpecification> = fc.record({
  policy: fc.constant('cfs' as const),
  latency: fc.constantFrom(6 * MS, 24 * MS).map(ns),
  minimumGranularity: fc.constantFrom(0.75 * MS, 3 * MS).map(ns),
  wakeupGranularity: fc.constantFrom(0, MS, 4 * MS).map(ns),
  tick: fc.constantFrom(MS, 4 * MS).map(ns),
  weightPer,
});

const coscheduling: fc.Arbitrary<EsxiSpecification['coscheduling']> = fc.constantFrom(
  { costop: ns(3 * MS), costart: ns(2 * MS), poll: ns(MS) },
  null,
);

const esxi: fc.Arbitrary<SchedulerSpecification> = fc.record({
  policy: fc.constant('esxi' as const),
  quantum: fc.constantFrom(10 * MS, 50 * MS, 200 * MS).map(ns),
  coscheduling,
});

const credit2: fc.Arbitrary<SchedulerSpecification> = fc.record({
  policy: fc.constant('credit2' as const),
  rateLimit: fc.constantFrom(0, MS).map(ns),
});

const hyperv: fc.Arbitrary<SchedulerSpecification> = fc.record({
  policy: fc.constant('hyperv' as const),
  kind: fc.constantFrom('classic' as const, 'core' as const),
  quantum: fc.constantFrom(MS, 10 * MS).map(ns),
});

/** Half of the layers have the one that is met most; the others are mixed at every level. */
const scheduler: fc.Arbitrary<SchedulerSpecification> = fc.oneof(
  { weight: 4, arbitrary: eevdf },
  { weight: 1, arbitrary: cfs },
  { weight: 1, arbitrary: esxi },
  { weight: 1, arbitrary: credit2 },
  { weight: 1, arbitrary: hyperv },
);

const switchPolicy: fc.Arbitrary<SwitchSpecification> = fc.record(
  {
    kind: fc.constantFrom(...SWITCH_KINDS),
    promiscuous: fc.boolean(),
    forgedTransmits: fc.boolean(),
    macChanges: fc.boolean(),
    macLearning: fc.boolean(),
    macTable,
    floodUnknown: fc.boolean(),
    floodLimit: fc.constantFrom(10, 1_000),
    uplinks: fc.constantFrom(1, 2, 3),
    reversePathFilter: fc.boolean(),
  },
  { requiredKeys: ['promiscuous', 'forgedTransmits', 'macChanges', 'macLearning'] },
);

const duration = (least: number, most: number): fc.Arbitrary<DurationDistribution> =>
  fc.oneof(
    fc.record({ kind: fc.constant('constant' as const), mean: nanoseconds(least, most) }),
    fc.record({ kind: fc.constant('exponential' as const), mean: nanoseconds(least, most) }),
    fc.record({
      kind: fc.constant('lognormal' as const),
      mean: nanoseconds(least, most),
      cv: fc.double({ min: 0.1, max: 3, noNaN: true }),
    }),
  );

const arrivals: fc.Arbitrary<WorkloadSpecification['arrivals']> = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    perSecond: fc.integer({ min: 0, max: 400 }),
    workers: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({
    kind: fc.constant('closed' as const),
    users: fc.integer({ min: 1, max: 5 }),
    think: duration(0, 20 * MS),
  }),
  fc.record({ kind: fc.constant('saturated' as const), tasks: fc.integer({ min: 1, max: 3 }) }),
);

const frames: fc.Arbitrary<TrafficSpecification> = fc.record(
  {
    send: fc.integer({ min: 0, max: 100 }),
    receive: fc.integer({ min: 0, max: 100 }),
    peer: fc.constant('uplink' as const),
    frameBytes: fc.constantFrom(64, 512, 1514),
    flow: fc.constantFrom('tcp' as const, 'udp' as const),
    opens: fc.constantFrom('self' as const, 'peer' as const),
    broadcast: fc.constantFrom(0, 10, 500),
  },
  { requiredKeys: ['send', 'receive', 'peer'] },
);

const cardSpeed = fc.constantFrom(undefined, 1e8, 1e10);
const ofSpeed = (nic: number | undefined): { nic?: number } => (nic === undefined ? {} : { nic });

const diskWork: fc.Arbitrary<DiskWork> = fc.record({
  reads: fc.double({ min: 0, max: 6, noNaN: true }),
  writes: fc.double({ min: 0, max: 6, noNaN: true }),
  size: fc.constantFrom(512, 4096, 65_536),
  sync: fc.boolean(),
  together: fc.integer({ min: 1, max: 4 }),
  fresh: fc.constantFrom(0, 0.3, 1),
});

const memoryWork: fc.Arbitrary<MemoryWork> = fc.record({
  touchesPerCpuSecond: fc.constantFrom(0, 500),
  tlbMissesPerCpuSecond: fc.constantFrom(0, 1e6),
});

const disk: fc.Arbitrary<DiskSpecification> = fc.record({
  controller: fc.record({
    queueDepth: fc.constantFrom(1, 4, 64),
    kick: fc.constantFrom({}, { mmio: 1 }, { mmio: 3 }),
    kickBatch: fc.constantFrom(1, 8),
    coalescing: fc.constantFrom(1, 8),
    submit: nanoseconds(0, 10_000),
    complete: nanoseconds(0, 10_000),
  }),
  thin: fc.boolean(),
});

const storage: fc.Arbitrary<StorageSpecification> = fc.record({
  device: fc.record({
    latency: duration(0, 5 * MS),
    depth: fc.constantFrom(1, 2, 32),
    iops: fc.constantFrom<RateLimit<number>>(
      { perSecond: 500 },
      { perSecond: 100_000 },
      { perSecond: 100, burst: { perSecond: 3_000, lasts: ns(20 * MS) } },
    ),
    bandwidth: fc.constantFrom(1e6, 1e9).map((perSecond) => ({ perSecond: perSecond as BytesPerSecond })),
  }),
  thinWrites: fc.constantFrom(0, 0.5, 2),
});

const memory: fc.Arbitrary<MemoryCosts> = fc.record(
  {
    walk: fc.constant({ native: 4, nested: 24, reference: ns(5) }),
    lock: fc.record({
      handle: nanoseconds(0, 2_000),
      reflect: nanoseconds(0, 2_000),
      growth: fc.constantFrom(0, 0.1),
      scope: fc.constantFrom('vm' as const, 'host' as const),
    }),
  },
  { requiredKeys: [] },
);

const hypervisorMemory: fc.Arbitrary<HypervisorMemory> = fc.record({
  capacity: fc.constantFrom(1e9, 2e9, 1e12).map((bytes) => bytes as Bytes),
  own: fc.constant(1e7 as Bytes),
  overhead: fc.constant({ perVm: 1e6 as Bytes, perGib: 1e6 as Bytes, perVcpu: 1e6 as Bytes }),
  reclaim: fc.record({
    sharing: fc.constantFrom(0, 0.1),
    balloon: fc.constantFrom(0, 0.65),
    swap: fc.constant(true),
  }),
});

const guestMemory: fc.Arbitrary<GuestMemory> = fc
  .record({ configured: fc.constantFrom(5e8, 1e9), share: fc.constantFrom(0.3, 1) })
  .map(({ configured, share }) => ({
    configured: configured as Bytes,
    active: (share * configured) as Bytes,
  }));

const wait = fc.constantFrom('spin' as const, 'block' as const);

const locks: fc.Arbitrary<LockSpecification> = fc.record({
  perJob: fc.integer({ min: 0, max: 5 }),
  length: nanoseconds(1, 200_000),
  count: fc.integer({ min: 1, max: 2 }),
  wait,
});

const barriers: fc.Arbitrary<BarrierSpecification> = fc.record({ every: nanoseconds(10_000, 5 * MS), wait });

const haltPolling: fc.Arbitrary<HaltPollingSpecification> = fc.record({
  most: fc.constantFrom(0, 50_000, 200_000).map(ns),
  growStart: fc.constantFrom(10_000, 50_000).map(ns),
  shrink: fc.constantFrom(0, 2),
});

const spinExit: fc.Arbitrary<SpinExitSpecification> = fc.record({
  window: fc.constantFrom(20_000, 200_000).map(ns),
  grow: fc.constantFrom(1, 2),
  directedYield: fc.boolean(),
});

const workload: fc.Arbitrary<WorkloadSpecification> = fc
  .record({
    name: fc.constant('random'),
    arrivals,
    demand: duration(1_000, 10 * MS),
    exitsPerCpuSecond: fc.record({
      cpuid: fc.integer({ min: 0, max: 50_000 }),
      'page-fault': fc.constantFrom(0, 20_000),
    }),
    exitsPerJob: fc.record({ mmio: fc.integer({ min: 0, max: 20 }) }),
    exitsPerBusySecond: fc.record({ timer: fc.constantFrom(0, 250, 1000) }),
    probe: fc.boolean(),
    network: fc.option(frames, { nil: undefined }),
    disk: fc.option(diskWork, { nil: undefined }),
    memory: memoryWork,
    locks: fc.option(locks, { nil: undefined }),
    barriers: fc.option(barriers, { nil: undefined }),
  })
  .map(({ network, disk: ios, locks: sections, barriers: meetings, ...rest }) => ({
    ...rest,
    ...(sections === undefined ? {} : { locks: sections }),
    ...(meetings === undefined || rest.arrivals.kind !== 'saturated' ? {} : { barriers: meetings }),
    ...(network === undefined ? {} : { network }),
    ...(ios === undefined ? {} : { disk: ios }),
  }));

const exits: fc.Arbitrary<ExitCostParameters> = fc.record({
  switch: nanoseconds(0, 500),
  classes: fc.record(
    {
      cpuid: exitClass({}),
      hypercall: exitClass({ 'vm-entry': 1 }),
      mmio: exitClass({ 'vm-entry': 1 }),
      timer: exitClass({ 'vm-entry': 1 }),
      'vm-entry': exitClass({ 'vmcs-access': 2 }),
      'vmcs-access': exitClass({}),
      'page-fault': exitClass({ 'page-fault': 1 }),
      'halt-wake': exitClass({ 'vm-entry': 1 }),
      ipi: exitClass({ 'vm-entry': 1 }),
      'external-interrupt': exitClass({ 'vm-entry': 1 }),
    },
    { requiredKeys: ['cpuid', 'mmio', 'timer', 'vm-entry', 'vmcs-access', 'page-fault'] },
  ),
});

function exitClass(ops: Readonly<Record<string, number>>) {
  return fc.record({ handle: nanoseconds(0, 3_000), reflect: nanoseconds(0, 2_000), ops: fc.constant(ops) });
}

const network: fc.Arbitrary<NetworkCosts> = fc.record(
  {
    forward: nanoseconds(0, 2_000),
    copy: nanoseconds(0, 1_000),
    copyKib: nanoseconds(0, 500),
    translate: nanoseconds(0, 2_000),
    drop: nanoseconds(0, 1_000),
    receive: nanoseconds(0, 2_000),
    ring: fc.constantFrom(64, 256),
    batch: fc.constantFrom(16, 64),
    tso: fc.constantFrom(4_000, 65_536),
    lro: fc.constantFrom(4_000, 32_000),
    lroWhenPromiscuous: fc.boolean(),
  },
  { requiredKeys: ['forward', 'copy', 'drop', 'receive', 'ring', 'batch'] },
);

/** What a guest may have of the CPUs below; how it fits them is settled when those are known. */
const controls = fc.record({
  reservation: fc.constantFrom(0, 0, 0.3),
  limit: fc.option(
    fc.record({ cpus: fc.constantFrom(0.3, 0.75, 1.5), period: fc.constantFrom(10 * MS, 100 * MS).map(ns) }),
    { nil: undefined, freq: 3 },
  ),
  pinned: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 3 }),
});

type Controls = typeof controls extends fc.Arbitrary<infer T> ? T : never;

/** A guest with its controls made to fit what is around it. */
function fitted(
  { controls: asked, ...rest }: GuestSpecification & { readonly controls?: Controls },
  cpus: number,
  policy: SchedulerSpecification['policy'],
  guests: number,
): GuestSpecification {
  if (asked === undefined) return rest;
  const reserves = (policy === 'esxi' || policy === 'hyperv') && asked.reservation * guests <= cpus;
  const affinity = [asked.pinned! % cpus, (asked.pinned! + 1) % cpus];
  return {
    ...rest,
    ...(reserves ? { reservation: asked.reservation } : {}),
    ...(asked.limit === undefined ? {} : { limit: asked.limit }),
    ...(asked.pinned === undefined ? {} : { affinity: [...new Set(affinity)] }),
  };
}

const guest = (depth: number): fc.Arbitrary<GuestSpecification> => {
  const common = {
    vcpus: fc.integer({ min: 1, max: 3 }),
    weight: fc.constantFrom(512, 1024, 3000),
    disk,
    memory: guestMemory,
    scheduler,
    nic: cardSpeed,
  };
  const leaf = fc.record({ ...common, workload });
  if (depth === 1) return leaf.map(unnamed);
  return fc.oneof(
    leaf.map(unnamed),
    fc.record({ ...common, hypervisor: hypervisor(depth - 1) }).map(unnamed),
  );
};

const hypervisor = (depth: number): fc.Arbitrary<HypervisorSpecification> =>
  fc.record(
    {
      scheduler,
      switch: switchPolicy,
      memory: hypervisorMemory,
      haltPolling,
      spinExit,
      guests: fc.array(guest(depth), { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['scheduler', 'switch', 'memory', 'guests'] },
  );

type Parts = Omit<GuestSpecification, 'entity' | 'role' | 'seat' | 'nic'> & { nic: number | undefined };

const unnamed = ({ nic, ...parts }: Parts): GuestSpecification => ({
  entity: '',
  role: 'random',
  seat: 1,
  ...parts,
  ...ofSpeed(nic),
});

/** Names every guest by its place in the tree, and lets seats of several guests exchange frames among themselves. */
function name(parent: HypervisorSpecification, below: string, cpus: number): HypervisorSpecification {
  return {
    ...parent,
    guests: parent.guests.map((unnamedGuest, index) => {
      const entity = `${below}${index}`;
      const { hypervisor: inner, ...rest } = fitted(
        unnamedGuest,
        cpus,
        parent.scheduler.policy,
        parent.guests.length,
      );
      return {
        ...rest,
        entity,
        ...(inner === undefined ? {} : { hypervisor: name(inner, `${entity}/`, rest.vcpus) }),
      };
    }),
  };
}

function withPeersInSeat(parent: HypervisorSpecification): HypervisorSpecification {
  return {
    ...parent,
    guests: parent.guests.map((inner) => ({
      ...inner,
      ...(inner.hypervisor === undefined ? {} : { hypervisor: withPeersInSeat(inner.hypervisor) }),
      ...(inner.workload?.network === undefined
        ? {}
        : { workload: { ...inner.workload, network: { ...inner.workload.network, peer: 'seat' as const } } }),
    })),
  };
}

const workers = (parent: HypervisorSpecification): number =>
  parent.guests.reduce((sum, inner) => sum + (inner.hypervisor ? workers(inner.hypervisor) : 1), 0);

/** Takes I/O and swapping out of a machine that has no disk. */
function withoutDisks(parent: HypervisorSpecification): HypervisorSpecification {
  const { memory: _memory, ...rest } = parent;
  return {
    ...rest,
    guests: parent.guests.map(({ workload: work, hypervisor: inner, ...guest }) => {
      const { disk: _disk, ...workWithoutDisk } = work ?? ({} as WorkloadSpecification);
      return {
        ...guest,
        ...(work === undefined ? {} : { workload: workWithoutDisk as WorkloadSpecification }),
        ...(inner === undefined ? {} : { hypervisor: withoutDisks(inner) }),
      };
    }),
  };
}

/** Small machines of depth 1 to 3 with everything the specification knows. */
export const randomMachine: fc.Arbitrary<MachineSpecification> = fc
  .record({
    cores: fc.integer({ min: 1, max: 2 }),
    threadsPerCore: fc.constantFrom(1 as const, 2 as const),
    smtThroughput: fc.constantFrom(1, 1.25, 1.3),
    cacheRefill: fc.constantFrom(0, 0, 50_000).map(ns),
    baseLevel: fc.constantFrom(0, 1),
    exits,
    network,
    nic: cardSpeed,
    root: hypervisor(3),
    peersInSeat: fc.boolean(),
    memory,
    disks: fc.option(storage, { nil: undefined }),
  })
  .map(({ cores, root, peersInSeat, nic, disks, ...rest }) => {
    const tree = disks === undefined ? withoutDisks(root) : root;
    return {
      ...rest,
      ...ofSpeed(nic),
      ...(disks === undefined ? {} : { storage: disks }),
      physicalCpus: cores * rest.threadsPerCore,
      root: name(
        peersInSeat && workers(tree) > 1 ? withPeersInSeat(tree) : tree,
        '',
        cores * rest.threadsPerCore,
      ),
    };
  });
