/** @import { WhatIfCurves } from "../core/types.js" */

import { createSvg, uniqueId } from "../core/elements.js";
import { signed } from "../text/numbers.js";
import { whatIfDescription } from "../text/panel_sentences.js";

const HEIGHT = 104;
const MARGIN = { left: 44, right: 16, top: 5, bottom: 15 };

/** Change of probability against the amount of ink: straight as predicted, curved as it is. */
export class WhatIfPlot {
  /** @type {SVGLineElement | null} */
  #line = null;
  #width = 0;

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.parent = parent;
    this.root = createSvg("svg", { height: HEIGHT, role: "img" });
    this.clipId = uniqueId("clip");
    parent.append(this.root);
  }

  /**
   * @param {WhatIfCurves} curves
   * @param {number} here Index of the amount 0.
   * @param {number[]} shown Indices of classes.
   * @param {string[]} labels
   */
  paint({ amounts, predicted, true: real, room }, here, shown, labels) {
    /** @type {(rows: number[][], i: number, k: number) => number} */
    const change = (rows, i, k) => rows[i][k] - real[here][k];
    /** @type {(i: number) => number} */
    const largest = (i) =>
      Math.max(
        ...shown.flatMap((k) => [real, predicted].map((rows) => Math.abs(change(rows, i, k)))),
      );
    const limit =
      Math.max(...amounts.map((amount, i) => (isWithin(amount, room) ? largest(i) : 0))) ||
      Math.max(...amounts.map((_, i) => largest(i))) ||
      1;
    // Drawn in pixels of the screen, so that its texts are as large as others.
    this.#width = this.parent.clientWidth;
    this.root.replaceChildren();
    this.root.setAttribute("viewBox", `0 0 ${this.#width} ${HEIGHT}`);
    this.root.dataset.limit = `${limit}`;
    const names = shown.map((k) => labels[k]);
    this.root.setAttribute("aria-label", whatIfDescription(names, limit));
    /** @type {(value: number) => number} */
    const y = (value) =>
      MARGIN.top + ((HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - value / limit)) / 2;
    this.#addFrame(room, y, limit);
    shown.forEach((k, i) => {
      for (const [rows, kind] of /** @type {const} */ ([
        [predicted, "predicted"],
        [real, "true"],
      ])) {
        const points = amounts.map((amount, j) => `${this.#x(amount)},${y(change(rows, j, k))}`);
        this.#add("polyline", {
          points: points.join(" "),
          class: `jv-${kind} jv-class-${i}`,
          "data-class": labels[k],
          "clip-path": `url(#${this.clipId})`,
        });
      }
    });
    this.#line = this.#add("line", {
      y1: MARGIN.top,
      y2: HEIGHT - MARGIN.bottom,
      class: "jv-amount",
    });
  }

  /** @param {number} amount */
  mark(amount) {
    this.#line?.setAttribute("x1", `${this.#x(amount)}`);
    this.#line?.setAttribute("x2", `${this.#x(amount)}`);
  }

  /** @param {number} amount */
  #x(amount) {
    return MARGIN.left + ((this.#width - MARGIN.left - MARGIN.right) * (amount + 1)) / 2;
  }

  /**
   * Add axes and numbers, and shade what is beyond `room`: that image would be no ink any more.
   *
   * @param {[number, number]} room
   * @param {(value: number) => number} y
   * @param {number} limit
   */
  #addFrame([least, most], y, limit) {
    const [top, height] = [MARGIN.top, HEIGHT - MARGIN.top - MARGIN.bottom];
    const [left, right] = [this.#x(-1), this.#x(1)];
    const clip = this.#add("clipPath", { id: this.clipId });
    clip.append(createSvg("rect", { x: left, y: top, width: right - left, height }));
    /** @type {(from: number, to: number) => void} */
    const shade = (from, to) => {
      const [start, end] = [this.#x(Math.max(-1, from)), this.#x(Math.min(1, to))];
      if (end <= start) return;
      this.#add("rect", { x: start, y: top, width: end - start, height, class: "jv-no-ink" });
    };
    shade(-1, least);
    shade(most, 1);
    const middle = this.#x(0);
    this.#add("line", { x1: left, x2: right, y1: y(0), y2: y(0), class: "jv-axis" });
    this.#add("line", { x1: middle, x2: middle, y1: top, y2: top + height, class: "jv-axis" });
    for (const value of [limit, 0, -limit]) {
      const place = { x: MARGIN.left - 4, y: y(value) + 3, class: "jv-y" };
      this.#add("text", place, signed(value, 2));
    }
    for (const [amount, text] of /** @type {const} */ ([
      [-1, "\u22121"],
      [0, "ink added"],
      [1, "+1"],
    ])) {
      this.#add("text", { x: this.#x(amount), y: HEIGHT - 3, class: "jv-x" }, text);
    }
  }

  /**
   * @template {keyof SVGElementTagNameMap} Name
   * @param {Name} name
   * @param {Record<string, string | number>} attributes
   * @param {string[]} text
   */
  #add(name, attributes, ...text) {
    const element = createSvg(name, attributes, ...text);
    this.root.append(element);
    return element;
  }
}

/**
 * @param {number} amount
 * @param {[number, number]} room
 */
function isWithin(amount, [least, most]) {
  return amount >= least && amount <= most;
}
