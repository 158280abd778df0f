import { describe, expect, test } from 'vitest';
import { type ColourName, colour, PALETTE, withLightColours } from '../../../src/report/chart/theme.ts';

/** Contrast ratio of WCAG 2.2, section 1.4.3. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(['light', 'dark'] as const)('on %s paper', (scheme) => {
  const against = (name: ColourName): number => contrast(PALETTE[name][scheme], PALETTE.paper[scheme]);

  test.each(['ink', 'muted', 'limit'] as const)('%s can be read', (name) => {
    expect(against(name)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['level-0', 'level-1', 'level-2', 'level-3', 'work', 'overhead'] as const)(
    '%s can be seen',
    (name) => {
      expect(against(name)).toBeGreaterThanOrEqual(3);
    },
  );
});

test('a picture has the light colours, and what is no colour of ours stays', () => {
  expect(withLightColours(`${colour('work')} var(--unknown) var(--constructor)`)).toBe(
    `${PALETTE.work.light} var(--unknown) var(--constructor)`,
  );
});
