import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** Observations, a model of them, and where to start. All arrays over parameters have the same length. */
export interface LeastSquaresProblem {
  readonly observed: readonly number[];
  /** Reciprocal variance of each observation; all 1 when absent. */
  readonly weights?: readonly number[];
  readonly predict: (parameters: readonly number[]) => readonly number[];
  readonly start: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
  readonly maxIterations?: number;
}

export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Weighted sum of squared residuals. */
  readonly sumOfSquares: number;
  /** Observations minus parameters that are not held by a bound. */
  readonly degreesOfFreedom: number;
  /**
   * Covariance of the parameters, scaled by the residual variance; a parameter held by a bound has zeros.
   * Null when no degree of freedom is left to judge the scatter by, or when the free parameters are not all
   * identifiable.
   */
  readonly covariance: readonly (readonly number[])[] | null;
  readonly atBound: readonly boolean[];
  readonly converged: boolean;
  readonly iterations: number;
}

const MAX_ITERATIONS = 1_000;
/** Relative change of the parameters and of the sum of squares below which an iteration has arrived. */
const STEP_TOLERANCE = 1e-12;
const COST_TOLERANCE = 1e-15;
/** Cube root of the double's epsilon: the central difference's best step. */
const DIFFERENCE = 6.055e-6;
const INITIAL_DAMPING = 1e-3;
const MAX_DAMPING = 1e16;

/**
 * Weighted non-linear least squares by Levenberg and Marquardt's method with Nielsen's damping (Madsen, Nielsen,
 * Tingleff: Methods for non-linear least squares problems, 2004), steps by QR of the damped Jacobian rather than
 * by the normal equations, bounds by holding a parameter at its bound while the descent points outwards.
 *
 * @throws RangeError when there are no observations, the shapes disagree or the start is out of bounds.
 */
export function leastSquares(problem: LeastSquaresProblem): LeastSquaresFit {
  checkShapes(problem);
  const root = problem.observed.map((_, i) => Math.sqrt(problem.weights?.[i] ?? 1));
  const low = problem.start.map((_, j) => problem.low?.[j] ?? Number.NEGATIVE_INFINITY);
  const high = problem.start.map((_, j) => problem.high?.[j] ?? Number.POSITIVE_INFINITY);
  const residualsAt = (at: readonly number[]): number[] => {
    const predicted = problem.predict(at);
    return problem.observed.map((value, i) => root[i]! * (value - predicted[i]!));
  };
  const maxIterations = problem.maxIterations ?? MAX_ITERATIONS;

  let at = [...problem.start];
  let residuals = residualsAt(at);
  let cost = squared(residuals);
  let jacobian = jacobianOf(residualsAt, at, low, high);
  const scale = at.map((_, j) => columnNorm(jacobian, j) || 1);
  let damping = INITIAL_DAMPING;
  let growth = 2;
  let iterations = 0;
  let converged = cost === 0;

  while (!converged && iterations < maxIterations) {
    iterations++;
    const held = heldByBound(at, low, high, jacobian, residuals);
    const free = indicesWhere(held, false);
    if (free.length === 0) {
      converged = true;
      break;
    }
    const step = dampedStep(jacobian, residuals, free, scale, damping);
    const next = at.map((value, j) => Math.min(high[j]!, Math.max(low[j]!, value + step[j]!)));
    const moved = next.map((value, j) => value - at[j]!);
    const nextResiduals = residualsAt(next);
    const nextCost = squared(nextResiduals);
    const expected = cost - costOfLinear(jacobian, residuals, moved);
    const small = relativeLength(moved, at, scale) <= STEP_TOLERANCE;
    if (Number.isFinite(nextCost) && nextCost <= cost && expected >= 0) {
      const gain = expected > 0 ? (cost - nextCost) / expected : 0;
      converged = small || cost - nextCost <= COST_TOLERANCE * cost || nextCost === 0;
      at = next;
      residuals = nextResiduals;
      cost = nextCost;
      jacobian = jacobianOf(residualsAt, at, low, high);
      for (const j of free) scale[j] = Math.max(scale[j]!, columnNorm(jacobian, j));
      damping = Math.max(damping * Math.max(1 / 3, 1 - (2 * gain - 1) ** 3), Number.MIN_VALUE);
      growth = 2;
    } else {
      // A step that is nothing to speak of, and yet does not descend: the rounding error is all that is left.
      converged = small;
      damping *= growth;
      growth *= 2;
      if (damping > MAX_DAMPING) break;
    }
  }

  const atBound = heldByBound(at, low, high, jacobian, residuals);
  const free = indicesWhere(atBound, false);
  const degreesOfFreedom = problem.observed.length - free.length;
  return {
    parameters: at,
    sumOfSquares: cost,
    degreesOfFreedom,
    covariance: covarianceOf(jacobian, free, cost, degreesOfFreedom),
    atBound,
    converged,
    iterations,
  };
}

function checkShapes(problem: LeastSquaresProblem): void {
  const { observed, start, weights, low, high } = problem;
  if (observed.length === 0 || start.length === 0) {
    throw new RangeError(`least squares: ${observed.length} observations, ${start.length} parameters`);
  }
  if (weights !== undefined && weights.length !== observed.length) {
    throw new RangeError(`least squares: ${weights.length} weights for ${observed.length} observations`);
  }
  for (const [j, value] of start.entries()) {
    if (!(value >= (low?.[j] ?? value) && value <= (high?.[j] ?? value))) {
      throw new RangeError(`least squares: parameter ${j} starts at ${value}, out of its bounds`);
    }
  }
}

