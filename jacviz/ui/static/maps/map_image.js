// One map as a small picture, in the colours of the ten.

import { significant } from "../text/numbers.js";
import { loadScales } from "../core/assets.js";
import { themeOf } from "../core/theme.js";

export class Picture {
  // The map's colours reach from minus to plus its own largest, which the bar below it tells.
  constructor() {
    this.root = document.createElement("figure");
    this.root.className = "jv-picture";
    this.root.innerHTML =
      '<div class="jv-part"><canvas role="img"></canvas></div><i></i><span></span>';
    this.canvas = this.root.querySelector("canvas");
    [this.view, this.bar, this.scale] = this.root.children;
  }

  // map: height x width numbers. words: what a person would say of the picture. name: what it is.
  async paint(map, { height, width }, words, name = "") {
    const theme = themeOf(this.root).name;
    const { table, stops } = (await loadScales())[theme];
    const largest = Math.max(...map.map(Math.abs));
    const zero = (table.length - 1) / 2;
    Object.assign(this.canvas, { width, height });
    const pen = this.canvas.getContext("2d");
    const image = pen.createImageData(width, height);
    const share = (value) => (largest ? value / largest : 0);
    new Uint32Array(image.data.buffer).set(
      map.map((value) => table[zero + Math.round(zero * share(value))]),
    );
    pen.putImageData(image, 0, 0);
    this.canvas.setAttribute("aria-label", words);
    this.bar.style.background = `linear-gradient(90deg, ${stops.map(([, colour]) => colour)})`;
    this.scale.textContent = `${name}\u00b1${significant(largest)}`;
    this.theme = theme;
  }

  // Whether the page has other colours now than when this was painted.
  get faded() {
    return this.theme !== themeOf(this.root).name;
  }
}
