// Change of probability against the amount of ink: straight lines as predicted, curves as true.

import { signed } from "../text/numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 104;
const MARGIN = { left: 44, right: 16, top: 5, bottom: 15 };

export class WhatIfPlot {
  constructor(parent) {
    this.root = add(parent, "svg", { height: HEIGHT, role: "img" });
    this.parent = parent;
  }

  // The classes `shown` of an answer to a what-if question; `here` is the amount 0.
  paint({ amounts, predicted, true: real, room }, here, shown, labels) {
    const change = (rows, i, k) => rows[i][k] - real[here][k];
    const largest = (at) =>
      Math.max(
        ...shown.flatMap((k) => [real, predicted].map((rows) => Math.abs(change(rows, at, k)))),
      );
    const limit =
      Math.max(...amounts.map((amount, i) => (within(amount, room) ? largest(i) : 0))) ||
      Math.max(...amounts.map((_, i) => largest(i))) ||
      1;
    // Drawn in pixels of the screen, so that its words are as large as others.
    this.width = this.parent.clientWidth;
    this.root.replaceChildren();
    this.root.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.root.dataset.limit = limit;
    this.root.setAttribute("aria-label", summary(labels, shown, limit));
    const y = (value) =>
      MARGIN.top + ((HEIGHT - MARGIN.top - MARGIN.bottom) * (1 - value / limit)) / 2;
    this.#frame(room, y, limit);
    shown.forEach((k, i) => {
      for (const [rows, kind] of [
        [predicted, "predicted"],
        [real, "true"],
      ]) {
        const points = amounts.map((amount, j) => `${this.#x(amount)},${y(change(rows, j, k))}`);
        add(this.root, "polyline", {
          points: points.join(" "),
          class: `jv-${kind} jv-class-${i}`,
          "data-class": labels[k],
          "clip-path": "url(#jv-whatif-clip)",
        });
      }
    });
    this.line = add(this.root, "line", { y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, class: "jv-amount" });
  }

  mark(amount) {
    this.line?.setAttribute("x1", this.#x(amount));
    this.line?.setAttribute("x2", this.#x(amount));
  }

  #x(amount) {
    return MARGIN.left + ((this.width - MARGIN.left - MARGIN.right) * (amount + 1)) / 2;
  }

  // Beyond `room` the changed image would be no ink any more.
  #frame([least, most], y, limit) {
    const [top, height] = [MARGIN.top, HEIGHT - MARGIN.top - MARGIN.bottom];
    const clip = add(this.root, "clipPath", { id: "jv-whatif-clip" });
    add(clip, "rect", { x: this.#x(-1), y: top, width: this.#x(1) - this.#x(-1), height });
    const beyond = (from, to) => {
      const [left, right] = [Math.max(-1, from), Math.min(1, to)];
      if (right <= left) return;
      const width = this.#x(right) - this.#x(left);
      add(this.root, "rect", { x: this.#x(left), y: top, width, height, class: "jv-no-ink" });
    };
    beyond(-1, least);
    beyond(most, 1);
    add(this.root, "line", { x1: this.#x(-1), x2: this.#x(1), y1: y(0), y2: y(0), class: "jv-axis" });
    add(this.root, "line", { x1: this.#x(0), x2: this.#x(0), y1: top, y2: top + height, class: "jv-axis" });
    for (const [value, words] of [
      [limit, signed(limit, 2)],
      [0, "0"],
      [-limit, signed(-limit, 2)],
    ]) {
      add(this.root, "text", { x: MARGIN.left - 4, y: y(value) + 3, class: "jv-y" }, words);
    }
    for (const [amount, words] of [
      [-1, "\u22121"],
      [0, "ink added"],
      [1, "+1"],
    ]) {
      add(this.root, "text", { x: this.#x(amount), y: HEIGHT - 3, class: "jv-x" }, words);
    }
  }
}

function within(amount, [least, most]) {
  return amount >= least && amount <= most;
}

function summary(labels, shown, limit) {
  const names = shown.map((k) => labels[k]).join(", ");
  return (
    `Change of the probabilities of ${names} against the ink added, up to ${signed(limit, 2)}: ` +
    "dashed straight lines as predicted, curves as the network really answers"
  );
}

function add(parent, name, attributes, words = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = words;
  parent.append(element);
  return element;
}
