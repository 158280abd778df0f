import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../src/calibrate/statistics/least-squares.ts';
import { MGH09, MISRA1A, type StatisticalReferenceDataset, THURBER } from './nist-strd.ts';

const fitFrom = (dataset: StatisticalReferenceDataset, start: readonly number[]) =>
  leastSquares({
    observed: dataset.observations.map(([y]) => y),
    predict: (parameters) => dataset.observations.map(([, x]) => dataset.model(parameters, x)),
    start,
  });

describe('least squares on NIST reference problems', () => {
  for (const dataset of [MISRA1A, MGH09, THURBER]) {
    for (const [index, start] of dataset.starts.entries()) {
      it(`${dataset.name} from start ${index + 1} reaches the certified values`, () => {
        const fit = fitFrom(dataset, start);
        expect(fit.converged).toBe(true);
        expect(fit.sumOfSquares / dataset.residualSumOfSquares).toBeCloseTo(1, 8);
        expect(fit.degreesOfFreedom).toBe(dataset.observations.length - start.length);
        for (const [j, certified] of dataset.certified.entries()) {
          expect(fit.parameters[j]! / certified.value, `parameter ${j + 1}`).toBeCloseTo(1, 5);
          expect(Math.sqrt(fit.covariance![j]![j]!) / certified.standardDeviation, `sd ${j + 1}`).toBeCloseTo(
            1,
            4,
          );
        }
      });
    }
  }
});

describe('least squares', () => {
  const line = (parameters: readonly number[]) =>
    [0, 1, 2, 3].map((x) => parameters[0]! + parameters[1]! * x);

  it('solves a linear problem as the closed form does', () => {
    // y = 1, 3, 5, 9: slope 2.6, intercept 0.6, residuals 0.4, -0.2, -0.8, 0.6 (sum of squares 1.2).
    const fit = leastSquares({ observed: [1, 3, 5, 9], predict: line, start: [0, 0] });
    expect(fit.parameters[0]).toBeCloseTo(0.6, 10);
    expect(fit.parameters[1]).toBeCloseTo(2.6, 10);
    expect(fit.sumOfSquares).toBeCloseTo(1.2, 10);
    // s^2 = 0.6; (X'X)^-1 = [[0.7, -0.3], [-0.3, 0.2]].
    expect(fit.covariance![0]![0]).toBeCloseTo(0.42, 8);
    expect(fit.covariance![0]![1]).toBeCloseTo(-0.18, 8);
    expect(fit.covariance![1]![1]).toBeCloseTo(0.12, 8);
  });

  it('weighs observations by their reciprocal variance', () => {
    // A constant fitted to 0 and 10, the second nine times as sure: 9.
    const fit = leastSquares({ observed: [0, 10], weights: [1, 9], predict: ([a]) => [a!, a!], start: [1] });
    expect(fit.parameters[0]).toBeCloseTo(9, 10);
  });

  it('stops at a bound, says so, and fits the rest given it', () => {
    // The slope may not exceed 2: the intercept is then the mean of y - 2x = 1, 1, 1, 3.
    const fit = leastSquares({
      observed: [1, 3, 5, 9],
      predict: line,
      start: [0, 0],
      low: [0, 0],
      high: [10, 2],
    });
    expect(fit.parameters[1]).toBe(2);
    expect(fit.parameters[0]).toBeCloseTo(1.5, 10);
    expect(fit.atBound).toEqual([false, true]);
    expect(fit.degreesOfFreedom).toBe(3);
    expect(fit.covariance![1]).toEqual([0, 0]);
    // s^2 = 3 / 3; variance of a mean of four.
    expect(fit.covariance![0]![0]).toBeCloseTo(0.25, 8);
  });

  it('leaves a bound it started on when the data pull it away', () => {
    const fit = leastSquares({ observed: [1, 3, 5, 9], predict: line, start: [0, 0], low: [0, 0] });
    expect(fit.parameters[1]).toBeCloseTo(2.6, 9);
    expect(fit.atBound).toEqual([false, false]);
  });

  it('fits a combination that cannot be told apart and gives it no covariance', () => {
    const fit = leastSquares({
      observed: [2, 2.1, 1.9],
      predict: ([a, b]) => [a! + b!, a! + b!, a! + b!],
      start: [0, 0],
    });
    expect(fit.parameters[0]! + fit.parameters[1]!).toBeCloseTo(2, 9);
    expect(fit.covariance).toBeNull();
  });

  it('has no covariance without a degree of freedom', () => {
    const fit = leastSquares({ observed: [1, 3], predict: ([a, b]) => [a!, a! + b!], start: [0, 0] });
    expect(fit.sumOfSquares).toBeCloseTo(0, 12);
    expect(fit.covariance).toBeNull();
  });

  it('rejects shapes that do not fit and a start out of bounds', () => {
    expect(() => leastSquares({ observed: [], predict: () => [], start: [1] })).toThrow(RangeError);
    expect(() => leastSquares({ observed: [1], weights: [1, 2], predict: () => [0], start: [1] })).toThrow(
      /2 weights for 1 observations/,
    );
    expect(() => leastSquares({ observed: [1], predict: () => [0], start: [1], low: [2] })).toThrow(
      /out of its bounds/,
    );
  });
});
