/** @import { Size } from "../core/types.js" */

import { context2d } from "../core/elements.js";

/**
 * Paint a frame's ink, black on white.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Size & { frame: Float32Array }} answer
 */
export function paintFrame(canvas, { frame, height, width }) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  frame.forEach((ink, pixel) => image.data.set([0, 0, 0, Math.round(255 * ink)], 4 * pixel));
  context2d(canvas).putImageData(image, 0, 0);
}
