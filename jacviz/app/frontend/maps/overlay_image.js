/** @import { Answer, ColourScale } from "../core/types.js" */
/** @import { CanvasPage } from "../canvas/adapter.js" */

import { framePlacement, placementStyle } from "../canvas/placement.js";
import { context2d, find, fromMarkup } from "../core/elements.js";

/**
 * One map over the drawing, where the frame lies on the canvas: an image above it which takes no
 * pointer. It is transparent at zero, and on blank paper at full opacity it is the map itself.
 */
export class OverlayImage {
  /** @type {WeakMap<Uint32Array, Uint32Array>} By the theme's table. */
  #transparent = new WeakMap();

  /** @param {CanvasPage} page */
  constructor(page) {
    this.page = page;
    this.root = fromMarkup(
      '<div class="jv-overlay-image" data-testid="jacviz-overlay" hidden><canvas role="img"></canvas></div>',
    );
    this.canvas = find(this.root, "canvas", HTMLCanvasElement);
    this.context = context2d(this.canvas);
  }

  /**
   * @param {Answer} answer
   * @param {(pixel: number) => number} share The map's value as a share of full colour, -1 to 1.
   * @param {ColourScale} scale
   * @param {number} opacity From 0 to 1.
   * @param {string} description
   */
  paint(answer, share, scale, opacity, description) {
    const { canvasContainer } = this.page;
    const placement = framePlacement(this.page, answer);
    if (!canvasContainer || !placement) return this.hide();
    if (this.root.parentElement !== canvasContainer) canvasContainer.append(this.root);
    this.root.hidden = false;
    const { canvas, context } = this;
    const { height, width } = answer;
    Object.assign(canvas.style, placementStyle(placement, { row: 0, column: 0, height, width }));
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
    }
    const image = context.createImageData(width, height);
    const words = new Uint32Array(image.data.buffer);
    const table = this.#tableOf(scale);
    const zero = (table.length - 1) / 2;
    for (let pixel = 0; pixel < words.length; pixel++) {
      words[pixel] = table[zero + Math.round(zero * share(pixel))];
    }
    context.putImageData(image, 0, 0);
    canvas.style.opacity = `${opacity}`;
    canvas.setAttribute("aria-label", description);
  }

  hide() {
    this.root.hidden = true;
  }

  dispose() {
    this.root.remove();
  }

  /** @param {ColourScale} scale */
  #tableOf({ table }) {
    const transparent = this.#transparent.get(table) ?? transparentTable(table);
    this.#transparent.set(table, transparent);
    return transparent;
  }
}

/**
 * Each colour as the least opaque one that looks the same on the neutral colour.
 *
 * @param {Uint32Array} table
 * @returns {Uint32Array}
 */
export function transparentTable(table) {
  const bytes = new Uint8ClampedArray(table.slice().buffer);
  const zero = 2 * (table.length - 1);
  const paper = bytes.slice(zero, zero + 3);
  for (let at = 0; at < bytes.length; at += 4) {
    const colour = bytes.slice(at, at + 3);
    const alpha = Math.max(...[0, 1, 2].map((i) => leastAlpha(colour[i], paper[i])));
    for (let i = 0; i < 3; i++) {
      bytes[at + i] = alpha && paper[i] + (colour[i] - paper[i]) / alpha;
    }
    bytes[at + 3] = 255 * alpha;
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * @param {number} colour One channel, 0 to 255.
 * @param {number} paper
 */
function leastAlpha(colour, paper) {
  if (colour > paper) return (colour - paper) / (255 - paper);
  return paper ? (paper - colour) / paper : 0;
}
