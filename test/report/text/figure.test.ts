import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bytesText,
  decimalsOf,
  durationText,
  figureText,
  meanText,
  plainText,
  plusMinusText,
  rangeText,
  settingText,
} from '../../../src/report/text/figure.ts';

const around = (mean: number, half: number) => ({ mean, low: mean - half, high: mean + half });
const alone = (mean: number) => ({ mean, low: null, high: null });

describe('a figure is shown to the precision its interval allows', () => {
  test.each([
    [around(2.3817, 0.113), '2.38 ±0.11'],
    [around(2.3817, 0.34), '2.4 ±0.3'],
    [around(905_812, 3_400), '906,000 ±3,000'],
    [around(905_812, 1_400), '905,800 ±1,400'],
    [around(0.000_412, 0.000_003), '0.000412 ±0.000003'],
    [around(12, 400), '0 ±400'],
    [around(-3.21, 0.52), '−3.2 ±0.5'],
    [around(3009, 0), '3,009 ±0'],
    [around(0, 0), '0 ±0'],
    [alone(2.3817), '2.38'],
    [alone(184_233), '184,000'],
    [alone(0), '0.00'],
    [around(1.234e9, 2e7), '1.23e9 ±2e7'],
  ])('%o as %s', (figure, text) => {
    expect(plusMinusText(figure)).toBe(text);
  });

  test('an uneven interval goes by its longer arm', () => {
    expect(decimalsOf({ mean: 10, low: 9.9, high: 14 })).toBe(0);
    expect(rangeText({ mean: 10, low: 9.9, high: 14 })).toBe('10–14');
  });

  test('a range across zero is written with "to"', () => {
    expect(rangeText(around(0.1, 0.5))).toBe('−0.4 to 0.6');
  });

  test('a sentence carries unit and interval', () => {
    expect(figureText(around(2.38, 0.11), 'ratio')).toBe('2.38× (2.27–2.49)');
    expect(figureText(alone(3.1), '%')).toBe('3.10 %');
  });

  test('no interval hides in an exact figure of many digits', () => {
    expect(meanText(around(1 / 3, 0))).toBe('0.33333');
  });
});

test('what someone chose is not rounded to three digits, and gets no zeros', () => {
  expect(settingText(2)).toBe('2');
  expect(settingText(1500)).toBe('1,500');
  expect(settingText(0.0125)).toBe('0.0125');
  expect(plainText(2)).toBe('2.00');
});

test('durations take the unit that reads best', () => {
  expect(durationText(around(3009, 30))).toEqual({ mean: '3.01', range: '2.98–3.04', unit: 'µs' });
  expect(durationText(alone(87))).toEqual({ mean: '87.0', range: '', unit: 'ns' });
  expect(durationText(alone(2.5e9)).unit).toBe('s');
});

test('memory is in the units it is sold in', () => {
  expect(bytesText(384 * 1024 ** 3)).toBe('384 GiB');
  expect(bytesText(0)).toBe('0.00 B');
});

test('property: the text of a mean is the mean, within half of its last sure digit', () => {
  const size = fc.double({ min: 1e-3, max: 9e6, noNaN: true });
  fc.assert(
    fc.property(
      size,
      fc.double({ min: 1e-3, max: 1, noNaN: true }),
      fc.boolean(),
      (mean, share, negative) => {
        const figure = around(negative ? -mean : mean, mean * share);
        const shown = Number(meanText(figure).replaceAll(',', '').replace('−', '-'));
        expect(Math.abs(shown - figure.mean)).toBeLessThanOrEqual(0.5001 * 10 ** -decimalsOf(figure));
      },
    ),
  );
});

describe('nothing finer is shown than anyone acts on', () => {
  const share = (mean: number, half: number) => ({ ...around(mean, half), unit: '%' as const });

  test.each([
    [share(0.000_49, 0.000_06), '<0.01'],
    [share(0.0087, 0.0015), '0.01 ±<0.01'],
    [share(1.942, 0.004), '1.94 ±<0.01'],
    [share(0, 0), '0 ±0'],
  ])('%o as %s', (figure, text) => {
    expect(plusMinusText(figure)).toBe(text);
  });
});
