import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calibrateTable } from '../../src/calibrate/calibrate-table.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import { readPublishedTable } from '../../src/calibrate/published-table.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';

const FOLDER = 'platforms/published';
const OPTIONS = { name: 'literature', sha256: 'ab', replicates: 50 };

const tableOf = (name: string) => {
  const file = `${FOLDER}/${name}`;
  const read = readPublishedTable(file, readFileSync(file, 'utf8'));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
};

describe.each(readdirSync(FOLDER))('a profile from %s', (name) => {
  const { platform, report } = calibrateTable(tableOf(name), OPTIONS);

  it('gives back what was published of L1 and L2, and says what leaving L2 out predicts', () => {
    const fitted = report.residuals.filter((row) => row.fitted);
    expect(fitted.length).toBeGreaterThan(0);
    for (const { workload, level, error } of fitted) {
      expect(Math.abs(error), `${workload} at level ${level}`).toBeLessThan(0.001);
    }
    expect(report.residuals.some(({ without, level }) => without === 'level' && level === 2)).toBe(true);
  });

  it('reads back as written', () => {
    expect(readPlatform('literature.yaml', platformToYaml(platform))).toEqual({ ok: true, value: platform });
  });
});

describe('published tables', () => {
  it('have cycles turned into time, and what the operation costs on the metal taken off', () => {
    const { report } = calibrateTable(tableOf('turtles.yaml'), OPTIONS);
    const [one, two] = report.roundTrips;
    expect(one!.value).toBeCloseTo((2_600 - 100) / 2.9, 6);
    expect(two!.value).toBeCloseTo((58_000 - 100) / 2.9, 6);
  });

  it('agree with the profile that was worked out from the same table by hand', () => {
    const { platform } = calibrateTable(tableOf('pvm.yaml'), OPTIONS);
    const file = 'platforms/kvm-intel-shadowing.yaml';
    const byHand = readPlatform(file, readFileSync(file, 'utf8'));
    if (!byHand.ok) throw new Error(file);
    const { classes } = byHand.value.exits;
    expect(platform.exits.classes['vm-entry']!.handle.value / classes['vm-entry']!.handle.value).toBeCloseTo(
      1,
      1,
    );
    expect(platform.exits.classes.cpuid!.reflect.value / classes.cpuid!.reflect.value).toBeCloseTo(1, 1);
  });

  it('have an L3 that no fit looked at', () => {
    const { report } = calibrateTable(tableOf('dvh.yaml'), OPTIONS);
    expect(report.residuals.filter(({ level }) => level === 3).map(({ fitted }) => fitted)).toEqual(
      Array.from({ length: 4 }, () => false),
    );
  });

  it('are refused with the place and what was expected', () => {
    const text = readFileSync(`${FOLDER}/turtles.yaml`, 'utf8').replace('clock: 2.9 GHz\n', '');
    const read = readPublishedTable('turtles.yaml', text);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read)).toContain('found costs in cycles and no clock');
  });
});
