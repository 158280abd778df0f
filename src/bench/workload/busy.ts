import { createHash } from 'node:crypto';
import type { TakenSamples } from '../record/record.ts';
import { deterministicNoise } from './deterministic-data.ts';

/** Name of what guests are busy with when they contend for CPUs (`nestmark bench contention`). */
export const BUSY = 'busy';

const INPUT_BYTES = 2 * 1024;
/** Long against a scheduler's slice and a tick, short against a person's patience. */
const SECONDS = 3;
const WARM_UP_SECONDS = 0.3;
/** Rounds between two looks at the clock. */
const BATCH = 16;

/**
 * Rounds of SHA-256 for a given time and not of a given number: guests side by side then end together, and none has the
 * CPU to itself at the end. The sample is what a round took on average, by the level's own clock.
 */
export function beBusy(level: number, seed: number): TakenSamples {
  const input = deterministicNoise(INPUT_BYTES, seed);
  let digest = Buffer.alloc(0);
  const roundNs = (seconds: number): number => {
    const start = process.hrtime.bigint();
    for (let rounds = BATCH; ; rounds += BATCH) {
      for (let i = 0; i < BATCH; i++) digest = createHash('sha256').update(input).digest();
      const passed = Number(process.hrtime.bigint() - start);
      if (passed >= seconds * 1e9) return Math.round((passed / rounds) * 10) / 10;
    }
  };
  const warmUp = roundNs(WARM_UP_SECONDS);
  return {
    ...{ kind: 'samples', level, workload: BUSY, class: 'control', unit: 'ns', operationsPerSample: 1 },
    ...{ values: [warmUp, roundNs(SECONDS)], warmUp: 1, checksum: digest.toString('hex') },
  };
}
