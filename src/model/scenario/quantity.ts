import { nearestWord } from './nearest-word.ts';

/**
 * Numbers with units, as input files write them: `8 GiB`, `2.6 GHz`, `150 us`, `25 Gbps`, `5 %`, `20 /s`.
 * Strict: plain decimal digits, one unit of the right kind, spelled exactly. Whatever can be kept exact is: the
 * decimal text is scaled as an integer, never as a binary fraction.
 */
export type Dimension =
  /** Whole nanoseconds. */
  | 'duration'
  /** Nanoseconds of CPU time, fractions allowed: a cost measured or fitted finer than the clock ticks. */
  | 'cost'
  /** Bytes. */
  | 'size'
  /** Hertz. */
  | 'frequency'
  /** Bits a second. */
  | 'bit-rate'
  /** Bytes a second. */
  | 'byte-rate'
  /** A share: 1 is 100 %. */
  | 'share'
  /** Events a second. */
  | 'rate'
  /** US dollars an hour. */
  | 'price';

export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly found: string; readonly expected: string; readonly hint?: string };

interface DimensionRules {
  /** What a right one looks like, for messages: `a size such as 8 GiB`. */
  readonly expected: string;
  /** Unit to size in the base unit, as an exact fraction [numerator, denominator]. Smallest first. */
  readonly units: ReadonlyMap<string, readonly [bigint, bigint]>;
  /** Spellings people use for a unit without it being the unit's name, in lower case. */
  readonly slips: Readonly<Record<string, string>>;
  /** The value must be a whole number of base units. */
  readonly whole: boolean;
  /** Units `formatQuantity` writes, largest first. */
  readonly written: readonly string[];
}

type UnitRow = readonly [name: string, numerator: bigint, denominator?: bigint];

const table = (...rows: UnitRow[]): ReadonlyMap<string, readonly [bigint, bigint]> =>
  new Map(rows.map(([name, numerator, denominator]) => [name, [numerator, denominator ?? 1n]]));

const TIME_UNITS = table(
  ['ns', 1n],
  ['us', 1_000n],
  // The micro sign and the Greek letter mu are different characters; keyboards give either.
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['min', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
);

const TIME_SLIPS = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  msec: 'ms',
  millis: 'ms',
  milliseconds: 'ms',
  usec: 'us',
  micros: 'us',
  microseconds: 'us',
  nsec: 'ns',
  nanoseconds: 'ns',
} as const;

