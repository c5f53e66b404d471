/** @import { Size } from "../core/types.js" */

import { context2d, fitToFrame } from "../core/elements.js";

/**
 * Paint a frame's ink, black on white.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Size & { frame: Float32Array }} answer
 */
export function paintFrame(canvas, { frame, height, width }) {
  fitToFrame(canvas, { height, width });
  const image = new ImageData(width, height);
  frame.forEach((ink, pixel) => image.data.set([0, 0, 0, Math.round(255 * ink)], 4 * pixel));
  context2d(canvas).putImageData(image, 0, 0);
}
