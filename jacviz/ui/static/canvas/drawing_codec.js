// The sheet's ink as a message for the server; jacviz/live/drawing.py reads it.
// Six uint16 (sheet height, width; inked part's top, left, height, width), then uint8 ink.

export const HEADER = 12; // bytes before the ink; an empty sheet has no more

const MOST = 100; // pixels along the longer side of the ink: five for each pixel of its frame

// rgba: the sheet's pixels. Ink is what covers the transparent sheet. Larger drawings are reduced
// by the least whole factor that does, averaging areas. A sheet on which these areas are laid again
// (jacviz/ui/laying.py) makes the same message again: areas with ink stay areas with ink, so both
// have the same extent in areas, and of all smaller factors' areas the new ink covers no fewer.
export function encode(rgba, height, width) {
  const box = extent(rgba, height, width);
  let factor = 1;
  while (Math.max(span(box.top, box.bottom, factor), span(box.left, box.right, factor)) > MOST) factor++;
  const top = Math.floor(box.top / factor);
  const left = Math.floor(box.left / factor);
  const rows = span(box.top, box.bottom, factor);
  const columns = span(box.left, box.right, factor);
  const sums = new Uint32Array(rows * columns);
  for (let y = box.top; y < box.bottom; y++) {
    const line = (Math.floor(y / factor) - top) * columns - left;
    for (let x = box.left, at = 4 * (y * width + x) + 3; x < box.right; x++, at += 4) {
      sums[line + Math.floor(x / factor)] += rgba[at];
    }
  }
  const sheet = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const message = new Uint8Array(12 + sums.length);
  const header = new DataView(message.buffer);
  [...sheet, top, left, rows, columns].forEach((n, i) => header.setUint16(2 * i, n, true));
  const area = factor * factor;
  for (let i = 0; i < sums.length; i++) {
    message[12 + i] = sums[i] && Math.max(1, Math.round(sums[i] / area));
  }
  return message;
}

// How many areas the ink from `start` to before `end` touches.
function span(start, end, factor) {
  return Math.ceil(end / factor) - Math.floor(start / factor);
}

export function same(a, b) {
  if (a?.length !== b?.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

// The inked rows and columns, ends excluded; all zero for an empty sheet.
function extent(rgba, height, width) {
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
