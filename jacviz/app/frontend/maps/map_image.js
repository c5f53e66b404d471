/** @import { Size, Theme } from "../core/types.js" */

import { loadColourScales } from "../core/assets.js";
import { context2d, find, fitToFrame, fromMarkup } from "../core/elements.js";
import { themeOf } from "../core/theme.js";
import { significant } from "../text/numbers.js";

/**
 * One map as a small picture. Its colours reach from minus to plus its own largest value, which
 * the bar below it tells.
 */
export class MapImage {
  /** @type {Theme["name"] | null} In whose colours it was painted. */
  #theme = null;

  constructor() {
    this.root = fromMarkup(
      '<figure class="jv-picture"><div class="jv-picture-view"><canvas role="img"></canvas></div>' +
        "<i></i><span></span></figure>",
    );
    this.view = find(this.root, ".jv-picture-view", HTMLElement);
    this.canvas = find(this.root, "canvas", HTMLCanvasElement);
    this.bar = find(this.root, "i", HTMLElement);
    this.legend = find(this.root, "span", HTMLElement);
  }

  /**
   * @param {number[]} map height x width numbers.
   * @param {Size} size
   * @param {string} description Its text alternative.
   * @param {string} [name] What its numbers are, before the largest of them.
   */
  async paint(map, { height, width }, description, name = "") {
    const theme = themeOf(this.root).name;
    const { table, stops } = (await loadColourScales())[theme];
    const largest = Math.max(...map.map(Math.abs));
    const zero = (table.length - 1) / 2;
    fitToFrame(this.canvas, { height, width });
    const context = context2d(this.canvas);
    const image = context.createImageData(width, height);
    /** @type {(value: number) => number} */
    const share = (value) => (largest ? value / largest : 0);
    new Uint32Array(image.data.buffer).set(
      map.map((value) => table[zero + Math.round(zero * share(value))]),
    );
    context.putImageData(image, 0, 0);
    this.canvas.setAttribute("aria-label", description);
    this.bar.style.background = `linear-gradient(90deg, ${stops.map(([, colour]) => colour)})`;
    this.legend.textContent = `${name}\u00b1${significant(largest)}`;
    this.#theme = theme;
  }

  /** Whether the page has other colours now than when this was painted. */
  get outdated() {
    return this.#theme !== themeOf(this.root).name;
  }
}
