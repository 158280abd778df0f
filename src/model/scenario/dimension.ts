/** A kind of quantity, and the base unit its values are in. */
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
  | 'price'
  /** US dollars. */
  | 'money'
  /** US dollars a kilowatt-hour. */
  | 'energy-price'
  /** US dollars for a gigabyte kept for a month. */
  | 'storage-price'
  /** Watts. */
  | 'power';

export interface DimensionRules {
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

export const DIMENSIONS: Readonly<Record<Dimension, DimensionRules>> = {
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
  money: {
    expected: 'an amount such as 12000 USD',
    units: table(['USD', 1n]),
    slips: { $: 'USD', usd: 'USD', dollars: 'USD' },
    whole: false,
    written: ['USD'],
  },
  'energy-price': {
    expected: 'a price such as 0.15 USD/kWh',
    units: table(['USD/kWh', 1n]),
    slips: { $: 'USD/kWh', '$/kwh': 'USD/kWh', usd: 'USD/kWh', '/kwh': 'USD/kWh' },
    whole: false,
    written: ['USD/kWh'],
  },
  'storage-price': {
    expected: 'a price such as 0.08 USD/GB-month',
    units: table(['USD/GB-month', 1n]),
    slips: { $: 'USD/GB-month', usd: 'USD/GB-month', 'usd/gb': 'USD/GB-month' },
    whole: false,
    written: ['USD/GB-month'],
  },
  power: {
    expected: 'a power such as 350 W',
    units: table(['W', 1n], ['kW', 1000n]),
    slips: { w: 'W', kw: 'kW', watt: 'W', watts: 'W' },
    whole: false,
    written: ['kW', 'W'],
  },
};

export const DIMENSION_NAMES = Object.keys(DIMENSIONS) as readonly Dimension[];
