/** @import { Box, Frame } from "../core/types.js" */

import { areaWeights, averageAreas } from "./area_average.js";
import { cropInk } from "./ink.js";

/**
 * Fit a whole drawing into another size by averaging areas, its aspect ratio kept, as
 * jacviz/preprocessing/letterbox.py does it. The borders are background, 0.
 *
 * @param {Uint8Array | Float32Array} ink height x width; bytes up to 255, or numbers in [0, 1].
 * @param {number} height
 * @param {number} width
 * @param {number} toHeight
 * @param {number} toWidth
 * @param {Box} [within] Outside of it there is no ink.
 * @returns {Frame}
 */
export function letterbox(ink, height, width, toHeight, toWidth, within) {
  const crop = cropInk(ink, height, width, within);
  const scale = Math.max(height / toHeight, width / toWidth);
  const top = (height - toHeight * scale) / 2;
  const left = (width - toWidth * scale) / 2;
  /** @type {(start: number, count: number, length: number) => ReturnType<typeof areaWeights>} */
  const weights = (start, count, length) => {
    const edges = Array.from({ length: count + 1 }, (_, k) => start + scale * k);
    return areaWeights(edges, length, (share) => share / scale);
  };
  const rows = weights(top, toHeight, height);
  const columns = weights(left, toWidth, width);
  const image = averageAreas(crop, rows, columns, width);
  for (let i = 0; i < image.length; i++) image[i] = Math.min(image[i], 1);
  return { image, top, left, scale, empty: crop.height === 0 };
}