const DIMENSIONS: Readonly<Record<Dimension, DimensionRules>> = {
  duration: {
    expected: 'a duration such as 150 us or 20 s',
    units: TIME_UNITS,
    slips: TIME_SLIPS,
    whole: true,
    written: ['h', 'min', 's', 'ms', 'us', 'ns'],
  },
  cost: {
    expected: 'a CPU time such as 0.21 us or 345 ns',
    units: TIME_UNITS,
    slips: TIME_SLIPS,
    whole: false,
    written: ['s', 'ms', 'us', 'ns'],
  },
  size: {
    expected: 'a size such as 8 GiB',
    units: table(
      ['B', 1n],
      ['kB', 10n ** 3n],
      ['KiB', 1n << 10n],
      ['MB', 10n ** 6n],
      ['MiB', 1n << 20n],
      ['GB', 10n ** 9n],
      ['GiB', 1n << 30n],
      ['TB', 10n ** 12n],
      ['TiB', 1n << 40n],
    ),
    slips: { k: 'KiB', m: 'MiB', g: 'GiB', t: 'TiB', ki: 'KiB', mi: 'MiB', gi: 'GiB', ti: 'TiB', bytes: 'B' },
    whole: true,
    written: ['TiB', 'GiB', 'MiB', 'KiB', 'B'],
  },
  frequency: {
    expected: 'a frequency such as 2.6 GHz',
    units: table(['Hz', 1n], ['kHz', 10n ** 3n], ['MHz', 10n ** 6n], ['GHz', 10n ** 9n]),
    slips: { g: 'GHz', m: 'MHz', gigahertz: 'GHz' },
    whole: true,
    written: ['GHz', 'MHz', 'kHz', 'Hz'],
  },
  'bit-rate': {
    expected: 'a network speed such as 25 Gbps',
    units: table(
      ['bps', 1n],
      ['bit/s', 1n],
      ['kbps', 10n ** 3n],
      ['kbit/s', 10n ** 3n],
      ['Mbps', 10n ** 6n],
      ['Mbit/s', 10n ** 6n],
      ['Gbps', 10n ** 9n],
      ['Gbit/s', 10n ** 9n],
      ['Tbps', 10n ** 12n],
      ['Tbit/s', 10n ** 12n],
    ),
    slips: {
      g: 'Gbps',
      m: 'Mbps',
      gbe: 'Gbps',
      gbit: 'Gbit/s',
      mbit: 'Mbit/s',
    },
    whole: true,
    written: ['Tbps', 'Gbps', 'Mbps', 'kbps', 'bps'],
  },
  'byte-rate': {
    expected: 'a bandwidth such as 3.75 GB/s',
    units: table(
      ['B/s', 1n],
      ['kB/s', 10n ** 3n],
      ['KiB/s', 1n << 10n],
      ['MB/s', 10n ** 6n],
      ['MiB/s', 1n << 20n],
      ['GB/s', 10n ** 9n],
      ['GiB/s', 1n << 30n],
    ),
    slips: { mb: 'MB/s', gb: 'GB/s', g: 'GB/s', m: 'MB/s' },
    whole: true,
    written: ['GB/s', 'MB/s', 'kB/s', 'B/s'],
  },
  share: {
    expected: 'a percentage such as 5 %',
    units: table(['%', 1n, 100n]),
    slips: { percent: '%', pct: '%' },
    whole: false,
    written: ['%'],
  },
  rate: {
    expected: 'a rate such as 20 /s',
    units: table(['/h', 1n, 3_600n], ['/min', 1n, 60n], ['/s', 1n], ['/ms', 1_000n]),
    slips: {
      hz: '/s',
      'per second': '/s',
      'per s': '/s',
      'per minute': '/min',
      'per hour': '/h',
      rps: '/s',
      'req/s': '/s',
    },
    whole: false,
    written: ['/s'],
  },
  price: {
    expected: 'a price such as 5.32 USD/h',
    units: table(['USD/h', 1n]),
    slips: { $: 'USD/h', '$/h': 'USD/h', usd: 'USD/h', '/h': 'USD/h' },
    whole: false,
    written: ['USD/h'],
  },
};

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];

export const expectedQuantity = (dimension: Dimension): string => DIMENSIONS[dimension].expected;

/** A pattern of every accepted spelling, for editors: the check itself is `parseQuantity`. */
export function quantityPattern(dimension: Dimension): string {
  const units = [...DIMENSIONS[dimension].units.keys()].map((unit) => unit.replaceAll(/[/$]/g, '\\$&'));
  return `^\\d+(\\.\\d+)? ?(${units.join('|')})$`;
}

