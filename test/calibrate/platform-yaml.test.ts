import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import type { Platform } from '../../src/model/scenario/platform.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';
import { syntheticRecord } from './synthetic-record.ts';

const read = (text: string): Platform => {
  const result = readPlatform('x.yaml', text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};

describe('a profile as YAML', () => {
  for (const options of [
    { noise: { sigma: 0.07, seed: 1 } },
    { noise: { sigma: 0.01, seed: 2 }, counters: 'totals' as const, background: 1e-6 },
    { levels: [0, 1], clock: 'instructions' as const },
    { counters: 'none' as const },
  ]) {
    it(`reads back as it was: ${JSON.stringify(options)}`, () => {
      const { platform } = calibrate(syntheticRecord(options), {
        name: 'mine',
        sha256: 'ab',
        replicates: 50,
      });
      expect(read(platformToYaml(platform))).toEqual(platform);
    });
  }

  it.each(['kvm-intel-shadowing', 'kvm-intel-no-shadowing', 'emulated-lab'])(
    'writes the shipped profile %s so that it reads back',
    (name) => {
      const shipped = read(readFileSync(`platforms/${name}.yaml`, 'utf8'));
      expect(read(platformToYaml(shipped))).toEqual(shipped);
    },
  );

  it('gives durations their units and a figure one line', () => {
    const { platform } = calibrate(syntheticRecord(), { name: 'mine', sha256: 'ab', replicates: 50 });
    const text = platformToYaml(platform);
    expect(text).toMatch(
      /^ {2}switch: \{ value: 1\.014 us, low: 0 s, high: 2\.6 us, basis: derived, source: .+ \}$/m,
    );
    expect(text).toMatch(/^ {2}tick: \{ value: 4 ms, /m);
    expect(text).not.toMatch(/[&*]a\d/);
  });
});
