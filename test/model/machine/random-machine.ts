import fc from 'fast-check';
import { ns } from '../../../src/model/kernel/units.ts';
import type { SchedulerSpecification } from '../../../src/model/machine/scheduler-specification.ts';
import {
  type DurationDistribution,
  type ExitCostParameters,
  type GuestSpecification,
  type HypervisorSpecification,
  type MachineSpecification,
  type NetworkCosts,
  SWITCH_KINDS,
  type SwitchSpecification,
  type TrafficSpecification,
  type WorkloadSpecification,
} from '../../../src/model/machine/specification.ts';

const MS = 1e6;

const nanoseconds = (min: number, max: number) => fc.integer({ min, max }).map(ns);

const scheduler: fc.Arbitrary<SchedulerSpecification> = fc.record({
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

const workload: fc.Arbitrary<WorkloadSpecification> = fc
  .record({
    name: fc.constant('random'),
    arrivals,
    demand: duration(1_000, 10 * MS),
    exitsPerCpuSecond: fc.record({ cpuid: fc.integer({ min: 0, max: 50_000 }) }),
    exitsPerJob: fc.record({ mmio: fc.integer({ min: 0, max: 20 }) }),
    exitsPerBusySecond: fc.record({ timer: fc.constantFrom(0, 250, 1000) }),
    probe: fc.boolean(),
    network: fc.option(frames, { nil: undefined }),
  })
  .map(({ network, ...rest }) => (network === undefined ? rest : { ...rest, network }));

const exits: fc.Arbitrary<ExitCostParameters> = fc.record({
  switch: nanoseconds(0, 500),
  classes: fc.record(
    {
      cpuid: exitClass({}),
      mmio: exitClass({ 'vm-entry': 1 }),
      timer: exitClass({ 'vm-entry': 1 }),
      'vm-entry': exitClass({ 'vmcs-access': 2 }),
      'vmcs-access': exitClass({}),
      'halt-wake': exitClass({ 'vm-entry': 1 }),
      ipi: exitClass({ 'vm-entry': 1 }),
      'external-interrupt': exitClass({ 'vm-entry': 1 }),
    },
    { requiredKeys: ['cpuid', 'mmio', 'timer', 'vm-entry', 'vmcs-access'] },
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

const guest = (depth: number): fc.Arbitrary<GuestSpecification> => {
  const common = {
    vcpus: fc.integer({ min: 1, max: 3 }),
    weight: fc.constantFrom(512, 1024, 3000),
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
  fc.record({
    scheduler,
    switch: switchPolicy,
    guests: fc.array(guest(depth), { minLength: 1, maxLength: 3 }),
  });

type Parts = Omit<GuestSpecification, 'entity' | 'role' | 'seat' | 'nic'> & { nic: number | undefined };

const unnamed = ({ nic, ...parts }: Parts): GuestSpecification => ({
  entity: '',
  role: 'random',
  seat: 1,
  ...parts,
  ...ofSpeed(nic),
});

/** Names every guest by its place in the tree, and lets seats of several guests exchange frames among themselves. */
function name(parent: HypervisorSpecification, below: string): HypervisorSpecification {
  return {
    ...parent,
    guests: parent.guests.map((unnamedGuest, index) => {
      const entity = `${below}${index}`;
      const { hypervisor: inner, ...rest } = unnamedGuest;
      return { ...rest, entity, ...(inner === undefined ? {} : { hypervisor: name(inner, `${entity}/`) }) };
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

/** Small machines of depth 1 to 3 with everything the specification knows. */
export const randomMachine: fc.Arbitrary<MachineSpecification> = fc
  .record({
    cores: fc.integer({ min: 1, max: 2 }),
    threadsPerCore: fc.constantFrom(1 as const, 2 as const),
    smtThroughput: fc.constantFrom(1, 1.25, 1.3),
    baseLevel: fc.constantFrom(0, 1),
    exits,
    network,
    nic: cardSpeed,
    root: hypervisor(3),
    peersInSeat: fc.boolean(),
  })
  .map(({ cores, root, peersInSeat, nic, ...rest }) => ({
    ...rest,
    ...ofSpeed(nic),
    physicalCpus: cores * rest.threadsPerCore,
    root: name(peersInSeat && workers(root) > 1 ? withPeersInSeat(root) : root, ''),
  }));
