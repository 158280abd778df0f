import type { BenchRecord } from '../bench/record/record.ts';
import { RandomStream } from '../model/kernel/random-stream.ts';
import { type BlockValue, metricName } from './metric.ts';
import { overheadSeries } from './overhead-series.ts';
import { shiftOfSamples } from './statistics/shift.ts';
import { type DecisionRules, decide, overallVerdict } from './verdict.ts';

/** What the gate says when nothing changed, on the machine that made a record. */
export interface SelfTest {
  readonly splits: number;
  /** Blocks on each side of a split. */
  readonly blocks: number;
  readonly metrics: number;
  /** Shares of the splits by the verdict on the whole. */
  readonly pass: number;
  readonly falseAlarms: number;
  readonly inconclusive: number;
  /** Metrics that raised an alarm in some split, the most frequent first. */
  readonly alarms: readonly { readonly name: string; readonly share: number }[];
}

/** A half of fewer blocks than this is no sample of anything. */
const FEWEST = 3;

/**
 * Compares a record with itself: its blocks are dealt into two halves at random, over and over, and each time the
 * halves are gated against each other. Every alarm is a false one. Splits are drawn from a fixed seed.
 *
 * @returns null when the record has too few valid blocks
 */
export function selfTest(record: BenchRecord, rules: DecisionRules, splits = 1000): SelfTest | null {
  const series = overheadSeries(record);
  const blocks = [...new Set(series.flatMap(({ values }) => values.map(({ block }) => block)))];
  const half = Math.floor(blocks.length / 2);
  if (half < FEWEST) return null;
  const whole = series.filter(({ values }) => values.length === blocks.length);
  const stream = RandomStream.named(record.header.seed, 0, 'gate/self-test');
  const seen = { pass: 0, regressed: 0, inconclusive: 0 };
  const alarms = new Map<string, number>();
  for (let split = 0; split < splits; split++) {
    const order = shuffled(blocks, stream);
    const first = new Set(order.slice(0, half));
    const second = new Set(order.slice(half, 2 * half));
    const decisions = decide(
      whole.map(({ values, exactLike }) => ({
        shift: shiftOfSamples(logarithmsOf(values, second), logarithmsOf(values, first)),
        exactLike,
      })),
      rules,
    );
    seen[overallVerdict(decisions.map(({ verdict }) => verdict))] += 1;
    for (const [index, { verdict }] of decisions.entries()) {
      if (verdict !== 'regressed') continue;
      const name = metricName(whole[index]!.key);
      alarms.set(name, (alarms.get(name) ?? 0) + 1);
    }
  }
  return {
    splits,
    blocks: half,
    metrics: whole.length,
    pass: seen.pass / splits,
    falseAlarms: seen.regressed / splits,
    inconclusive: seen.inconclusive / splits,
    alarms: [...alarms]
      .map(([name, count]) => ({ name, share: count / splits }))
      .sort((a, b) => b.share - a.share || a.name.localeCompare(b.name, 'en')),
  };
}

const logarithmsOf = (values: readonly BlockValue[], blocks: ReadonlySet<number>): readonly number[] =>
  values.filter(({ block }) => blocks.has(block)).map(({ value }) => Math.log(value));

function shuffled(values: readonly number[], stream: RandomStream): readonly number[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
