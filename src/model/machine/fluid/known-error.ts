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
      share: { count: 194, bias: 0, median: 0.01, p90: 4.81, largest: 39.65 },
      ready: { count: 194, bias: 0, median: 0, p90: 2.54, largest: 6.34 },
      response: { count: 78, bias: -0.4, median: 1.36, p90: 22.8, largest: 44.71 },
      tail: { count: 78, bias: -0.43, median: 1.37, p90: 16.3, largest: 49.49 },
    },
    {
      name: 'nested',
      title: 'hosts up to 70 % loaded, nested layers short of CPUs',
      labs: 36,
      share: { count: 140, bias: 0.03, median: 0.47, p90: 12.27, largest: 88.07 },
      ready: { count: 140, bias: -0.04, median: 0.09, p90: 3.96, largest: 13.06 },
      response: { count: 46, bias: -0.91, median: 2.24, p90: 22.18, largest: 48.87 },
      tail: { count: 46, bias: 0, median: 1.59, p90: 18.6, largest: 46.39 },
    },
    {
      name: 'busy',
      title: 'hosts 70 to 100 % loaded',
      labs: 46,
      share: { count: 150, bias: 0, median: 1, p90: 16.4, largest: 232.26 },
      ready: { count: 150, bias: -0.57, median: 0.95, p90: 7.13, largest: 25.56 },
      response: { count: 70, bias: -6.15, median: 7.5, p90: 54.2, largest: 1216.17 },
      tail: { count: 70, bias: -3.62, median: 8.16, p90: 52.46, largest: 509.94 },
    },
    {
      name: 'overloaded',
      title: 'hosts asked for more than they have',
      labs: 60,
      share: { count: 208, bias: 0, median: 1.02, p90: 29.96, largest: 1472.09 },
      ready: { count: 208, bias: -0.22, median: 0.6, p90: 10.89, largest: 58.54 },
      response: { count: 76, bias: 0.28, median: 10.84, p90: 185.35, largest: 2776.18 },
      tail: { count: 76, bias: -4.78, median: 11.76, p90: 120.6, largest: 1047.33 },
    },
  ],
};
