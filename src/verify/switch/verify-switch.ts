import { mean, medianSorted } from 'simple-statistics';
import { confidenceInterval } from '../../model/kernel/statistics/confidence-interval.ts';
import type { Comparison } from '../comparison.ts';
import { type Prediction, predict, type SwitchCosts } from './predict.ts';
import { type BridgePlan, type Load, RealSwitch, type TrafficSample } from './real-switch.ts';

/** What `nestmark verify switch` aims at: no prediction further off than this. */
export const AIM = 0.15;

const FRAME_BYTES = 1514;
const BATCH = 64;
/** Long against a tick, short enough for the machine not to change meanwhile. */
const RUN_NS = 60e6;
/** A sender that had the CPU for less of the time it wanted it than this was disturbed. */
const UNDISTURBED = 0.97;

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

export interface SwitchPoint {
  readonly bridge: BridgePlan;
  readonly load: Load;
  readonly fitted: boolean;
  readonly samples: readonly TrafficSample[];
  /** Samples in which something else had the CPU meanwhile. */
  readonly disturbed: number;
  readonly measured: Prediction;
  readonly predicted: Prediction;
}

export interface SwitchVerification {
  readonly schema: 'nestmark/verify-switch@1';
  readonly costs: { readonly learning: SwitchCosts; readonly hub: SwitchCosts };
  readonly points: readonly SwitchPoint[];
  readonly comparisons: readonly Comparison[];
  readonly verdict: 'held' | 'missed' | 'inconclusive';
}

interface Planned {
  readonly bridge: BridgePlan;
  readonly index: number;
  readonly load: Load;
  readonly fitted: boolean;
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
    return (fitted ? [0] : PAUSES).map((thinkNs) => ({
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

/** Calibrates on the samples of fitted points, predicts the others, and compares. */
function judge(
  planned: readonly Planned[],
  samples: readonly (readonly TrafficSample[])[],
): SwitchVerification {
  const fitted = planned.flatMap((point, i) =>
    point.fitted ? [{ bridge: point.bridge, costs: samples[i]!.map(cpuPerFrame) }] : [],
  );
  const costs = calibrate(fitted, middle);
  const low = calibrate(fitted, (values) => middle(values) - halfWidth(values));
  const high = calibrate(fitted, (values) => middle(values) + halfWidth(values));
  const points = planned.map(({ bridge, load, fitted: isFitted }, i): SwitchPoint => {
    const own = samples[i]!;
    return {
      bridge,
      load,
      fitted: isFitted,
      samples: own,
      disturbed: own.filter(wasDisturbed(load)).length,
      measured: {
        framesPerSecond: middle(own.map(({ arrived, wallNs }) => (1e9 * arrived) / wallNs)),
        cpuPerFrame: middle(own.map(cpuPerFrame)),
        copiesPerFrame: middle(own.map(({ copies, sent }) => copies / sent)),
      },
      predicted: predict(bridge, load, costs[bridge.mode]),
    };
  });
  const comparisons = points.flatMap((point) => {
    const { bridge, load } = point;
    const fast = predict(bridge, load, low[bridge.mode]);
    const slow = predict(bridge, load, high[bridge.mode]);
    return compare(point, fast, slow);
  });
  return { schema: 'nestmark/verify-switch@1', costs, points, comparisons, verdict: verdictOf(points) };
}

type Summary = (values: readonly number[]) => number;

/** The frame's own cost by mode, and of a hub the cost of a copy: a straight line through the ports it floods. */
function calibrate(
  fitted: readonly { readonly bridge: BridgePlan; readonly costs: readonly number[] }[],
  summary: Summary,
): { learning: SwitchCosts; hub: SwitchCosts } {
  const of = (mode: BridgePlan['mode']) => fitted.filter(({ bridge }) => bridge.mode === mode);
  const learning = mean(of('learning').map(({ costs }) => summary(costs)));
  const line = of('hub').map(({ bridge, costs }) => ({ copies: bridge.targets - 1, cost: summary(costs) }));
  const copies = mean(line.map((point) => point.copies));
  const cost = mean(line.map((point) => point.cost));
  const slope =
    line.reduce((sum, point) => sum + (point.copies - copies) * (point.cost - cost), 0) /
    line.reduce((sum, point) => sum + (point.copies - copies) ** 2, 0);
  const copy = Math.max(0, Math.round(slope));
  return {
    learning: { frame: Math.round(learning), copy: 0 },
    hub: { frame: Math.round(cost - slope * copies), copy },
  };
}

function compare(point: SwitchPoint, fast: Prediction, slow: Prediction): Comparison[] {
  const { bridge, load, fitted, measured, predicted, disturbed, samples } = point;
  const pace = load.thinkNs === 0 ? 'flat out' : `${load.thinkNs / 1000} us pauses`;
  const floods =
    bridge.mode === 'hub' && bridge.targets < bridge.ports - 1 ? `, ${bridge.targets} flooded` : '';
  const note = 2 * disturbed > samples.length ? ' (disturbed)' : '';
  const name = `${bridge.mode}, ${bridge.ports} ports${floods}, ${pace}${note}`;
  return [
    {
      name: `${name}: CPU a frame`,
      unit: 'ns',
      measured: measured.cpuPerFrame,
      predicted: predicted.cpuPerFrame,
      interval: span(fast.cpuPerFrame, predicted.cpuPerFrame, slow.cpuPerFrame),
      fitted,
    },
    {
      name: `${name}: throughput`,
      unit: 'frames/s',
      measured: measured.framesPerSecond,
      predicted: predicted.framesPerSecond,
      interval: span(slow.framesPerSecond, predicted.framesPerSecond, fast.framesPerSecond),
      fitted,
    },
  ];
}

/** A window cuts through batches, so that three simulations need not come in order. */
const span = (...values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
];

/** Disturbed points decide nothing; when they are too many, nor does the rest. */
function verdictOf(points: readonly SwitchPoint[]): SwitchVerification['verdict'] {
  const predicted = points.filter(({ fitted }) => !fitted);
  const sound = predicted.filter(({ disturbed, samples }) => 2 * disturbed <= samples.length);
  const off = (measured: number, said: number): boolean => Math.abs(said - measured) / measured > AIM;
  const missed = sound.some(
    ({ measured, predicted: said }) =>
      off(measured.cpuPerFrame, said.cpuPerFrame) || off(measured.framesPerSecond, said.framesPerSecond),
  );
  if (missed) return 'missed';
  return 2 * sound.length >= predicted.length ? 'held' : 'inconclusive';
}

const cpuPerFrame = ({ cpuNs, sent }: TrafficSample): number => cpuNs / sent;

const middle = (values: readonly number[]): number => medianSorted([...values].sort((a, b) => a - b));

/** Half the 95 % interval of a mean; of what is measured twice at least. */
function halfWidth(values: readonly number[]): number {
  const { mean: centre, high } = confidenceInterval(values);
  return high === null ? 0 : high - centre;
}

/** Flat out, it is on the CPU all the time unless somebody else is. */
const wasDisturbed =
  ({ thinkNs }: Load) =>
  ({ cpuNs, wallNs, stealTicks }: TrafficSample): boolean =>
    stealTicks > 0 || (thinkNs === 0 && cpuNs / wallNs < UNDISTURBED);
