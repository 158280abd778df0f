// Written by benchmarks/machine/disagreement.mjs --write; do not edit.
import type { KnownError } from './disagreement.ts';

export const KNOWN_ERROR: KnownError = {
  date: '2026-11-29',
  seed: 1,
  labs: 200,
  regimes: [
    {
      name: 'free',
      title: 'hosts up to 70 % loaded, no nested layer short of CPUs',
      labs: 58,
      share: { count: 194, bias: 0, median: 0.01, p90: 3.68, largest: 37.05 },
      ready: { count: 194, bias: 0, median: 0, p90: 2.54, largest: 8.02 },
      response: { count: 78, bias: -0.36, median: 1.36, p90: 22.09, largest: 48.5 },
      tail: { count: 78, bias: -0.43, median: 1.08, p90: 15.93, largest: 50 },
    },
    {
      name: 'nested',
      title: 'hosts up to 70 % loaded, nested layers short of CPUs',
      labs: 36,
      share: { count: 140, bias: 0.04, median: 0.44, p90: 12.27, largest: 88.07 },
      ready: { count: 140, bias: -0.03, median: 0.09, p90: 3.96, largest: 14.48 },
      response: { count: 47, bias: -1.08, median: 2.24, p90: 22.16, largest: 48.8 },
      tail: { count: 47, bias: -0.71, median: 1.74, p90: 23.94, largest: 46.39 },
    },
    {
      name: 'busy',
      title: 'hosts 70 to 100 % loaded',
      labs: 46,
      share: { count: 150, bias: 0, median: 0.63, p90: 15.44, largest: 194.88 },
      ready: { count: 150, bias: -0.59, median: 0.94, p90: 7.68, largest: 25.56 },
      response: { count: 70, bias: -6.09, median: 7.5, p90: 52.22, largest: 1683.14 },
      tail: { count: 70, bias: -3.39, median: 6.94, p90: 52.23, largest: 776.19 },
    },
    {
      name: 'overloaded',
      title: 'hosts asked for more than they have',
      labs: 60,
      share: { count: 208, bias: 0, median: 0.82, p90: 30.63, largest: 1826.37 },
      ready: { count: 208, bias: -0.24, median: 0.52, p90: 11.9, largest: 57.99 },
      response: { count: 76, bias: 0.28, median: 13.58, p90: 209.85, largest: 6327.38 },
      tail: { count: 76, bias: -5.19, median: 14.08, p90: 215.41, largest: 3165.14 },
    },
  ],
};
