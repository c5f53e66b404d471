// One map over the sheet, where the frame lies on it: a picture above the sheet's own, which takes
// no pointer. It is transparent at zero, and on blank paper at full opacity it is the map itself.

import { gridOf, onSheet } from "./targets.js";

export class Veil {
  constructor(sheet) {
    this.sheet = sheet;
    this.root = document.createElement("div");
    this.root.className = "jv-veil";
    this.root.dataset.testid = "jacviz-overlay";
    this.root.hidden = true;
    this.root.innerHTML = '<canvas role="img"></canvas>';
    this.canvas = this.root.firstChild;
    this.pen = this.canvas.getContext("2d");
  }

  // share(pixel): as in shares.js. table: the theme's colours, as words. opacity: from 0 to 1.
  paint(answer, share, table, opacity, words) {
    const { place } = this.sheet;
    if (!place) return this.hide();
    if (this.root.parentElement !== place) place.append(this.root);
    this.root.hidden = false;
    this.#lay(answer);
    const { canvas, pen } = this;
    const { height, width } = answer;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const image = pen.createImageData(width, height);
    const coloured = new Uint32Array(image.data.buffer);
    const colours = veiled(table);
    const zero = (table.length - 1) / 2;
    for (let pixel = 0; pixel < coloured.length; pixel++) {
      coloured[pixel] = colours[zero + Math.round(zero * share(pixel))];
    }
    pen.putImageData(image, 0, 0);
    canvas.style.opacity = opacity;
    canvas.setAttribute("aria-label", words);
  }

  hide() {
    this.root.hidden = true;
  }

  #lay(answer) {
    const { height, width } = answer;
    const frame = { row: 0, column: 0, height, width };
    Object.assign(this.canvas.style, onSheet(gridOf(this.sheet, answer), frame));
  }

  dispose() {
    this.root.remove();
  }
}

const known = new Map();

// Each colour as the least opaque one that looks the same on the neutral colour.
function veiled(table) {
  if (known.has(table)) return known.get(table);
  const bytes = new Uint8ClampedArray(table.slice().buffer);
  const zero = 2 * (table.length - 1);
  const paper = bytes.slice(zero, zero + 3);
  for (let at = 0; at < bytes.length; at += 4) {
    const colour = bytes.slice(at, at + 3);
    const least = (c, p) => (c > p ? (c - p) / (255 - p) : p ? (p - c) / p : 0);
    const alpha = Math.max(...[0, 1, 2].map((i) => least(colour[i], paper[i])));
    for (let i = 0; i < 3; i++) bytes[at + i] = alpha && paper[i] + (colour[i] - paper[i]) / alpha;
    bytes[at + 3] = 255 * alpha;
  }
  known.set(table, new Uint32Array(bytes.buffer));
  return known.get(table);
}
