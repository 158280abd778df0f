import { DIMENSIONS, type Dimension, type DimensionRules } from './dimension.ts';
import { nearestWord } from './nearest-word.ts';
import { quote } from './quote.ts';

/**
 * Numbers with units, as input files write them: `8 GiB`, `2.6 GHz`, `150 us`, `25 Gbps`, `5 %`, `20 /s`.
 * Strict: plain decimal digits, one unit of the right kind, spelled exactly. Whatever can be kept exact is: the
 * decimal text is scaled as an integer, never as a binary fraction.
 */
export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly found: string; readonly expected: string; readonly hint?: string };

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
