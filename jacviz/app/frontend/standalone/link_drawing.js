/**
 * A link's drawing as ink on the canvas; jacviz/app/canvas_image.py does the same for Streamlit's.
 */

import { decodeDrawing } from "../canvas/drawing_codec.js";
import { context2d, create } from "../core/elements.js";

const FITTED_SIDE_PX = 240; // of the longer side of ink from another canvas

/**
 * Enlarge a drawing to a square canvas. One that was read from such a canvas is restored so that
 * the same drawing is read again; others are fitted into the middle.
 *
 * @param {Uint8Array} drawing As drawing_codec.js encodes it.
 * @param {number} side Of the canvas, in pixels.
 * @returns {Uint8Array} Its ink, side x side. Throws for what is no drawing.
 */
export function restoreDrawing(drawing, side) {
  const { height, width, ink, box } = decodeDrawing(drawing);
  const factor = Math.round(side / Math.max(height, width));
  const areas = Math.ceil(side / factor);
  if (!factor || height !== areas || width !== areas) return fit(ink, width, box, side);
  const full = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [row, column] = [Math.floor(y / factor), Math.floor(x / factor)];
      // The last areas may reach past the canvas, and have fewer pixels.
      const rows = Math.min(factor, side - factor * row);
      const columns = Math.min(factor, side - factor * column);
      const share = (rows * columns) / factor ** 2;
      full[y * side + x] = Math.min(255, Math.round(ink[row * width + column] / share));
    }
  }
  return full;
}

/**
 * @param {Uint8Array} ink
 * @param {number} width Of the ink.
 * @param {import("../core/types.js").Box} box The inked part.
 * @param {number} side
 */
function fit(ink, width, box, side) {
  if (!box.height || !box.width) return new Uint8Array(side * side);
  const part = create("canvas", { width: box.width, height: box.height });
  const source = context2d(part);
  const image = source.createImageData(box.width, box.height);
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      image.data[4 * (y * box.width + x) + 3] = ink[(box.top + y) * width + box.left + x];
    }
  }
  source.putImageData(image, 0, 0);
  const scale = FITTED_SIDE_PX / Math.max(box.height, box.width);
  const [fittedWidth, fittedHeight] = [box.width, box.height].map((one) => Math.round(one * scale));
  const target = context2d(create("canvas", { width: side, height: side }));
  target.imageSmoothingEnabled = scale < 1;
  target.drawImage(
    part,
    Math.floor((side - fittedWidth) / 2),
    Math.floor((side - fittedHeight) / 2),
    Math.max(1, fittedWidth),
    Math.max(1, fittedHeight),
  );
  const { data } = target.getImageData(0, 0, side, side);
  return Uint8Array.from({ length: side * side }, (_, i) => data[4 * i + 3]);
}
