/** @import { Box } from "../core/types.js" */

/**
 * A drawing without the blank around its ink.
 *
 * @typedef {object} InkCrop
 * @property {number} top Of the crop on the drawing, in pixels.
 * @property {number} left
 * @property {number} height 0 where there is no ink.
 * @property {number} width
 * @property {Float32Array} values Ink in [0, 1], height x width.
 */

const BYTE_VALUES = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/**
 * The part of a drawing that has ink, as numbers in [0, 1].
 *
 * @param {Uint8Array | Float32Array} ink height x width; bytes up to 255, or numbers in [0, 1].
 * @param {number} height
 * @param {number} width
 * @param {Box} [within] Outside of it there is no ink.
 * @returns {InkCrop}
 */
export function cropInk(ink, height, width, within = { top: 0, left: 0, height, width }) {
  if (ink.length !== height * width) {
    throw new Error(`expected ink of ${height}x${width} pixels, got ${ink.length} numbers`);
  }
  const box = inkedBox(ink, width, within);
  const values = new Float32Array(box.height * box.width);
  for (let y = 0, to = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left;
    if (ink instanceof Uint8Array) {
      for (let x = from; x < from + box.width; x++) values[to++] = BYTE_VALUES[ink[x]];
    } else {
      values.set(ink.subarray(from, from + box.width), to);
      to += box.width;
    }
  }
  return { ...box, values };
}

/**
 * @param {Uint8Array | Float32Array} ink
 * @param {number} stride From one row to the next.
 * @param {Box} within
 * @returns {Box} Around what is not 0; of 0 x 0 pixels where there is nothing.
 */
function inkedBox(ink, stride, within) {
  let [top, bottom, left, right] = [-1, 0, within.left + within.width, within.left];
  for (let y = within.top; y < within.top + within.height; y++) {
    const row = y * stride;
    const end = within.left + within.width;
    let first = within.left;
    while (first < end && ink[row + first] === 0) first++;
    if (first === end) continue;
    let last = end - 1;
    while (ink[row + last] === 0) last--;
    if (top < 0) top = y;
    bottom = y + 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
  }
  if (top < 0) return { top: 0, left: 0, height: 0, width: 0 };
  return { top, left, height: bottom - top, width: right - left };
}
