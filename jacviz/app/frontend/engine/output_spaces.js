/**
 * From logits and their Jacobian to the other output spaces, with the arithmetic of
 * jacviz/compiler/softmax.py, which says why, and the words of jacviz/explain/sensitivity.py.
 */

/** @import { OutputSpace } from "../core/types.js" */

const MIN_PROBABILITY = 1e-33; // smaller ones count as 0: their products would be denormal
const SATURATION_THRESHOLD = 0.999;

/**
 * @param {Float32Array} logits
 * @returns {Float64Array} Probabilities; tiny ones are not rounded to zero.
 */
export function softmax(logits) {
  const largest = logits[mostLikely(logits)];
  const shifted = Float64Array.from(logits, (z) => z - largest);
  const logarithm = Math.log(shifted.reduce((sum, z) => sum + Math.exp(z), 0));
  return shifted.map((z) => Math.exp(z - logarithm));
}

/** @param {ArrayLike<number>} values The most likely class is the first of equals. */
export function mostLikely(values) {
  let top = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[top]) top = k;
  return top;
}

/**
 * Whether the most likely class is so likely that all probability derivatives are near zero.
 *
 * @param {Float64Array} probabilities
 */
export function isSaturated(probabilities) {
  return probabilities[mostLikely(probabilities)] > SATURATION_THRESHOLD;
}

/**
 * @param {Float32Array} logits
 * @param {Float32Array[]} jacobian Of the logits, a row for each class.
 * @param {OutputSpace} space
 * @returns {Float32Array[]} The Jacobian of the outputs in that space.
 */
export function jacobianIn(space, logits, jacobian) {
  if (space === "logit") return jacobian;
  const weights = Float32Array.from(softmax(logits), (p) => (p < MIN_PROBABILITY ? 0 : p));
  const differences = jacobian.map((row) => minus(row, jacobian[mostLikely(logits)]));
  const mean = new Float64Array(jacobian[0].length);
  differences.forEach((row, k) => {
    for (let i = 0; i < mean.length; i++) mean[i] += weights[k] * row[i];
  });
  const factors = space === "probability" ? weights : weights.map(() => 1);
  return differences.map((row, k) => {
    const factor = factors[k];
    for (let i = 0; i < mean.length; i++) row[i] = factor * Math.fround(row[i] - mean[i]);
    return row;
  });
}

/**
 * The derivatives of log(p(a) / p(b)).
 *
 * @param {Float32Array[]} jacobian Of the logits.
 * @param {number} a
 * @param {number} b
 * @returns {Float32Array}
 */
export function logOdds(jacobian, a, b) {
  return minus(jacobian[a], jacobian[b]);
}

/**
 * @param {Float32Array} row
 * @param {Float32Array} other
 */
function minus(row, other) {
  const result = new Float32Array(row.length);
  for (let i = 0; i < row.length; i++) result[i] = row[i] - other[i];
  return result;
}