/** The step that minimises |r - J step|^2 + damping |scale step|^2 over the free parameters; 0 for the others. */
function dampedStep(
  jacobian: Matrix,
  residuals: readonly number[],
  free: readonly number[],
  scale: readonly number[],
  damping: number,
): number[] {
  const rows = residuals.length;
  const system = Matrix.zeros(rows + free.length, free.length);
  const right = Matrix.zeros(rows + free.length, 1);
  for (let i = 0; i < rows; i++) {
    // In units of `scale` per parameter, so that QR sees columns of like length.
    for (const [k, j] of free.entries()) system.set(i, k, jacobian.get(i, j) / scale[j]!);
    right.set(i, 0, residuals[i]!);
  }
  for (let k = 0; k < free.length; k++) system.set(rows + k, k, Math.sqrt(damping));
  const solution = new QrDecomposition(system).solve(right);
  const step = new Array<number>(scale.length).fill(0);
  for (const [k, j] of free.entries()) step[j] = solution.get(k, 0) / scale[j]!;
  return step;
}

/** Derivative of the prediction (not of the residual): d(root * predicted_i) / d(parameter_j). */
function jacobianOf(
  residualsAt: (at: readonly number[]) => number[],
  at: readonly number[],
  low: readonly number[],
  high: readonly number[],
): Matrix {
  const columns = at.map((value, j) => {
    const reach = DIFFERENCE * (Math.abs(value) || 1);
    const above = at.with(j, Math.min(high[j]!, value + reach));
    const below = at.with(j, Math.max(low[j]!, value - reach));
    const width = above[j]! - below[j]!;
    if (width === 0) return null;
    const atAbove = residualsAt(above);
    return residualsAt(below).map((residual, i) => (residual - atAbove[i]!) / width);
  });
  const rows = columns.find((column) => column !== null)?.length ?? residualsAt(at).length;
  const jacobian = Matrix.zeros(rows, at.length);
  for (const [j, column] of columns.entries()) {
    for (let i = 0; i < rows; i++) jacobian.set(i, j, column?.[i] ?? 0);
  }
  return jacobian;
}

/** A parameter is held when it sits on a bound and going downhill would take it out. */
function heldByBound(
  at: readonly number[],
  low: readonly number[],
  high: readonly number[],
  jacobian: Matrix,
  residuals: readonly number[],
): boolean[] {
  return at.map((value, j) => {
    let descent = 0;
    for (const [i, residual] of residuals.entries()) descent += jacobian.get(i, j) * residual;
    return (value <= low[j]! && descent <= 0) || (value >= high[j]! && descent >= 0);
  });
}

function covarianceOf(
  jacobian: Matrix,
  free: readonly number[],
  cost: number,
  degreesOfFreedom: number,
): number[][] | null {
  if (free.length === 0 || degreesOfFreedom < 1) return null;
  const norms = free.map((j) => columnNorm(jacobian, j));
  if (norms.some((norm) => norm === 0)) return null;
  const scaled = Matrix.zeros(jacobian.rows, free.length);
  for (let i = 0; i < jacobian.rows; i++) {
    for (const [k, j] of free.entries()) scaled.set(i, k, jacobian.get(i, j) / norms[k]!);
  }
  const decomposition = new SingularValueDecomposition(scaled, { autoTranspose: true });
  if (decomposition.rank < free.length) return null;
  const v = decomposition.rightSingularVectors;
  const variance = cost / degreesOfFreedom;
  const covariance = Array.from({ length: jacobian.columns }, () =>
    new Array<number>(jacobian.columns).fill(0),
  );
  for (const [a, j] of free.entries()) {
    for (const [b, k] of free.entries()) {
      let sum = 0;
      for (const [s, singular] of decomposition.diagonal.entries()) {
        if (s < free.length) sum += (v.get(a, s) * v.get(b, s)) / (singular * singular);
      }
      covariance[j]![k] = (variance * sum) / (norms[a]! * norms[b]!);
    }
  }
  return covariance;
}

function costOfLinear(jacobian: Matrix, residuals: readonly number[], moved: readonly number[]): number {
  let cost = 0;
  for (const [i, residual] of residuals.entries()) {
    let left = residual;
    for (const [j, step] of moved.entries()) left -= jacobian.get(i, j) * step;
    cost += left * left;
  }
  return cost;
}

/** The length of a move against that of the position, both in units of `scale`. */
function relativeLength(moved: readonly number[], at: readonly number[], scale: readonly number[]): number {
  const length = Math.sqrt(squared(moved.map((step, j) => step * scale[j]!)));
  const position = Math.sqrt(squared(at.map((value, j) => value * scale[j]!)));
  return length / (position + Number.EPSILON);
}

function columnNorm(matrix: Matrix, column: number): number {
  let sum = 0;
  for (let i = 0; i < matrix.rows; i++) sum += matrix.get(i, column) ** 2;
  return Math.sqrt(sum);
}

const squared = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);

const indicesWhere = (flags: readonly boolean[], wanted: boolean): number[] =>
  flags.flatMap((flag, index) => (flag === wanted ? [index] : []));
