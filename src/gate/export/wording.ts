import type { FingerprintDifference, GateResult, GateRow, OverallVerdict } from '../result.ts';

export const OVERALL_WORDS: Readonly<Record<OverallVerdict, string>> = {
  pass: 'Pass',
  regressed: 'Regressed',
  inconclusive: 'Inconclusive',
  incomparable: 'Incomparable',
};

/** The answer in a sentence: what was found, among how many metrics. */
export function headline(result: GateResult): string {
  const of = (verdict: GateRow['verdict']): readonly GateRow[] =>
    result.rows.filter((row) => row.verdict === verdict);
  const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const all = count(result.rows.length, 'metric');
  switch (result.verdict) {
    case 'incomparable': {
      const aspects = [
        ...new Set(result.differences.filter(({ allowed }) => !allowed).map(({ aspect }) => aspect)),
      ];
      return `The records were not made alike: they differ in ${listed(aspects)}`;
    }
    case 'regressed':
      return `${count(of('regressed').length, 'metric')} of ${result.rows.length} regressed: ${listed(of('regressed').map(({ name }) => name))}`;
    case 'inconclusive':
      return result.rows.length === 0
        ? 'There is nothing to compare'
        : `${of('inconclusive').length} of ${all} cannot be told; none is known to have regressed`;
    case 'pass': {
      const improved = of('improved').length;
      return `None of ${all} regressed${improved === 0 ? '' : `, ${improved} improved`}`;
    }
  }
}

/** Longer values are lists of words, such as a kernel's command line: what is the same in both hides what is not. */
const SHORT = 60;

/** Both values of a difference for a reader: of long lists of words only those that the other does not have. */
export function differingValues({ baseline, candidate }: FingerprintDifference): {
  readonly baseline: string;
  readonly candidate: string;
} {
  if (Math.max(baseline.length, candidate.length) <= SHORT) return { baseline, candidate };
  const [before, after] = [baseline, candidate].map((text) => text.split(/\s+/));
  const only = (own: readonly string[], other: readonly string[]): string =>
    own.filter((word) => !other.includes(word)).join(' ');
  const [gone, come] = [only(before!, after!), only(after!, before!)];
  // The same words in another order.
  if (gone === '' && come === '') return { baseline, candidate };
  return { baseline: orWithout(gone, come), candidate: orWithout(come, gone) };
}

const orWithout = (own: string, other: string): string => (own === '' ? `without ${other}` : own);

/** How often was looked, when more than once was planned; nothing otherwise. */
export function looksText({ looks }: GateResult): string {
  if (looks === undefined) return '';
  const { taken, planned, budget, more } = looks;
  const part = `A budget of ${budget} blocks: at most ${planned} looks, each at ${Number((looks.alpha * 100).toPrecision(3))} %.`;
  if (taken === 1) return `${part} Nothing more was measured.`;
  const sides = [
    ...(more.candidate > 0 ? [`${more.candidate} more of the candidate`] : []),
    ...(more.baseline > 0 ? [`${more.baseline} more of the baseline`] : []),
  ];
  return `${part} This is the second and last, with ${sides.length === 0 ? 'no valid block more' : sides.join(' and ')}.`;
}

function listed(words: readonly string[]): string {
  const [first = 'nothing', ...rest] =
    words.length > 4 ? [...words.slice(0, 3), `${words.length - 3} more`] : words;
  return rest.length === 0 ? first : `${[first, ...rest.slice(0, -1)].join(', ')} and ${rest.at(-1)}`;
}

/** `+5.2 %`; a dash where there is none. */
export function changeText(ratio: number | null): string {
  return ratio === null ? '–' : signed((ratio - 1) * 100);
}

/** `+3.1 … +7.4 %` */
export function changeRange({ low, high }: GateRow): string {
  if (low === null || high === null) return '–';
  return `${signed((low - 1) * 100).slice(0, -2)} … ${signed((high - 1) * 100)}`;
}

/** `8.2 %`; `none` when no growth is found at this number of blocks. */
export const detectableText = ({ detectable }: GateRow): string =>
  detectable === null ? 'none' : `${digits(detectable * 100)} %`;

const signed = (percent: number): string => {
  const text = digits(Math.abs(percent));
  return `${Number(text) === 0 ? '±' : percent < 0 ? '−' : '+'}${text} %`;
};

/** Two digits behind the point below 1 %, one below 100 %. */
const digits = (percent: number): string =>
  percent.toFixed(Math.abs(percent) < 1 ? 2 : Math.abs(percent) < 100 ? 1 : 0);

/** The most telling rows first: what regressed, what cannot be told, what improved, what passed. */
export function byUrgency(rows: readonly GateRow[]): readonly GateRow[] {
  const order: readonly GateRow['verdict'][] = ['regressed', 'inconclusive', 'improved', 'pass'];
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => order.indexOf(a.row.verdict) - order.indexOf(b.row.verdict) || a.index - b.index)
    .map(({ row }) => row);
}
