/** What other simulations can be built on; docs/kernel.md says what it promises. */
export { Constant } from './distribution/constant.ts';
export type { Distribution } from './distribution/distribution.ts';
export { Empirical } from './distribution/empirical.ts';
export { Exponential } from './distribution/exponential.ts';
export { Gamma } from './distribution/gamma.ts';
export { Hyperexponential } from './distribution/hyperexponential.ts';
export { Lognormal } from './distribution/lognormal.ts';
export { Pareto } from './distribution/pareto.ts';
export { Uniform } from './distribution/uniform.ts';
export { Weibull } from './distribution/weibull.ts';
export { EventQueue, NO_EVENT } from './event-queue.ts';
export { Awaitable, type Command } from './process/awaitable.ts';
export type { First } from './process/combination.ts';
export { Condition } from './process/condition.ts';
export { hold, Interrupted, type Process, type ProcessBody, type ProcessState } from './process/process.ts';
export { ProcessSimulation } from './process/process-simulation.ts';
export { Resource } from './process/resource.ts';
export { Signal } from './process/signal.ts';
export { Store } from './process/store.ts';
export { ProcessorSharing } from './processor-sharing.ts';
export { RandomStream } from './random-stream.ts';
export { type EventHandler, Simulation } from './simulation.ts';
export { normalQuantile } from './special/normal-quantile.ts';
export { studentTailProbability } from './special/student-probability.ts';
export { studentQuantile } from './special/student-quantile.ts';
export { type BatchInterval, BatchMeans, batchInterval } from './statistics/batch-means.ts';
export { type ConfidenceInterval, confidenceInterval } from './statistics/confidence-interval.ts';
export {
  type ControlledInterval,
  type ControlVariate,
  controlledInterval,
} from './statistics/control-variates.ts';
export { holmAdjusted } from './statistics/holm.ts';
export { LogHistogram, type LogHistogramData } from './statistics/log-histogram.ts';
export { mser5, type Truncation } from './statistics/mser.ts';
export { type PairedDifference, pairedDifference } from './statistics/paired-difference.ts';
export {
  type PrecisionRule,
  type PrecisionVerdict,
  precisionVerdict,
} from './statistics/sequential-stopping.ts';
export { Tally } from './statistics/tally.ts';
export { TimeWeighted } from './statistics/time-weighted.ts';
export { type NeighbourCorrelation, neighbourCorrelation } from './statistics/von-neumann.ts';
