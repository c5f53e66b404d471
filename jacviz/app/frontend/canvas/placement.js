/** @import { Answer, Pixel, Size } from "../core/types.js" */
/** @import { CanvasBounds, CanvasPage } from "./adapter.js" */

/**
 * Where the frame lies on the screen: its upper left corner and the side of its pixels.
 *
 * @typedef {object} FramePlacement
 * @property {CanvasBounds} bounds Of the canvas.
 * @property {number} top
 * @property {number} left
 * @property {number} cell
 */

/**
 * The frame lies on the canvas where the drawing was: see jacviz/preprocessing/mnist.py.
 *
 * @param {CanvasPage} page
 * @param {Answer | null} answer
 * @returns {FramePlacement | null} Null where there is no canvas or nothing drawn.
 */
export function framePlacement(page, answer) {
  const bounds = page.canvasBounds();
  if (!bounds || !answer) return null;
  const [top, left, scale] = answer.place;
  // Large drawings are sent reduced by a factor (see drawing_codec.js), and a presentation shows
  // the canvas larger than it is.
  const factor = (Math.round(bounds.side / answer.sheet[1]) * bounds.width) / bounds.side;
  return {
    bounds,
    top: bounds.top + top * factor,
    left: bounds.left + left * factor,
    cell: scale * factor,
  };
}

/**
 * Style of what covers a part of the frame on the canvas. In percent, so that it stays there
 * however large the canvas is shown.
 *
 * @param {FramePlacement} placement
 * @param {Pixel & Size} part In pixels of the frame.
 */
export function placementStyle({ bounds, left, top, cell }, { row, column, height, width }) {
  const percent = bounds.width / 100;
  return {
    left: `${(left + column * cell - bounds.left) / percent}%`,
    top: `${(top + row * cell - bounds.top) / percent}%`,
    width: `${(width * cell) / percent}%`,
    height: `${(height * cell) / percent}%`,
  };
}
