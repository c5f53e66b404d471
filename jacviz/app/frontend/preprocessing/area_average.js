/**
 * Averaging areas in float32, with the additions in the order in which NumPy makes them on
 * processors of four lanes, so that the server's frames and these are the same to the last bit.
 */

/** @import { InkCrop } from "./ink.js" */

const LANES = 4;
const UNROLLED = 4 * LANES;

/**
 * Pixels of one axis and how much each counts in a cell.
 *
 * @typedef {object} Cell
 * @property {number[]} pixels
 * @property {number[]} weights
 */

/**
 * @param {ArrayLike<number>} edges Where each cell begins, and where the last one ends, in pixels.
 * @param {number} length Pixels along the axis.
 * @param {(share: number) => number} weight Of a pixel that is in the cell by that share.
 * @returns {Cell[]}
 */
export function areaWeights(edges, length, weight) {
  return Array.from({ length: edges.length - 1 }, (_, k) => {
    const [start, end] = [edges[k], edges[k + 1]];
    /** @type {Cell} */
    const cell = { pixels: [], weights: [] };
    for (let x = Math.max(0, Math.floor(start)); x < Math.min(length, Math.ceil(end)); x++) {
      cell.pixels.push(x);
      cell.weights.push(Math.fround(weight(clamp(end - x) - clamp(start - x))));
    }
    return cell;
  });
}

/**
 * Average a drawing over cells of rows and columns.
 *
 * @param {InkCrop} crop
 * @param {Cell[]} rows
 * @param {Cell[]} columns
 * @param {number} width Of the whole drawing.
 * @returns {Float32Array} A number for each row and column of cells.
 */
export function averageAreas(crop, rows, columns, width) {
  const lines = averageRows(crop, rows);
  const result = new Float32Array(rows.length * columns.length);
  const sums = new Float32Array(LANES);
  const terms = columns.map((cell) => inSummationOrder(cell, crop, width));
  for (let row = 0; row < rows.length; row++) {
    const line = row * crop.width - crop.left;
    for (let column = 0; column < columns.length; column++) {
      const { pixels, weights } = terms[column];
      sums.fill(0);
      for (let i = 0; i < pixels.length; i++) {
        const x = pixels[i];
        sums[x % LANES] += Math.fround(lines[line + x] * weights[i]);
      }
      result[row * columns.length + column] =
        Math.fround(sums[0] + sums[1]) + Math.fround(sums[2] + sums[3]);
    }
  }
  return result;
}

/**
 * @param {InkCrop} crop
 * @param {Cell[]} rows
 */
function averageRows({ top, height, width, values }, rows) {
  const lines = new Float32Array(rows.length * width);
  rows.forEach(({ pixels, weights }, row) => {
    const line = row * width;
    for (let i = 0; i < pixels.length; i++) {
      const y = pixels[i] - top;
      if (y < 0 || y >= height) continue;
      const weight = weights[i];
      const from = y * width;
      for (let x = 0; x < width; x++) {
        lines[line + x] += Math.fround(weight * values[from + x]);
      }
    }
  });
  return lines;
}

/**
 * A cell's inked pixels as NumPy's dot products take them: in each full group of four vectors the
 * last vector comes first.
 *
 * @param {Cell} cell
 * @param {InkCrop} crop
 * @param {number} width
 * @returns {Cell}
 */
function inSummationOrder({ pixels, weights }, crop, width) {
  const grouped = width - (width % UNROLLED);
  /** @type {(x: number) => number} */
  const turn = (x) => (x < grouped ? x ^ (UNROLLED - LANES) : x);
  const order = pixels
    .map((_, i) => i)
    .filter((i) => pixels[i] >= crop.left && pixels[i] < crop.left + crop.width)
    .sort((i, j) => turn(pixels[i]) - turn(pixels[j]));
  return { pixels: order.map((i) => pixels[i]), weights: order.map((i) => weights[i]) };
}

/** @param {number} share */
function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}