const NUMBER_AND_UNIT = /^([+-]?)(\d[\d.,_'eE+]*|\.\d+)(.*)$/su;
const DECIMAL = /^(\d+)(?:\.(\d+))?$/;
/** More digits than any quantity needs; keeps the exact arithmetic below small. */
const MAX_DIGITS = 40;

/**
 * Reads `text` as a quantity of `dimension`, in its base unit (see `Dimension`). Never throws.
 * Refuses negatives, exponents, digit separators, unknown units, and what the base unit cannot hold exactly.
 */
export function parseQuantity(dimension: Dimension, text: string): QuantityResult {
  const rules = DIMENSIONS[dimension];
  const refuse = (hint?: string): QuantityResult => ({
    ok: false,
    found: quote(text),
    expected: rules.expected,
    ...(hint === undefined ? {} : { hint }),
  });

  const match = NUMBER_AND_UNIT.exec(text.trim());
  if (match === null) return refuse();
  const [, sign, digits, rest] = match as unknown as [string, string, string, string];
  if (sign === '-') return refuse('it cannot be negative');
  const number = DECIMAL.exec(digits);
  if (number === null) return refuse(numberHint(digits));
  if (sign === '+') return refuse('leave out the plus sign');
  if (digits.length > MAX_DIGITS) return refuse(`at most ${MAX_DIGITS} digits`);

  const unit = rest.trim();
  const factor = rules.units.get(unit);
  if (factor === undefined) return refuse(unitHint(rules, unit));

  const fraction = number[2] ?? '';
  const numerator = BigInt(number[1]! + fraction) * factor[0];
  const denominator = 10n ** BigInt(fraction.length) * factor[1];
  const exact = numerator % denominator === 0n;
  if (rules.whole && !exact) return refuse(`finer than 1 ${rules.written.at(-1)}, the smallest that is kept`);
  const value = exact ? Number(numerator / denominator) : divide(numerator, denominator);
  if (value > Number.MAX_SAFE_INTEGER) return refuse('too large');
  return { ok: true, value };
}

/** The shortest exact spelling: `parseQuantity(dimension, formatQuantity(dimension, value))` gives `value` back. */
export function formatQuantity(dimension: Dimension, value: number): string {
  const rules = DIMENSIONS[dimension];
  const smallest = rules.written.at(-1)!;
  for (const unit of rules.written) {
    if (unit === smallest) break;
    const text = String(value / Number(rules.units.get(unit)![0]));
    if (text.length > 6 || text.startsWith('0.') || !DECIMAL.test(text)) continue;
    const back = parseQuantity(dimension, `${text} ${unit}`);
    if (back.ok && back.value === value) return `${text} ${unit}`;
  }
  // A unit that is a hundredth moves the decimal point by two, exactly.
  const places = String(rules.units.get(smallest)![1]).length - 1;
  return `${plainDecimal(value, places)} ${smallest}`;
}

/** All digits of value x 10^places: JavaScript writes tiny and huge numbers with an exponent, the language has none. */
function plainDecimal(value: number, places: number): string {
  const [mantissa, exponent] = String(value).split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  const point = whole.length + Number(exponent ?? 0) + places;
  const digits = whole + fraction;
  const padded = point > 0 ? digits.padEnd(point, '0') : `${'0'.repeat(1 - point)}${digits}`;
  const at = Math.max(point, 1);
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const right = padded.slice(at).replace(/0+$/, '');
  return right === '' ? left : `${left}.${right}`;
}

/** Correctly rounded: both parts are scaled so that the quotient has more bits than a double keeps. */
function divide(numerator: bigint, denominator: bigint): number {
  const whole = numerator / denominator;
  const rest = numerator % denominator;
  const scale = 10n ** 40n;
  const digits = ((rest * scale) / denominator).toString().padStart(40, '0');
  return Number(`${whole}.${digits}`);
}

function numberHint(digits: string): string {
  if (/^\d+,\d+$/.test(digits) && !/^\d{1,3}(,\d{3})+$/.test(digits)) {
    return `write a decimal point: ${digits.replace(',', '.')}`;
  }
  if (/^[\d,_']+$/.test(digits))
    return `write the number without separators: ${digits.replaceAll(/[,_']/g, '')}`;
  if (/[eE]/.test(digits)) return 'write the number out, without an exponent';
  if (digits.startsWith('.')) return `write 0${digits}`;
  return 'write one plain decimal number';
}

function unitHint(rules: DimensionRules, unit: string): string {
  const accepted = `units: ${[...rules.units.keys()].filter((name) => !/[\u00b5\u03bc]/u.test(name)).join(', ')}`;
  if (unit === '') return `add a unit; ${accepted}`;
  const folded = unit.toLowerCase();
  const slip = rules.slips[folded];
  if (slip !== undefined) return `did you mean ${slip}?`;
  for (const [dimension, other] of Object.entries(DIMENSIONS)) {
    if (other.units.has(unit)) return `${unit} is a unit of ${dimension.replace('-', ' ')}; ${accepted}`;
  }
  const names = [...rules.units.keys()];
  const otherCase = names.find((name) => name.toLowerCase() === folded);
  if (otherCase !== undefined) return `did you mean ${otherCase}?`;
  const near = unit.length > 1 ? nearestWord(unit, names) : null;
  return near === null ? accepted : `did you mean ${near}?`;
}

/** A value as a message shows it: quoted, control characters escaped, cut at 60 characters. */
export function quote(text: string): string {
  const characters = [...text];
  const cut = characters.length > 60 ? `${characters.slice(0, 57).join('')}...` : text;
  // JSON escapes C0 only; the rest of the invisible and direction-changing characters could fool a terminal.
  return JSON.stringify(cut).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
