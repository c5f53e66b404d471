/**
 * From a drawing of any size to the 28 x 28 image a network reads, framed as MNIST's digits;
 * jacviz/preprocessing/mnist.py says why each step is as it is.
 */

/** @import { Box, Frame } from "../core/types.js" */
/** @import { InkCrop } from "./ink.js" */

import { areaWeights, averageAreas } from "./area_average.js";
import { cropInk } from "./ink.js";

const SIDE = 28; // pixels along each side of a frame
const BOX = 20; // and of the box that a digit is fitted into
const FAINT_SHARE = Math.fround(0.04); // of the maximum: less ink does not extend the box
const MIN_BOX_SIDE = 10; // in a field of NIST's
const NIST_FIELD_SIDE = 128;

/**
 * @param {Uint8Array | Float32Array} ink height x width; bytes up to 255, or numbers in [0, 1].
 * @param {number} height
 * @param {number} width
 * @param {Box} [within] Outside of it there is no ink.
 * @returns {Frame}
 */
export function frameMnist(ink, height, width, within) {
  const image = new Float32Array(SIDE * SIDE);
  const crop = cropInk(ink, height, width, within);
  if (!crop.height) return { image, top: 0, left: 0, scale: 1, empty: true };
  const { top, bottom, left, right } = withoutFaint(crop);
  const smallest = Math.min(
    MIN_BOX_SIDE,
    (MIN_BOX_SIDE / NIST_FIELD_SIDE) * Math.max(height, width),
  );
  const side = Math.max(bottom - top, right - left, smallest);
  const boxTop = (top + bottom - side) / 2;
  const boxLeft = (left + right - side) / 2;
  const rows = coverage(boxTop, top, bottom, side, height);
  const columns = coverage(boxLeft, left, right, side, width);
  const box = averageAreas(crop, rows, columns, width);

  const lines = new Float32Array(BOX);
  for (let row = 0; row < BOX; row++) {
    lines[row] = pairwiseSum(box.subarray(row * BOX, (row + 1) * BOX));
  }
  const down = centringOffset(lines);
  const across = centringOffset(columnSums(box));
  for (let row = 0; row < BOX; row++) {
    const to = (down + row) * SIDE + across;
    for (let column = 0; column < BOX; column++) {
      image[to + column] = Math.min(box[row * BOX + column], 1);
    }
  }
  const scale = side / BOX;
  return { image, top: boxTop - down * scale, left: boxLeft - across * scale, scale, empty: false };
}

/**
 * The rows and columns of more than faint ink, on the drawing, ends excluded.
 *
 * @param {InkCrop} crop
 */
function withoutFaint({ top, left, height, width, values }) {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  const faint = Math.fround(FAINT_SHARE * most);
  let [first, last, leftmost, rightmost] = [height, 0, width, 0];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let start = 0;
    while (start < width && values[row + start] <= faint) start++;
    if (start === width) continue;
    let end = width - 1;
    while (values[row + end] <= faint) end--;
    first = Math.min(first, y);
    last = y + 1;
    leftmost = Math.min(leftmost, start);
    rightmost = Math.max(rightmost, end + 1);
  }
  return { top: top + first, bottom: top + last, left: left + leftmost, right: left + rightmost };
}

/**
 * Weights that average the pixels from `first` to before `last` over a box from `start` on.
 *
 * @param {number} start
 * @param {number} first
 * @param {number} last
 * @param {number} side
 * @param {number} length
 */
function coverage(start, first, last, side, length) {
  const edges = Array.from({ length: BOX + 1 }, (_, k) =>
    Math.min(Math.max(start + side * (k < BOX ? k * (1 / BOX) : 1), first), last),
  );
  return areaWeights(edges, length, (share) => share * (BOX / side));
}

/**
 * The whole pixels that centre a box's centre of mass, within the frame, however lopsided the ink.
 *
 * @param {Float32Array} profile Ink for each line of the box.
 */
function centringOffset(profile) {
  const mass = pairwiseSum(profile);
  const moments = new Float64Array(BOX);
  for (let k = 0; k < BOX; k++) moments[k] = profile[k] * (k + 0.5);
  const centre = pairwiseSum(moments) / (mass > 0 ? mass : 1);
  // The centre of symmetric ink is a whole number; rounding errors must not shift it by a pixel.
  const offset = Math.floor(roundToEven((15 - centre) * 1000) / 1000);
  return Math.min(Math.max(offset, 0), SIDE - BOX);
}

/** @param {Float32Array} box */
function columnSums(box) {
  const sums = new Float32Array(BOX);
  for (let i = 0; i < box.length; i++) sums[i % BOX] += box[i];
  return sums;
}

/**
 * A sum in the order and to the precision in which NumPy adds 8 to 128 numbers.
 *
 * @param {Float32Array | Float64Array} numbers
 */
function pairwiseSum(numbers) {
  const eights = numbers.length - (numbers.length % 8);
  const sums = numbers.slice(0, 8);
  for (let i = 8; i < eights; i++) sums[i % 8] += numbers[i];
  for (const step of [1, 2, 4]) {
    for (let i = 0; i < 8; i += 2 * step) sums[i] += sums[i + step];
  }
  for (let i = eights; i < numbers.length; i++) sums[0] += numbers[i];
  return sums[0];
}

/** @param {number} number */
function roundToEven(number) {
  const below = Math.floor(number);
  const over = number - below;
  return over > 0.5 || (over === 0.5 && below % 2) ? below + 1 : below;
}
