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
      share: { count: 194, bias: 0, median: 0.02, p90: 3.57, largest: 39.64 },
      ready: { count: 194, bias: 0, median: 0, p90: 2.54, largest: 6.34 },
      response: { count: 78, bias: -0.61, median: 1.27, p90: 22.09, largest: 44.71 },
      tail: { count: 78, bias: -0.42, median: 1.28, p90: 15.16, largest: 49.49 },
    },
    {
      name: 'nested',
      title: 'hosts up to 70 % loaded, nested layers short of CPUs',
      labs: 36,
      share: { count: 140, bias: 0.04, median: 0.41, p90: 13.87, largest: 88.07 },
      ready: { count: 140, bias: -0.04, median: 0.09, p90: 3.96, largest: 13.06 },
      response: { count: 46, bias: -0.91, median: 2.24, p90: 22.16, largest: 48.8 },
      tail: { count: 46, bias: -0.54, median: 1.59, p90: 18.6, largest: 46.39 },
    },
    {
      name: 'busy',
      title: 'hosts 70 to 100 % loaded',
      labs: 46,
      share: { count: 150, bias: 0, median: 0.76, p90: 16.4, largest: 232.26 },
      ready: { count: 150, bias: -0.58, median: 0.9, p90: 7.03, largest: 25.56 },
      response: { count: 70, bias: -6.05, median: 7.4, p90: 51.75, largest: 1215.59 },
      tail: { count: 70, bias: -2.61, median: 7.82, p90: 52.46, largest: 509.94 },
    },
    {
      name: 'overloaded',
      title: 'hosts asked for more than they have',
      labs: 60,
      share: { count: 208, bias: 0, median: 1.02, p90: 29.96, largest: 1471.74 },
      ready: { count: 208, bias: -0.22, median: 0.6, p90: 10.89, largest: 58.54 },
      response: { count: 76, bias: 0.28, median: 10.84, p90: 185.35, largest: 2776.18 },
      tail: { count: 76, bias: -5.19, median: 11.76, p90: 120.6, largest: 1047.33 },
    },
  ],
};
