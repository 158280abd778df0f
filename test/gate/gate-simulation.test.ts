import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { type GateTrial, MACHINE, runTrial } from './gate-simulation.ts';

/**
 * docs/gate.md shows this table. Chances are judged with the tolerance of the number of trials: 3 standard errors of
 * a share of 1 % in 1,000 trials are 0.9 %.
 */
const MARGIN = 0.03;
const BLOCKS = 20;

interface Shares {
  readonly pass: number;
  readonly regressed: number;
  readonly improved: number;
  readonly inconclusive: number;
  readonly falseAlarms: number;
}

function tried(trials: number, trial: Pick<GateTrial, 'effect' | 'metrics' | 'paired'>): Shares {
  const stream = RandomStream.named(1, 0, `gate/${trial.metrics}/${trial.paired}/${trial.effect}`);
  const seen = { pass: 0, regressed: 0, improved: 0, inconclusive: 0, falseAlarms: 0 };
  for (let i = 0; i < trials; i++) {
    const outcome = runTrial(MACHINE, { ...trial, blocks: BLOCKS, margin: MARGIN }, stream);
    seen[outcome.verdict]++;
    if (outcome.falseAlarm) seen.falseAlarms++;
  }
  const share = (count: number): number => count / trials;
  const shares = {
    pass: share(seen.pass),
    regressed: share(seen.regressed),
    improved: share(seen.improved),
    inconclusive: share(seen.inconclusive),
    falseAlarms: share(seen.falseAlarms),
  };
  const percent = (value: number): string => `${(value * 100).toFixed(1)} %`.padStart(8);
  console.log(
    `${String(trial.metrics).padStart(2)} metrics, ${trial.paired ? 'paired  ' : 'unpaired'}, effect ${percent(trial.effect)}: ` +
      Object.entries(shares)
        .map(([name, value]) => `${name} ${percent(value)}`)
        .join('  '),
  );
  return shares;
}

describe.each([
  { paired: true, title: 'blocks measured side by side' },
  { paired: false, title: 'blocks of two records' },
])('the gate on a noisy, drifting, spiky machine, $title, 20 blocks, a margin of 3 %', ({ paired }) => {
  it('raises a false alarm in at most 1 % of runs without an effect', () => {
    const shares = tried(1000, { effect: 0, metrics: 1, paired });
    expect(shares.falseAlarms).toBeLessThanOrEqual(0.01);
    expect(shares.pass).toBeGreaterThan(0.7);
  });

  it('does not call a growth within the margin a regression', () => {
    expect(tried(1000, { effect: 0.02, metrics: 1, paired }).regressed).toBeLessThanOrEqual(0.01);
  });

  it('finds a growth of 5 % more often than not, and never lets it pass', () => {
    const shares = tried(1000, { effect: 0.05, metrics: 1, paired });
    expect(shares.regressed).toBeGreaterThanOrEqual(0.5);
    expect(shares.pass).toBeLessThanOrEqual(0.05);
  });

  it('finds a growth of 10 % in one of ten metrics, with no false alarm among the other nine', () => {
    const shares = tried(200, { effect: 0.1, metrics: 10, paired });
    expect(shares.regressed).toBeGreaterThanOrEqual(0.95);
    expect(shares.falseAlarms).toBeLessThanOrEqual(0.01);
  });
});
