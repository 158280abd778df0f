// Written by benchmarks/machine/disagreement.mjs --write; do not edit.
import type { KnownError } from './disagreement.ts';

export const KNOWN_ERROR: KnownError = {
  date: '2026-11-28',
  seed: 1,
  labs: 200,
  regimes: [
    {
      name: 'free',
      title: 'hosts up to 70 % loaded, no nested layer short of CPUs',
      labs: 58,
      share: { count: 194, bias: 0, median: 0.02, p90: 6.19, largest: 28.83 },
      ready: { count: 194, bias: 0, median: 0, p90: 2.54, largest: 7.21 },
      response: { count: 78, bias: -0.74, median: 1.47, p90: 23.19, largest: 48.52 },
      tail: { count: 78, bias: -0.59, median: 1.37, p90: 20.17, largest: 52.36 },
    },
    {
      name: 'nested',
      title: 'hosts up to 70 % loaded, nested layers short of CPUs',
      labs: 36,
      share: { count: 140, bias: 0, median: 0.6, p90: 14.03, largest: 88.07 },
      ready: { count: 140, bias: -0.04, median: 0.09, p90: 3.96, largest: 13.06 },
      response: { count: 46, bias: -1.16, median: 3.49, p90: 22.16, largest: 49.67 },
      tail: { count: 46, bias: -0.69, median: 3.1, p90: 18.6, largest: 47.83 },
    },
    {
      name: 'busy',
      title: 'hosts 70 to 100 % loaded',
      labs: 46,
      share: { count: 150, bias: 0, median: 1.17, p90: 17.37, largest: 225.89 },
      ready: { count: 150, bias: -0.58, median: 0.95, p90: 7.2, largest: 25.56 },
      response: { count: 70, bias: -6.23, median: 7.5, p90: 54.2, largest: 1214.08 },
      tail: { count: 70, bias: -4.21, median: 7.82, p90: 52.92, largest: 509.94 },
    },
    {
      name: 'overloaded',
      title: 'hosts asked for more than they have',
      labs: 60,
      share: { count: 208, bias: 0, median: 1.02, p90: 30.43, largest: 1424.09 },
      ready: { count: 208, bias: -0.22, median: 0.6, p90: 10.89, largest: 58.94 },
      response: { count: 76, bias: 0.28, median: 13.29, p90: 175.98, largest: 2776.18 },
      tail: { count: 76, bias: -5.22, median: 12.16, p90: 142.23, largest: 1237.83 },
    },
  ],
};
