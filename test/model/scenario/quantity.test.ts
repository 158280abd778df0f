import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSION_NAMES, type Dimension } from '../../../src/model/scenario/dimension.ts';
import { formatQuantity, parseQuantity, quantityPattern } from '../../../src/model/scenario/quantity.ts';

const value = (dimension: Dimension, text: string): number => {
  const read = parseQuantity(dimension, text);
  if (!read.ok) throw new Error(`${text}: ${JSON.stringify(read)}`);
  return read.value;
};

const hint = (dimension: Dimension, text: string): string | undefined => {
  const read = parseQuantity(dimension, text);
  if (read.ok) throw new Error(`${text} was read as ${read.value}`);
  return read.hint;
};

describe('quantities', () => {
  it.each<[Dimension, string, number]>([
    ['size', '8 GiB', 8 * 2 ** 30],
    ['size', '8GiB', 8 * 2 ** 30],
    ['size', '1.5 GB', 1_500_000_000],
    ['frequency', '2.6 GHz', 2_600_000_000],
    ['duration', '2.8 ms', 2_800_000],
    ['duration', '10 µs', 10_000],
    ['duration', '10 μs', 10_000],
    ['duration', '45 min', 2_700_000_000_000],
    ['cost', '0.105 us', 105],
    ['cost', '0.5 ns', 0.5],
    ['bit-rate', '37.5 Gbps', 37_500_000_000],
    ['bit-rate', '25 Gbit/s', 25_000_000_000],
    ['byte-rate', '3.75 GB/s', 3_750_000_000],
    ['share', '5 %', 0.05],
    ['share', '0.1%', 0.001],
    ['rate', '20 /s', 20],
    ['rate', '90 /min', 1.5],
    ['price', '5.3222 USD/h', 5.3222],
  ])('%s %s', (dimension, text, expected) => {
    expect(value(dimension, text)).toBe(expected);
  });

  it('keeps decimal text exact where binary fractions would not', () => {
    // 4.35 * 1e6 is 4349999.999999999 in floating point.
    expect(value('duration', '4.35 ms')).toBe(4_350_000);
    expect(value('frequency', '1.001 GHz')).toBe(1_001_000_000);
  });

  it.each<[Dimension, string, RegExp]>([
    ['frequency', '2.6 Ghz', /did you mean GHz\?/],
    ['frequency', '2.6 GGz', /did you mean GHz\?/],
    ['frequency', '2,6 GHz', /write a decimal point: 2\.6/],
    ['size', '8 G', /did you mean GiB\?/],
    ['size', '8 Gib', /did you mean GiB\?/],
    ['size', '8', /add a unit; units: B, kB, KiB/],
    ['size', '8 GHz', /GHz is a unit of frequency/],
    ['size', '-8 GiB', /cannot be negative/],
    ['size', '1,000,000 B', /without separators: 1000000/],
    ['size', '1e9 B', /without an exponent/],
    ['size', '0.3 B', /finer than 1 B/],
    ['size', '99999999 TiB', /too large/],
    ['duration', '10 sec', /did you mean s\?/],
    ['duration', '10 m', /did you mean min\?/],
    ['duration', '0.5 ns', /finer than 1 ns/],
    ['duration', '.5 s', /write 0\.5/],
    ['bit-rate', '25 gbps', /did you mean Gbps\?/],
    ['bit-rate', '25 GB/s', /GB\/s is a unit of byte rate/],
    ['share', '5 percent', /did you mean %\?/],
    ['rate', '20 Hz', /did you mean \/s\?/],
    ['price', '5 $/h', /did you mean USD\/h\?/],
    ['price', '5 EUR/h', /USD\/h/],
  ])('refuses %s %s and says why', (dimension, text, expected) => {
    expect(hint(dimension, text)).toMatch(expected);
  });

  it.each(['', ' ', 'GiB', 'eight GiB', '8 GiB 3', '1.2.3 GiB', '0x10 B', '∞ B', '٣ B', '8\u0000GiB'])(
    'refuses %j',
    (text) => {
      expect(parseQuantity('size', text)).toMatchObject({ ok: false, expected: 'a size such as 8 GiB' });
    },
  );

  it('reads back what it writes, in every dimension', () => {
    for (const dimension of DIMENSION_NAMES) {
      const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
      const number = ['cost', 'share', 'rate', 'price'].includes(dimension)
        ? fc.oneof(fc.integer({ min: 0, max: 2 ** 31 }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }))
        : whole;
      fc.assert(
        fc.property(number, (original) => {
          const text = formatQuantity(dimension, original);
          expect(text).toMatch(new RegExp(quantityPattern(dimension), 'u'));
          expect(value(dimension, text)).toBe(original);
        }),
        { numRuns: 200 },
      );
    }
  });

  it('scales decimal text as exact arithmetic does', () => {
    const units: [string, bigint][] = [
      ['ns', 1n],
      ['us', 1_000n],
      ['ms', 1_000_000n],
      ['s', 1_000_000_000n],
    ];
    fc.assert(
      fc.property(
        fc.nat({ max: 999_999 }),
        fc.nat({ max: 999 }),
        fc.constantFrom(...units),
        (whole, thousandths, [unit, size]) => {
          const text = `${whole}.${String(thousandths).padStart(3, '0')} ${unit}`;
          const exact = BigInt(whole) * 1000n * size + BigInt(thousandths) * size;
          const read = parseQuantity('duration', text);
          if (exact % 1000n === 0n) expect(read).toEqual({ ok: true, value: Number(exact / 1000n) });
          else expect(read).toMatchObject({ ok: false, hint: expect.stringContaining('finer than 1 ns') });
        },
      ),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIMENSION_NAMES), fc.string({ unit: 'binary' }), (dimension, text) => {
        const read = parseQuantity(dimension, text);
        if (read.ok) expect(read.value).toBeGreaterThanOrEqual(0);
        else expect(read.found.length).toBeLessThan(500);
      }),
      { numRuns: 500 },
    );
  });
});
