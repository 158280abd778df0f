import { Matrix, QrDecomposition } from 'ml-matrix';
import { sampleVariance } from 'simple-statistics';
import { type ConfidenceInterval, intervalAround } from './confidence-interval.ts';

/** A quantity whose expectation is known, observed in the same replications (or batches) as the one wanted. */
export interface ControlVariate {
  readonly name: string;
  readonly values: readonly number[];
  readonly expectation: number;
}

export interface ControlledInterval extends ConfidenceInterval {
  /** How much the estimate moves for one unit that each control was off, in the order given. */
  readonly coefficients: readonly number[];
  /** Residual variance over the variance without controls: what is left. Null when nothing varied. */
  readonly varianceLeft: number | null;
}

/**
 * The mean of `values`, corrected by how far each control's mean is from its expectation: least squares of the values
 * on the controls, taken at the controls' expectations. The interval is exact for jointly normal data (S. S. Lavenberg
 * and P. D. Welch, "A perspective on the use of control variables to increase the efficiency of Monte Carlo
 * simulations", Management Science 27(3), 1981).
 *
 * @param values of independent replications, at least two more than there are controls.
 */
export function controlledInterval(
  values: readonly number[],
  controls: readonly ControlVariate[],
  confidence = 0.95,
): ControlledInterval {
  const n = values.length;
  const degrees = n - controls.length - 1;
  if (degrees < 1) {
    throw new RangeError(
      `${controls.length} control variates need at least ${controls.length + 2} values, got ${n}`,
    );
  }
  for (const control of controls) {
    if (control.values.length !== n) {
      throw new RangeError(`control variate ${control.name} has ${control.values.length} values, not ${n}`);
    }
  }
  // Columns are scaled to unit size, so that the decomposition's judgement of rank does not depend on units.
  const columns = controls.map((control) => {
    const column = control.values.map((value) => value - control.expectation);
    const size = Math.max(...column.map(Math.abs));
    return { size: size > 0 ? size : 1, scaled: column.map((value) => (size > 0 ? value / size : 0)) };
  });
  const design = new Matrix(values.map((_, row) => [1, ...columns.map((column) => column.scaled[row]!)]));
  const decomposition = new QrDecomposition(design);
  if (!decomposition.isFullRank()) {
    throw new RangeError(
      `the control variates ${controls.map((control) => control.name).join(', ')} are constant or determine each other`,
    );
  }
  const response = Matrix.columnVector(values as number[]);
  const solution = decomposition.solve(response);
  const residual = Matrix.sub(response, design.mmul(solution));
  const residualVariance = residual.dot(residual) / degrees;
  // The estimate is the first coefficient: its variance is the corner of the inverse of X'X = R'R.
  const firstRow = Matrix.eye(controls.length + 1).getColumn(0);
  const half = solveTransposedUpper(decomposition.upperTriangularMatrix, firstRow);
  const leverage = half.reduce((sum, value) => sum + value * value, 0);
  const plain = sampleVariance(values as number[]);
  return {
    ...intervalAround(solution.get(0, 0), Math.sqrt(residualVariance * leverage), degrees, n, confidence),
    coefficients: columns.map((column, i) => solution.get(i + 1, 0) / column.size),
    varianceLeft: plain > 0 ? residualVariance / plain : null,
  };
}

/** x of R'x = b for an upper triangular R. */
function solveTransposedUpper(upper: Matrix, b: readonly number[]): number[] {
  const x: number[] = [];
  for (let i = 0; i < b.length; i++) {
    let rest = b[i]!;
    for (let j = 0; j < i; j++) rest -= upper.get(j, i) * x[j]!;
    x.push(rest / upper.get(i, i));
  }
  return x;
}
