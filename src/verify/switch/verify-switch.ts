import { judge, type PlannedPoint, type SwitchVerification } from './judgement.ts';
import { type BridgePlan, RealSwitch, type TrafficSample } from './real-switch.ts';

const FRAME_BYTES = 1514;
const BATCH = 64;
/** Long against a tick, short enough for the machine not to change meanwhile. */
const RUN_NS = 60e6;

/** The calibration sees no more than these: two and four ports, a hub's flooding to one, two and three of them. */
const CALIBRATED_ON: readonly BridgePlan[] = [
  { mode: 'learning', ports: 2, targets: 1 },
  { mode: 'learning', ports: 4, targets: 1 },
  { mode: 'hub', ports: 2, targets: 1 },
  { mode: 'hub', ports: 4, targets: 1 },
  { mode: 'hub', ports: 4, targets: 2 },
  { mode: 'hub', ports: 4, targets: 3 },
];

const PREDICTED: readonly BridgePlan[] = [8, 16].flatMap((ports): BridgePlan[] => [
  { mode: 'learning', ports, targets: 1 },
  { mode: 'hub', ports, targets: ports - 1 },
]);

/** Pauses after a batch; the rate is at most a batch a pause. */
const PAUSES = [0, 320_000, 1_280_000];

interface Planned extends PlannedPoint {
  readonly index: number;
}

/**
 * Measures bridges of the running kernel, calibrates on two and four ports and predicts eight and sixteen.
 *
 * @param onProgress share done.
 * @throws SwitchUnavailable when there can be no bridge here.
 */
export async function verifySwitch(
  repetitions: number,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<SwitchVerification> {
  const bridges = [...CALIBRATED_ON, ...PREDICTED];
  const planned = bridges.flatMap((bridge, index): Planned[] => {
    const fitted = index < CALIBRATED_ON.length;
    return PAUSES.map((thinkNs) => ({
      bridge,
      index,
      fitted,
      load: { frameBytes: FRAME_BYTES, batch: BATCH, thinkNs, runNs: RUN_NS },
    }));
  });
  const samples = planned.map((): TrafficSample[] => []);
  const real = await RealSwitch.open(bridges, signal);
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      // Every point once, in an order that moves on: what drifts, drifts for all of them.
      const order = planned.map((_, i) => (i * 7 + repetition * 5) % planned.length);
      const round = await real.run(order.map((i) => ({ bridge: planned[i]!.index, load: planned[i]!.load })));
      for (const [place, i] of order.entries()) samples[i]!.push(round[place]!);
      onProgress((repetition + 1) / repetitions);
    }
  } finally {
    await real.close();
  }
  return judge(planned, samples);
}
