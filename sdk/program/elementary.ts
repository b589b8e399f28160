/**
 * Elementary functions from + − × ÷ alone. IEEE 754 fixes those four to the last bit, whereas `Math.exp` and the like belong
 * to the engine and may change with its version; training, calibrating and compiling must give the same bytes everywhere.
 */

// ln 2 in two parts: the first has 21 trailing zero bits, so that a small integer times it is exact.
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LN2 = 0.6931471805599453;

/** Below this, exp(x) is less than half of the smallest normal double; a probability there is 0 for every purpose. */
const EXP_UNDERFLOW = -708;
/** Above this, exp(x) exceeds the largest double. */
const EXP_OVERFLOW = 709.78;
/** On |r| ≤ ln 2 / 2 the first term left out, r^15 / 15!, is below 1e-19. */
const EXP_TERMS = 14;
/** On m in [√½, √2] the first term left out, 2 z^25 / 25 with |z| ≤ 0.172, is below 1e-20. */
const LOG_LAST_POWER = 23;

/** e to the power `x`, relative error below 1e-15 for x in [−708, 709]; 0 below, Infinity above. */
export function exp(x: number): number {
  if (x < EXP_UNDERFLOW) return 0;
  if (x > EXP_OVERFLOW) return Infinity;

  const twos = Math.round(x / LN2);
  const rest = x - twos * LN2_HIGH - twos * LN2_LOW;
  let sum = 1;
  for (let term = EXP_TERMS; term > 0; term--) sum = 1 + (sum * rest) / term;

  // Multiplying by 2 or ½ is exact.
  for (let left = twos; left > 0; left--) sum *= 2;
  for (let left = twos; left < 0; left++) sum *= 0.5;
  return sum;
}

/** Natural logarithm, error below 1e-15 relative to max(1, |log x|) for normal positive `x`; −Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;

  let mantissa = x;
  let twos = 0;
  for (; mantissa > Math.SQRT2; twos++) mantissa *= 0.5;
  for (; mantissa < Math.SQRT1_2; twos--) mantissa *= 2;

  // log m = 2 (z + z³/3 + z⁵/5 + …) with z = (m − 1)/(m + 1).
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let power = LOG_LAST_POWER; power > 0; power -= 2) sum = sum * z * z + 1 / power;
  return twos * LN2_HIGH + (twos * LN2_LOW + 2 * z * sum);
}

/** 1 / (1 + e^−x), relative error below 1e-14 while the result is a normal double. */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** Below this the first term of tanh's series left out, 2 x^5 / 15, is less than 1e-13 of the result. */
const TANH_SERIES = 9e-4;

/** Hyperbolic tangent, relative error below 1e-12. */
export function tanh(x: number): number {
  // 1 − e^−2x cancels near 0, where two terms of the series are closer.
  if (Math.abs(x) < TANH_SERIES) return x - (x * x * x) / 3;
  const decay = exp(-2 * Math.abs(x));
  return Math.sign(x) * ((1 - decay) / (1 + decay));
}
