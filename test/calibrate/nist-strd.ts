/**
 * NIST Statistical Reference Datasets for non-linear regression (https://www.itl.nist.gov/div898/strd/nls/):
 * data, models, both starting points and certified results of a lower and two higher difficulty problems.
 */
export interface StatisticalReferenceDataset {
  readonly name: string;
  /** [y, x], as in NIST's files. */
  readonly observations: readonly (readonly [number, number])[];
  readonly model: (b: readonly number[], x: number) => number;
  readonly starts: readonly (readonly number[])[];
  readonly certified: readonly { readonly value: number; readonly standardDeviation: number }[];
  readonly residualSumOfSquares: number;
}

export const MISRA1A: StatisticalReferenceDataset = {
  name: 'Misra1a',
  observations: [
    [10.07, 77.6],
    [14.73, 114.9],
    [17.94, 141.1],
    [23.93, 190.8],
    [29.61, 239.9],
    [35.18, 289.0],
    [40.02, 332.8],
    [44.82, 378.4],
    [50.76, 434.8],
    [55.05, 477.3],
    [61.01, 536.8],
    [66.4, 593.1],
    [75.47, 689.1],
    [81.78, 760.0],
  ],
  model: (b, x) => b[0]! * (1 - Math.exp(-b[1]! * x)),
  starts: [
    [500, 0.0001],
    [250, 0.0005],
  ],
  certified: [
    { value: 2.3894212918e2, standardDeviation: 2.7070075241 },
    { value: 5.5015643181e-4, standardDeviation: 7.2668688436e-6 },
  ],
  residualSumOfSquares: 1.2455138894e-1,
};

export const MGH09: StatisticalReferenceDataset = {
  name: 'MGH09',
  observations: [
    [1.957e-1, 4],
    [1.947e-1, 2],
    [1.735e-1, 1],
    [1.6e-1, 0.5],
    [8.44e-2, 0.25],
    [6.27e-2, 0.167],
    [4.56e-2, 0.125],
    [3.42e-2, 0.1],
    [3.23e-2, 0.0833],
    [2.35e-2, 0.0714],
    [2.46e-2, 0.0625],
  ],
  model: (b, x) => (b[0]! * (x * x + x * b[1]!)) / (x * x + x * b[2]! + b[3]!),
  starts: [
    [25, 39, 41.5, 39],
    [0.25, 0.39, 0.415, 0.39],
  ],
  certified: [
    { value: 1.9280693458e-1, standardDeviation: 1.1435312227e-2 },
    { value: 1.9128232873e-1, standardDeviation: 1.9633220911e-1 },
    { value: 1.2305650693e-1, standardDeviation: 8.0842031232e-2 },
    { value: 1.3606233068e-1, standardDeviation: 9.0025542308e-2 },
  ],
  residualSumOfSquares: 3.0750560385e-4,
};

export const THURBER: StatisticalReferenceDataset = {
  name: 'Thurber',
  observations: [
    [80.574, -3.067],
    [84.248, -2.981],
    [87.264, -2.921],
    [87.195, -2.912],
    [89.076, -2.84],
    [89.608, -2.797],
    [89.868, -2.702],
    [90.101, -2.699],
    [92.405, -2.633],
    [95.854, -2.481],
    [100.696, -2.363],
    [101.06, -2.322],
    [401.672, -1.501],
    [390.724, -1.46],
    [567.534, -1.274],
    [635.316, -1.212],
    [733.054, -1.1],
    [759.087, -1.046],
    [894.206, -0.915],
    [990.785, -0.714],
    [1090.109, -0.566],
    [1080.914, -0.545],
    [1122.643, -0.4],
    [1178.351, -0.309],
    [1260.531, -0.109],
    [1273.514, -0.103],
    [1288.339, 0.01],
    [1327.543, 0.119],
    [1353.863, 0.377],
    [1414.509, 0.79],
    [1425.208, 0.963],
    [1421.384, 1.006],
    [1442.962, 1.115],
    [1464.35, 1.572],
    [1468.705, 1.841],
    [1447.894, 2.047],
    [1457.628, 2.2],
  ],
  model: (b, x) =>
    (b[0]! + b[1]! * x + b[2]! * x ** 2 + b[3]! * x ** 3) / (1 + b[4]! * x + b[5]! * x ** 2 + b[6]! * x ** 3),
  starts: [
    [1000, 1000, 400, 40, 0.7, 0.3, 0.03],
    [1300, 1500, 500, 75, 1, 0.4, 0.05],
  ],
  certified: [
    { value: 1.28813968e3, standardDeviation: 4.6647963344 },
    { value: 1.4910792535e3, standardDeviation: 3.9571156086e1 },
    { value: 5.8323836877e2, standardDeviation: 2.8698696102e1 },
    { value: 7.5416644291e1, standardDeviation: 5.567537027 },
    { value: 9.6629502864e-1, standardDeviation: 3.1333340687e-2 },
    { value: 3.9797285797e-1, standardDeviation: 1.4984928198e-2 },
    { value: 4.9727297349e-2, standardDeviation: 6.5842344623e-3 },
  ],
  residualSumOfSquares: 5.6427082397e3,
};
