import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { BUDGETED, type LookRule, MACHINE, runLooks, UNTIL_DECIDED } from './gate-simulation.ts';

/**
 * docs/gate.md shows this table: a margin of 3 %, blocks side by side. The hardest case for a rule that looks twice is
 * the margin itself: a growth of just 3 % is neither to be let pass nor to be called more, and each look is a new chance
 * of either. Shares of 1,000 trials are judged with 3 standard errors: 2.1 % at 5 %.
 */
const TRIALS = 1000;

interface Shares {
  readonly pass: number;
  readonly regressed: number;
  readonly inconclusive: number;
  /** Mean over the trials. */
  readonly blocks: number;
}

function tried(name: string, rule: LookRule, effect: number): Shares {
  const stream = RandomStream.named(2, 0, `gate/looks/${name}/${effect}`);
  const seen = { pass: 0, regressed: 0, improved: 0, inconclusive: 0 };
  let blocks = 0;
  for (let i = 0; i < TRIALS; i++) {
    const outcome = runLooks(MACHINE, { effect, metrics: 1, paired: true, margin: 0.03 }, rule, stream);
    seen[outcome.verdict]++;
    blocks += outcome.blocks;
  }
  const shares = {
    pass: seen.pass / TRIALS,
    regressed: seen.regressed / TRIALS,
    inconclusive: seen.inconclusive / TRIALS,
    blocks: blocks / TRIALS,
  };
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`.padStart(7);
  console.log(
    `${name}, effect ${percent(effect)}: pass ${percent(shares.pass)}  regressed ${percent(shares.regressed)}  inconclusive ${percent(shares.inconclusive)}  blocks ${shares.blocks.toFixed(1)}`,
  );
  return shares;
}

describe('a gate of 10 blocks with a budget of 10 more', () => {
  const rule = BUDGETED(10, 10);

  it('raises a false alarm in at most 1 % of runs without an effect, and passes with fewer blocks', () => {
    const shares = tried('budget', rule, 0);
    expect(shares.regressed).toBeLessThanOrEqual(0.01);
    expect(shares.pass).toBeGreaterThan(0.7);
    expect(shares.blocks).toBeLessThan(19);
  });

  it('is wrong about a growth of just the margin as rarely as a gate that looks once', () => {
    const shares = tried('budget', rule, 0.03);
    expect(shares.regressed).toBeLessThanOrEqual(0.05 + 0.021);
    expect(shares.pass).toBeLessThanOrEqual(0.05 + 0.021);
  });

  it('finds 5 % more often than not and 10 % nearly always', () => {
    expect(tried('budget', rule, 0.05).regressed).toBeGreaterThanOrEqual(0.5);
    expect(tried('budget', rule, 0.1).regressed).toBeGreaterThanOrEqual(0.95);
  });
});

it('a gate that is run again until it says something is wrong far more often than it claims', () => {
  const shares = tried('again until decided', UNTIL_DECIDED(10, 60), 0.03);
  expect(shares.regressed + shares.pass).toBeGreaterThan(0.2);
});
