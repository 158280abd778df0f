import { medianSorted } from 'simple-statistics';
import { confidenceInterval } from '../../model/kernel/statistics/confidence-interval.ts';
import type { Comparison } from '../comparison.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { type Prediction, predict, type SwitchCosts } from './predict.ts';
import type { BridgePlan, Load, TrafficSample } from './real-switch.ts';

/** What `nestmark verify switch` aims at: no prediction further off than this. */
export const AIM = 0.15;

/** A sender that had the CPU for less of the time it wanted it than this was disturbed. */
const UNDISTURBED = 0.97;

export interface PlannedPoint {
  readonly bridge: BridgePlan;
  readonly load: Load;
  /** Whether calibration sees it. */
  readonly fitted: boolean;
}

export interface SwitchPoint extends PlannedPoint {
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

/** Calibrates on the samples of fitted points, predicts with that, and compares; whatever the samples are. */
export function judge(
  planned: readonly PlannedPoint[],
  samples: readonly (readonly TrafficSample[])[],
): SwitchVerification {
  const calibrated = (mode: BridgePlan['mode']): Calibration =>
    calibrate(
      planned.flatMap(({ bridge, fitted }, i) => {
        if (!fitted || bridge.mode !== mode) return [];
        const costs = samples[i]!.map(cpuPerFrame);
        return [{ copies: bridge.targets - 1, cost: middle(costs), halfWidth: halfWidth(costs) }];
      }),
    );
  const calibration = { learning: calibrated('learning'), hub: calibrated('hub') };
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
      predicted: predict(bridge, load, calibration[bridge.mode].costs),
    };
  });
  const comparisons = points.flatMap((point) => {
    const { bridge, load } = point;
    const { low, high } = calibration[bridge.mode].boundsAt(bridge.targets - 1);
    return compare(point, predict(bridge, load, low), predict(bridge, load, high));
  });
  return {
    schema: 'nestmark/verify-switch@1',
    costs: { learning: calibration.learning.costs, hub: calibration.hub.costs },
    points,
    comparisons,
    verdict: verdictOf(points),
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
