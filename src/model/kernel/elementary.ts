/**
 * Natural logarithm and exponential that give the same bits on every engine. ECMAScript leaves the last digits of
 * `Math.log`, `Math.exp` and `Math.pow` to the implementation; these use only what IEEE 754 rounds correctly
 * (+ - * /) and the bits of a double, so a seeded run does not depend on where it runs.
 *
 * Both are translations of FreeBSD's msun (e_log.c, e_exp.c), error below 1 ulp:
 *   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and
 *   distribute this software is freely granted, provided that this notice is preserved.
 */

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** Index of the word with sign, exponent and the high fraction bits. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TWO_54 = 2 ** 54;

/** Natural logarithm; -Infinity of 0, NaN of a negative number. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let exponent = 0;
  double[0] = x;
  if (words[HIGH]! < 0x00100000) {
    exponent = -54;
    double[0] = x * TWO_54;
  }
  let high = words[HIGH]!;
  exponent += (high >>> 20) - 1023;
  high &= 0x000fffff;
  // Scale into [sqrt(1/2), sqrt(2)).
  const carry = (high + 0x95f64) & 0x100000;
  words[HIGH] = high | (carry ^ 0x3ff00000);
  exponent += carry >>> 20;
  const f = double[0]! - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return exponent * LN2_HIGH - (half - (s * (half + even + odd) + exponent * LN2_LOW) - f);
}

/** e to the power x; Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  operand[0] = x;
  expOfOperand();
  return operand[0]!;
}

/**
 * Where `expOfOperand` takes its argument from and puts its result: for callers that must not allocate, which a
 * double handed to a function or returned by one may do (see EventQueue).
 */
export const operand = new Float64Array(1);

/** `operand[0] = exp(operand[0])`. */
export function expOfOperand(): void {
  const x = operand[0]!;
  if (!(x <= 709.782712893384)) {
    operand[0] = x > 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    return;
  }
  if (x < -745.1332191019411) {
    operand[0] = 0;
    return;
  }
  const scale = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - scale * LN2_HIGH;
  const low = scale * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // Twice, because 2^scale alone may be beyond the doubles while the product is not.
  const first = scale >> 1;
  words[LOW] = 0;
  words[HIGH] = (first + 1023) << 20;
  const half = y * double[0]!;
  words[HIGH] = (scale - first + 1023) << 20;
  operand[0] = half * double[0]!;
}

/** x to the power y for x >= 0, by exp(y log x): relative error up to about |y log x| ulp. */
export function power(x: number, y: number): number {
  return y === 0 ? 1 : exp(y * log(x));
}
