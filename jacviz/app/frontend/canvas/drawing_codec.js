/**
 * A drawing as a message for the server; jacviz/export/drawing_codec.py reads it.
 * Six uint16 (canvas height, width; inked part's top, left, height, width), then its ink as uint8.
 */

/** @import { Box } from "../core/types.js" */

/** Bytes before the ink; an empty drawing has no more. */
export const HEADER_BYTES = 12;

const MAX_SIDE = 100; // pixels along the longer side of the ink: five for each of an MNIST digit's
const MAX_CANVAS_SIDE = 1024; // in pixels of a message
const MNIST_SIDE = 28; // of the frame around it; larger frames get more

/**
 * The ink is what covers the transparent canvas. Larger drawings are reduced by the least whole
 * factor that makes them fit the frame, averaging areas.
 *
 * A canvas on which these areas are laid again (jacviz/app/canvas_image.py) makes the same message again:
 * areas with ink stay areas with ink, so both have the same extent in areas, and of all smaller
 * factors' areas the new ink covers no fewer.
 *
 * @param {Uint8ClampedArray<ArrayBuffer>} rgba The canvas' pixels.
 * @param {number} height
 * @param {number} width
 * @param {number} [frameSide] Pixels along the longer side of the frame, where it is known.
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function encodeDrawing(rgba, height, width, frameSide = 0) {
  const maxSide = Math.max(MAX_SIDE, Math.ceil((MAX_SIDE * frameSide) / MNIST_SIDE));
  const box = inkExtent(rgba, height, width);
  let factor = 1;
  while (
    Math.max(areaCount(box.top, box.bottom, factor), areaCount(box.left, box.right, factor)) >
    maxSide
  ) {
    factor++;
  }
  const top = Math.floor(box.top / factor);
  const left = Math.floor(box.left / factor);
  const rows = areaCount(box.top, box.bottom, factor);
  const columns = areaCount(box.left, box.right, factor);
  const sums = new Uint32Array(rows * columns);
  for (let y = box.top; y < box.bottom; y++) {
    const line = (Math.floor(y / factor) - top) * columns - left;
    for (let x = box.left, at = 4 * (y * width + x) + 3; x < box.right; x++, at += 4) {
      sums[line + Math.floor(x / factor)] += rgba[at];
    }
  }
  const message = new Uint8Array(HEADER_BYTES + sums.length);
  const header = new DataView(message.buffer);
  [Math.ceil(height / factor), Math.ceil(width / factor), top, left, rows, columns].forEach(
    (number, i) => header.setUint16(2 * i, number, true),
  );
  const area = factor * factor;
  for (let i = 0; i < sums.length; i++) {
    message[HEADER_BYTES + i] = sums[i] && Math.max(1, Math.round(sums[i] / area));
  }
  return message;
}

/**
 * The ink on the whole canvas, as jacviz/export/drawing_codec.py decodes it.
 *
 * @param {Uint8Array} message
 * @returns {{ height: number, width: number, ink: Uint8Array, box: Box }} The ink is height x
 *   width, 255 is full; outside of the box there is none.
 */
export function decodeDrawing(message) {
  if (message.length < HEADER_BYTES) {
    throw new Error(
      `expected a drawing of at least ${HEADER_BYTES} bytes, got ${message.length} bytes`,
    );
  }
  const header = new DataView(message.buffer, message.byteOffset, HEADER_BYTES);
  const [height, width, top, left, rows, columns] = [0, 2, 4, 6, 8, 10].map((at) =>
    header.getUint16(at, true),
  );
  if (!(isCanvasSide(height) && isCanvasSide(width))) {
    throw new Error(
      `expected a canvas of 1 to ${MAX_CANVAS_SIDE} pixels a side, got ${height}x${width}`,
    );
  }
  if (top + rows > height || left + columns > width) {
    throw new Error(
      `expected ink within the canvas of ${height}x${width}, ` +
        `got ${rows}x${columns} pixels at (${top}, ${left})`,
    );
  }
  const bytes = HEADER_BYTES + rows * columns;
  if (message.length !== bytes) {
    throw new Error(
      `expected ${bytes} bytes for ink of ${rows}x${columns} pixels, got ${message.length}`,
    );
  }
  const ink = new Uint8Array(height * width);
  for (let y = 0; y < rows; y++) {
    const from = HEADER_BYTES + y * columns;
    ink.set(message.subarray(from, from + columns), (top + y) * width + left);
  }
  return { height, width, ink, box: { top, left, height: rows, width: columns } };
}

/**
 * @param {Uint8Array | null | undefined} a
 * @param {Uint8Array | null | undefined} b
 */
export function sameDrawing(a, b) {
  if (!a || !b || a.length !== b.length) return a === b;
  return a.every((byte, i) => byte === b[i]);
}

/** @param {Uint8Array} drawing */
export function isEmptyDrawing(drawing) {
  return drawing.length <= HEADER_BYTES;
}

/** @param {number} pixels */
function isCanvasSide(pixels) {
  return pixels > 0 && pixels <= MAX_CANVAS_SIDE;
}

/**
 * How many areas the ink from `start` to before `end` touches.
 *
 * @param {number} start
 * @param {number} end
 * @param {number} factor Pixels along each area's side.
 */
function areaCount(start, end, factor) {
  return Math.ceil(end / factor) - Math.floor(start / factor);
}

/**
 * The inked rows and columns, ends excluded; all zero for an empty canvas.
 *
 * @param {Uint8ClampedArray<ArrayBuffer>} rgba
 * @param {number} height
 * @param {number} width
 */
function inkExtent(rgba, height, width) {
  const words = new Uint32Array(rgba.buffer, rgba.byteOffset, height * width);
  let [top, bottom, left, right] = [height, 0, width, 0];
  for (let y = 0; y < height; y++) {
    const line = y * width;
    let first = 0;
    while (first < width && words[line + first] === 0) first++;
    if (first === width) continue;
    let last = width - 1;
    while (words[line + last] === 0) last--;
    top = Math.min(top, y);
    bottom = y + 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
  }
  return bottom ? { top, bottom, left, right } : { top: 0, bottom: 0, left: 0, right: 0 };
}
