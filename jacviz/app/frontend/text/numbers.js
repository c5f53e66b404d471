/**
 * How numbers are written, everywhere on the page. jacviz/export/number_format.py writes the same texts, but
 * with "-" for the minus sign; tests/frontend/text/number_cases.json holds both to it.
 */

const MINUS = "\u2212";

/**
 * A probability with one decimal, never rounded to certainty: "97.2%", "<0.1%", ">99.9%".
 *
 * @param {number} probability
 */
export function percent(probability) {
  const value = 100 * probability;
  if (value > 0 && value < 0.1) return "<0.1%";
  if (value < 100 && value > 99.9) return ">99.9%";
  return `${value.toFixed(1)}%`;
}

/**
 * A number with so many significant digits: "0.031", "1.7", "120", "4.1e−5".
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function significant(value, digits = 2) {
  if (value === 0) return "0";
  const sign = value < 0 ? MINUS : "";
  return sign + magnitude(Math.abs(value), digits);
}

/**
 * The same with a sign also before positive numbers.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export function signed(value, digits = 3) {
  return value > 0 ? `+${significant(value, digits)}` : significant(value, digits);
}

const WORDS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

/**
 * A small number as a word: "ten", and "26" for a larger one.
 *
 * @param {number} number Whole and not negative.
 */
export function inWords(number) {
  return WORDS[number] ?? `${number}`;
}

/**
 * @param {number} size Positive.
 * @param {number} digits
 */
function magnitude(size, digits) {
  if (size < 0.001 || size >= 100000) {
    return size.toExponential(digits - 1).replace("-", MINUS);
  }
  // Rounding may add a digit: 99.6 has two significant ones as "100".
  const rounded = Number(size.toPrecision(digits));
  return rounded >= 10 ** digits ? size.toFixed(0) : size.toPrecision(digits);
}
