// How numbers are written, everywhere on the page.

const MINUS = "\u2212";

export function percent(probability) {
  const share = 100 * probability;
  if (share > 0 && share < 0.1) return "<0.1%";
  if (share < 100 && share > 99.9) return ">99.9%";
  return `${share.toFixed(1)}%`;
}

export function significant(value, digits = 2) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const plain = size >= 10 ** digits ? size.toFixed(0) : size.toPrecision(digits);
  const text =
    size >= 0.001 && size < 100000
      ? plain
      : size.toExponential(digits - 1).replace("-", MINUS);
  return value < 0 ? MINUS + text : text;
}

export function signed(value, digits = 3) {
  return value > 0 ? `+${significant(value, digits)}` : significant(value, digits);
}

