import { describe, expect, it } from 'vitest';
import { compileExits } from '../../../src/model/scenario/compile.ts';
import type { Platform } from '../../../src/model/scenario/platform.ts';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { inMemorySources, platformText } from './in-memory-sources.ts';

const BASE = platformText(['pio', 'vm-entry']);
const DERIVED = `
name: derived
title: Derived
like: { platform: plain, widen: 2, because: both are made up }
hypervisor: another
exits:
  classes:
    pio:
      handle: { value: 7 us, basis: published, source: a paper }
`;

const read = (texts: Record<string, string>, name: string): Result<Platform> => {
  const sources = inMemorySources(texts);
  const file = `platform/${name}`;
  return sources.platform(file, texts[file]!);
};

const taken = (texts: Record<string, string>, name: string): Platform => {
  const result = read(texts, name);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
};

const refusals = (texts: Record<string, string>, name: string): string[] => {
  const result = read(texts, name);
  return result.ok ? [] : result.problems.map(formatProblem);
};

describe('a platform that is like another', () => {
  const texts = { 'platform/plain': BASE, 'platform/derived': DERIVED };

  it('says only what differs', () => {
    const base = taken(texts, 'plain');
    const derived = taken(texts, 'derived');
    expect(derived).toMatchObject({
      name: 'derived',
      hypervisor: 'another',
      cpu: base.cpu,
      scheduler: base.scheduler,
    });
    expect(derived.like).toEqual({ platform: 'plain', widen: 2, because: 'both are made up' });
    expect(derived.exits.classes.pio?.handle).toMatchObject({ value: 7_000, low: 7_000, basis: 'published' });
  });

  it('takes costs over as assumptions, that much wider, with where they came from', () => {
    const { reflect } = taken(texts, 'derived').exits.classes.pio!;
    expect(reflect).toMatchObject({ value: 2_000, low: 1_000, high: 4_000, basis: 'assumed' });
    expect(reflect.source).toMatch(
      /^as on plain, give or take a factor of 2 more: both are made up\. There: made up$/,
    );
  });

  it('takes them over as they are when nothing is wider', () => {
    const same = DERIVED.replace('widen: 2, ', '');
    expect(taken({ ...texts, 'platform/derived': same }, 'derived').exits.classes.pio?.reflect).toEqual(
      taken(texts, 'plain').exits.classes.pio?.reflect,
    );
  });

  it('can be like one that is like a third', () => {
    const third = 'name: third\ntitle: Third\nlike: { platform: derived, because: also made up }\n';
    const platform = taken({ ...texts, 'platform/third': third }, 'third');
    expect(platform.exits).toEqual(taken(texts, 'derived').exits);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a cycle',
      { 'platform/derived': DERIVED.replace('platform: plain', 'platform: derived') },
      /^platform\/derived:4:19: like\.platform: found a cycle: platform derived is like itself/,
    ],
    [
      'a base there is not',
      { 'platform/derived': DERIVED.replace('platform: plain', 'platform: plian') },
      /^platform\/derived:4:19: like\.platform: .*did you mean plain/,
    ],
    [
      'a mistake in what differs, where it stands',
      { 'platform/derived': DERIVED.replace('value: 7 us', 'value: 7') },
      /^platform\/derived:9:\d+: exits\.classes\.pio\.handle\.value: found 7, expected a CPU time/,
    ],
    [
      'no reason',
      { 'platform/derived': DERIVED.replace(', because: both are made up', '') },
      /like\.because/,
    ],
  ])('refuses %s', (_, changed, expected) => {
    expect(refusals({ ...texts, ...changed }, 'derived')[0]).toMatch(expected);
  });
});

describe('assists', () => {
  const assist = (on: boolean): string => `
  assists:
    exitless-timers: { on: ${on}, removes: [pio], depth: 1, beyond: owner, source: made up }
  classes:`;
  const withAssist = (on: boolean): Record<string, string> => ({
    'platform/plain': BASE.replace('\n  classes:', assist(on)),
  });

  it('spare exits when they are on', () => {
    expect(compileExits(taken(withAssist(true), 'plain')).assists).toEqual({
      pio: { depth: 1, beyond: 'owner' },
    });
    expect(compileExits(taken(withAssist(false), 'plain')).assists).toBeUndefined();
  });
});
