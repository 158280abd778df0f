import { ns } from '../../model/kernel/units.ts';
import type { SchedulerSpecification } from '../../model/machine/scheduler-specification.ts';
import { simulateMachine } from '../../model/machine/simulate-machine.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  SwitchSpecification,
  WorkloadSpecification,
} from '../../model/machine/specification.ts';
import type { BridgePlan, Load } from './real-switch.ts';

/** What was calibrated, ns of CPU time. */
export interface SwitchCosts {
  /** A frame from the sender's system call to the receiver's, copies left out. */
  readonly frame: number;
  /** Each further port that gets it: handing it there, and dropping it there. */
  readonly copy: number;
}

export interface Prediction {
  readonly framesPerSecond: number;
  readonly cpuPerFrame: number;
  readonly copiesPerFrame: number;
}

/** Simulated before it is measured, and while. */
const WARM_UP = ns(50e6);
const DURATION = ns(500e6);

const scheduler: SchedulerSpecification = { policy: 'eevdf', slice: ns(700_000), tick: ns(4e6) };

/**
 * What the model says of a bridge under a load: a machine of one CPU, one guest on each port. The sender is a guest
 * whose job is a batch of frames to the guest on the second port; the others have nothing to do but to drop copies.
 */
export function predict(bridge: BridgePlan, load: Load, costs: SwitchCosts): Prediction {
  const measured = simulateMachine(machineOf(bridge, load, costs), {
    seed: 1,
    replication: 0,
    warmUp: WARM_UP,
    duration: DURATION,
  });
  const [host] = measured.network!.switches;
  const seconds = (measured.end - measured.start) / 1e9;
  const busy = measured.end - measured.start - measured.cpu.idle;
  return {
    framesPerSecond: host!.delivered / seconds,
    cpuPerFrame: busy / host!.received,
    copiesPerFrame: host!.copied / host!.received,
  };
}

function machineOf(
  { mode, targets }: BridgePlan,
  load: Load,
  { frame, copy }: SwitchCosts,
): MachineSpecification {
  const policy: SwitchSpecification = {
    kind: 'linux-bridge',
    promiscuous: false,
    forgedTransmits: true,
    macChanges: true,
    macLearning: true,
    macTable: { ageing: ns(mode === 'hub' ? 0 : 300e9), whenFull: 'forward' },
    uplinks: 0,
  };
  // Only sums were calibrated: how a frame's time divides among who sends, forwards and receives it decides nothing
  // on one CPU, where all of it is one after the other.
  const part = Math.floor(frame / 4);
  return {
    physicalCpus: 1,
    threadsPerCore: 1,
    smtThroughput: 1,
    baseLevel: 0,
    exits: { switch: ns(0), classes: {} },
    network: {
      forward: ns(frame - 3 * part),
      copy: ns(Math.min(part, Math.floor(copy / 2))),
      drop: ns(copy - Math.min(part, Math.floor(copy / 2))),
      receive: ns(2 * part - Math.min(part, Math.floor(copy / 2))),
      ring: 4096,
      batch: load.batch,
    },
    root: {
      scheduler,
      switch: policy,
      guests: [
        guest('sender', 1, sender(load, part)),
        guest('receiver', 1, idle),
        ...Array.from({ length: mode === 'hub' ? targets - 1 : 0 }, (_, i) => guest(`other-${i}`, 2, idle)),
      ],
    },
  };
}

const guest = (entity: string, seat: number, workload: WorkloadSpecification): GuestSpecification => ({
  entity,
  role: entity,
  seat,
  vcpus: 1,
  weight: 1024,
  scheduler,
  workload,
});

const nothing = { exitsPerCpuSecond: {}, exitsPerJob: {}, exitsPerBusySecond: {}, probe: false } as const;

const idle: WorkloadSpecification = {
  ...nothing,
  name: 'idle',
  arrivals: { kind: 'open', perSecond: 0 },
  demand: { kind: 'constant', mean: ns(1) },
};

const sender = ({ batch, thinkNs, frameBytes }: Load, perFrame: number): WorkloadSpecification => ({
  ...nothing,
  name: 'sender',
  arrivals: { kind: 'closed', users: 1, think: { kind: 'constant', mean: ns(thinkNs) } },
  demand: { kind: 'constant', mean: ns(batch * perFrame) },
  network: { send: batch, receive: 0, peer: 'seat', frameBytes, flow: 'udp' },
});
