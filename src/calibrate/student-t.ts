/**
 * The 0.975 quantile of Student's t, by bisection of the distribution function that integer degrees of freedom have
 * in closed form (Abramowitz and Stegun, 26.7.3 and 26.7.4).
 *
 * @param degreesOfFreedom an integer, at least 1
 */
export function studentQuantile975(degreesOfFreedom: number): number {
  if (!(Number.isInteger(degreesOfFreedom) && degreesOfFreedom >= 1)) {
    throw new RangeError(`Student's t needs at least one whole degree of freedom, got ${degreesOfFreedom}`);
  }
  let low = 0;
  let high = 16;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degreesOfFreedom) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| < t). */
function centralProbability(t: number, n: number): number {
  const theta = Math.atan(t / Math.sqrt(n));
  const cosine = Math.cos(theta) ** 2;
  const odd = n % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = n === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < n - 1; k += 2) {
    term *= (cosine * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
